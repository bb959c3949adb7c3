/// A data frame from a device, taken apart but not yet verified (TS001 4).
struct ServerUplinkFrame {
    let isConfirmed: Bool
    let devAddr: UInt32
    let control: UInt8
    let counter16: UInt16
    let options: [UInt8]
    let port: UInt8?
    let encrypted: [UInt8]
    /// All but the integrity code.
    let signed: [UInt8]
    let code: [UInt8]

    var hasADR: Bool { control & 0x80 != 0 }
    var requestsADRAcknowledgement: Bool { control & 0x40 != 0 }
    var acknowledges: Bool { control & 0x20 != 0 }

    /// nil when the frame is no data uplink or too short for what it says.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 12, [2, 4].contains(bytes[0] >> 5), bytes[0] & 3 == 0 else { return nil }
        let optionsEnd = 8 + Int(bytes[5] & 15)
        guard bytes.count >= optionsEnd + 4 else { return nil }
        isConfirmed = bytes[0] >> 5 == 4
        devAddr = UInt32(littleEndian: bytes[1..<5])
        control = bytes[5]
        counter16 = UInt16(littleEndian: bytes[6..<8])
        options = Array(bytes[8..<optionsEnd])
        signed = Array(bytes.dropLast(4))
        code = Array(bytes.suffix(4))
        let rest = signed[optionsEnd...]
        port = rest.first
        encrypted = Array(rest.dropFirst())
    }

    /// The 32-bit counters this frame may carry after `last`: the nearest from there on, and the one before, which
    /// makes it a repetition or a replay.
    func counters(after last: UInt32?) -> (next: UInt32, previous: UInt32?) {
        guard let last else { return (UInt32(counter16), nil) }
        let sameEpoch = last & 0xFFFF_0000 | UInt32(counter16)
        if sameEpoch > last { return (sameEpoch, sameEpoch >= 0x1_0000 ? sameEpoch - 0x1_0000 : nil) }
        return (sameEpoch &+ 0x1_0000, sameEpoch)
    }
}

/// A data frame for a device.
struct ServerDownlinkFrame {
    var isConfirmed = false
    var devAddr: UInt32
    var counter: UInt32
    var hasADR = false
    var acknowledges = false
    var isPending = false
    var options: [UInt8] = []
    var port: UInt8?
    var payload: [UInt8] = []

    func bytes(network: ServerCipher, application: ServerCipher) -> [UInt8] {
        let flags: UInt8 = (hasADR ? 0x80 : 0) | (acknowledges ? 0x20 : 0) | (isPending ? 0x10 : 0)
        var frame: [UInt8] = [isConfirmed ? 0xA0 : 0x60] + devAddr.littleEndianBytes
        frame += [flags | UInt8(min(options.count, 15))]
        frame += UInt16(truncatingIfNeeded: counter).littleEndianBytes + options.prefix(15)
        if let port {
            let cipher = port == 0 ? network : application
            frame += [port] + cipher.crypt(payload, direction: .down, devAddr: devAddr, counter: counter)
        }
        return frame + network.code(frame, direction: .down, devAddr: devAddr, counter: counter)
    }
}
