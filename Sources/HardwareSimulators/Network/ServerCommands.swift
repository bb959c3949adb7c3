import Timekeeping

/// The MAC commands of an uplink that want an answer (TS001 5).
enum ServerCommands {
    /// Bytes after the command identifier of an uplink command.
    private static let lengths: [UInt8: Int] = [
        0x02: 0, 0x03: 1, 0x04: 0, 0x05: 1, 0x06: 2, 0x07: 1, 0x08: 0, 0x09: 0, 0x0A: 1, 0x0D: 0,
    ]
    /// GPS time starts on 1980-01-06 and counts the 18 leap seconds that UTC has seen since.
    private static let secondsFrom1970ToGPS: Int64 = 315_964_800
    private static let leapSeconds: Int64 = 18

    /// Takes commands apart; the first unknown one ends it, as its length is unknown.
    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var commands: [[UInt8]] = []
        var rest = bytes[...]
        while let identifier = rest.first, let length = lengths[identifier], rest.count > length {
            commands.append(Array(rest.prefix(1 + length)))
            rest = rest.dropFirst(1 + length)
        }
        return commands
    }

    /// Why a frame with these commands is sent.
    static func contents(_ downlinkCommands: [UInt8]) -> DownlinkContents {
        var contents: DownlinkContents = []
        var rest = downlinkCommands[...]
        while let identifier = rest.first {
            contents.insert(identifier == 0x02 || identifier == 0x0D ? .answer : .order)
            guard let length = downlinkLengths[identifier] else { break }
            rest = rest.dropFirst(1 + length)
        }
        return contents
    }

    /// Bytes after the command identifier of a downlink command.
    private static let downlinkLengths: [UInt8: Int] = [
        0x02: 2, 0x03: 4, 0x04: 1, 0x05: 4, 0x06: 0, 0x07: 5, 0x08: 1, 0x09: 1, 0x0A: 4, 0x0D: 5,
    ]

    /// LinkCheckAns and DeviceTimeAns.
    static func answers(
        to commands: [UInt8], snrQuarters: Int, spreadingFactor: Int, endedAt utc: UTCInstant
    ) -> [UInt8] {
        var answers: [UInt8] = []
        for command in split(commands) {
            switch command[0] {
            case 0x02:
                let margin = (snrQuarters - ServerRegion.requiredSNRQuarters(spreadingFactor: spreadingFactor)) / 4
                answers += [0x02, UInt8(clamping: max(0, min(margin, 254))), 1]
            case 0x0D:
                let seconds = utc.secondsSince1970
                let fraction = (utc.nanoseconds - seconds * 1_000_000_000) * 256 / 1_000_000_000
                let gps = UInt32(truncatingIfNeeded: seconds - secondsFrom1970ToGPS + leapSeconds)
                answers += [0x0D] + gps.littleEndianBytes + [UInt8(clamping: fraction)]
            default: break
            }
        }
        return answers
    }
}
