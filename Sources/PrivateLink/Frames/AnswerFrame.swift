import LoRaWAN

/// A data frame to a device (TS001 4).
struct AnswerFrame {
    var isConfirmed = false
    let address: DevAddr
    let counter: FrameCounter
    var acknowledges = false
    /// FPending: more waits for the device.
    var morePending = false
    /// FOpts in the clear, at most 15 bytes.
    var options: [UInt8] = []
    var port: UInt8?
    var payload: [UInt8] = []

    /// PHYPayload; nil when OpenSSL failed.
    func encoded(with cipher: SessionCipher) -> [UInt8]? {
        var frame = [(isConfirmed ? FrameType.confirmedDown : .unconfirmedDown).header]
        frame.append(littleEndian: address.rawValue, bytes: 4)
        frame.append(
            0x80 | (acknowledges ? 0x20 : 0) | (morePending ? 0x10 : 0) | UInt8(truncatingIfNeeded: options.count))
        frame.append(littleEndian: counter.wire, bytes: 2)
        frame += options
        if let port {
            frame.append(port)
            let start = frame.count
            frame += payload
            guard
                cipher.crypt(
                    &frame, payload: start..<frame.count, port: port, address: address, counter: counter,
                    direction: .down)
            else { return nil }
        }
        guard
            let code = cipher.integrityCode(
                of: frame, length: frame.count, address: address, counter: counter, direction: .down)
        else { return nil }
        frame.append(littleEndian: code, bytes: 4)
        return frame
    }
}
