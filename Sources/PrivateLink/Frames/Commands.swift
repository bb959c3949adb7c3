import LoRaWAN
import Timekeeping

/// A MAC command of a device that the base has to do with (TS001 5).
enum DeviceCommand: Hashable {
    case linkCheckRequest
    /// Data rate, power and channel mask were taken.
    case linkADRAnswer(isAccepted: Bool)
    case deviceTimeRequest
    /// An answer to what this base never asks.
    case other(identifier: UInt8)

    /// Takes the commands of FOpts or of a port 0 payload apart, up to the first that is unknown or cut off.
    static func parse(_ bytes: [UInt8]) -> [Self] {
        var commands: [Self] = []
        var offset = 0
        while offset < bytes.count, let length = length(of: bytes[offset]), offset + length < bytes.count {
            switch bytes[offset] {
            case 0x02: commands.append(.linkCheckRequest)
            case 0x03: commands.append(.linkADRAnswer(isAccepted: bytes[offset + 1] & 0b111 == 0b111))
            case 0x0D: commands.append(.deviceTimeRequest)
            default: commands.append(.other(identifier: bytes[offset]))
            }
            offset += 1 + length
        }
        return commands
    }

    /// Bytes behind the identifier; nil for a command that no device of class A or C sends.
    private static func length(of identifier: UInt8) -> Int? {
        switch identifier {
        case 0x02, 0x04, 0x08, 0x09, 0x0D: 0
        case 0x03, 0x05, 0x07, 0x0A: 1
        case 0x06: 2
        default: nil
        }
    }
}

/// What the base says in FOpts (TS001 5).
enum BaseCommand {
    /// - Parameter margin: dB above the demodulation floor, 0 to 254.
    static func linkCheckAnswer(margin: Int, gateways: UInt8 = 1) -> [UInt8] {
        [0x02, UInt8(max(0, min(margin, 254))), gateways]
    }

    /// All power, the one channel, each uplink once.
    static func linkADRRequest(_ dataRate: DataRate) -> [UInt8] { [0x03, dataRate.index << 4, 0x01, 0x00, 0x01] }

    /// GPS time began on 1980-01-06 and knows no leap seconds; since 2017 it is 18 s ahead of UTC.
    /// - Parameter utc: at the end of the uplink that asks.
    static func deviceTimeAnswer(_ utc: UTCInstant) -> [UInt8] {
        let gps = utc.nanoseconds - (315_964_800 - 18) * 1_000_000_000
        guard gps >= 0 else { return [] }
        var bytes: [UInt8] = [0x0D]
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: gps / 1_000_000_000), bytes: 4)
        bytes.append(UInt8(truncatingIfNeeded: gps % 1_000_000_000 * 256 / 1_000_000_000))
        return bytes
    }
}
