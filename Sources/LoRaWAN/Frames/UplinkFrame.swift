/// A data frame to the network (TS001 4).
struct UplinkFrame {
    var isConfirmed = false
    var address: DevAddr
    var counter: FrameCounter
    var adr = false
    /// ADRACKReq: please answer, so that I know the link is alive.
    var wantsADRAnswer = false
    var acknowledges = false
    /// MAC commands in FOpts, 0 to 15 bytes; not with port 0.
    var options: [UInt8] = []
    /// nil without FRMPayload: FHDR alone is a valid frame.
    var port: UInt8?
    /// FRMPayload in the clear.
    var payload: [UInt8] = []

    /// MHDR, DevAddr, FCtrl, FCnt and MIC.
    static let overhead = 12
    /// FHDR without FOpts, and FPort: what M counts besides FRMPayload and FOpts.
    static let headerInMACPayload = 8

    /// Bytes on air.
    static func length(options: Int, port: Bool, payload: Int) -> Int {
        overhead + options + (port ? 1 + payload : 0)
    }

    /// PHYPayload: encrypted first, then authenticated; nil when OpenSSL failed, or when FOpts are too long or
    /// accompany port 0.
    func encoded(with cipher: SessionCipher) -> [UInt8]? {
        guard options.count <= 15, options.isEmpty || port != 0, port != nil || payload.isEmpty else { return nil }
        var frame: [UInt8] = []
        frame.reserveCapacity(Self.length(options: options.count, port: port != nil, payload: payload.count))
        frame.append((isConfirmed ? FrameType.confirmedUp : .unconfirmedUp).header)
        frame.append(littleEndian: address.rawValue, bytes: 4)
        frame.append(
            (adr ? 0x80 : 0) | (wantsADRAnswer ? 0x40 : 0) | (acknowledges ? 0x20 : 0)
                | UInt8(truncatingIfNeeded: options.count))
        frame.append(littleEndian: counter.wire, bytes: 2)
        frame.append(contentsOf: options)
        if let port {
            frame.append(port)
            let start = frame.count
            frame.append(contentsOf: payload)
            guard
                cipher.crypt(
                    &frame, payload: start..<frame.count, port: port, address: address, counter: counter,
                    direction: .up)
            else { return nil }
        }
        guard
            let code = cipher.integrityCode(
                of: frame, length: frame.count, address: address, counter: counter, direction: .up)
        else { return nil }
        frame.append(littleEndian: code, bytes: 4)
        return frame
    }
}
