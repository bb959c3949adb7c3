/// A data frame from the network (TS001 4), checked and decrypted.
struct DownlinkFrame {
    let isConfirmed: Bool
    let counter: FrameCounter
    let acknowledges: Bool
    /// FPending: the network has more for us and waits for an uplink.
    let morePending: Bool
    /// FOpts in the clear.
    let options: [UInt8]
    let port: UInt8?
    /// FRMPayload in the clear.
    let payload: [UInt8]

    /// - Parameters:
    ///   - frame: PHYPayload.
    ///   - last: the counter of the last downlink; nil before the first.
    ///   - limit: M at the window's data rate, in bytes.
    init(
        decoding frame: [UInt8], cipher: SessionCipher, address: DevAddr, after last: FrameCounter?, limit: Int
    ) throws(DiscardReason) {
        guard let header = frame.first else { throw .tooShort(bytes: 0) }
        let type = FrameType(header: header)
        guard type == .unconfirmedDown || type == .confirmedDown else { throw .notExpected(header: header) }
        let end = frame.count - 4
        guard let wireAddress = frame.littleEndian(at: 1, bytes: 4), let control = frame.littleEndian(at: 5, bytes: 1),
            let wireCounter = frame.littleEndian(at: 6, bytes: 2), end >= 8,
            let code = frame.littleEndian(at: end, bytes: 4)
        else { throw .tooShort(bytes: frame.count) }
        guard end - 1 <= limit else { throw .tooLong(bytes: end - 1, limit: limit) }
        guard wireAddress == UInt64(address.rawValue) else {
            throw .otherAddress(DevAddr(rawValue: UInt32(wireAddress)))
        }
        let portOffset = 8 + Int(control & 0x0F)
        guard portOffset <= end else { throw .tooShort(bytes: frame.count) }
        let port = portOffset < end ? frame[portOffset] : nil
        guard port != 0 || portOffset == 8 else { throw .commandsTwice }

        counter = try Self.counter(
            UInt16(wireCounter), after: last, of: frame, code: UInt32(code), cipher: cipher, address: address)
        isConfirmed = type == .confirmedDown
        acknowledges = control & 0x20 != 0
        morePending = control & 0x10 != 0
        options = Array(frame[8..<portOffset])
        self.port = port
        guard let port else {
            payload = []
            return
        }
        var clear = Array(frame[(portOffset + 1)..<end])
        guard
            cipher.crypt(
                &clear, payload: clear.indices, port: port, address: address, counter: counter, direction: .down)
        else { throw .cipherFailed("AES-128-ECB") }
        payload = clear
    }

    /// All 32 bits of the counter, proved by the MIC.
    private static func counter(
        _ wire: UInt16, after last: FrameCounter?, of frame: [UInt8], code: UInt32, cipher: SessionCipher,
        address: DevAddr
    ) throws(DiscardReason) -> FrameCounter {
        func matches(_ counter: FrameCounter) throws(DiscardReason) -> Bool {
            guard
                let expected = cipher.integrityCode(
                    of: frame, length: frame.count - 4, address: address, counter: counter, direction: .down)
            else { throw .cipherFailed("CMAC") }
            return expected == code
        }
        var lowest = FrameCounter(rawValue: 0)
        if let last {
            guard let next = last.next else { throw .counterExhausted }
            lowest = next
        }
        let candidate = lowest.first(endingIn: wire)
        if let candidate, try matches(candidate) { return candidate }
        // Only to say what it was: the same low bits one turn earlier make it a repetition.
        let highest = candidate?.rawValue ?? (lowest.rawValue & 0xFFFF_0000 | UInt32(wire))
        let (old, underflow) = highest.subtractingReportingOverflow(candidate == nil ? 0 : 0x1_0000)
        if !underflow, try matches(FrameCounter(rawValue: old)) { throw .counterRepeated(FrameCounter(rawValue: old)) }
        throw .wrongIntegrityCode
    }
}
