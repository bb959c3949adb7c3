import LoRaWAN

/// A data frame of a device as it was heard (TS001 4): its lengths are right, nothing else is proved.
struct DataFrame {
    let isConfirmed: Bool
    let address: DevAddr
    let hasADR: Bool
    /// ADRACKReq: the device wants a sign of life.
    let wantsAnswer: Bool
    let acknowledges: Bool
    /// FOpts.
    let options: [UInt8]
    let port: UInt8?
    /// The low half of FCntUp.
    let wireCounter: UInt16
    private let frame: [UInt8]
    private let encrypted: Range<Int>

    /// - Parameter limit: M at the data rate, in bytes.
    init(reading frame: [UInt8], limit: Int) throws(FrameRefusal) {
        let end = frame.count - 4
        guard let header = frame.first, let wireAddress = frame.littleEndian(at: 1, bytes: 4),
            let control = frame.littleEndian(at: 5, bytes: 1), let counter = frame.littleEndian(at: 6, bytes: 2),
            end >= 8
        else { throw .tooShort(bytes: frame.count) }
        guard end - 1 <= limit else { throw .tooLong(bytes: end - 1, limit: limit) }
        let portOffset = 8 + Int(control & 0x0F)
        guard portOffset <= end else { throw .tooShort(bytes: frame.count) }
        isConfirmed = FrameType(header: header) == .confirmedUp
        address = DevAddr(rawValue: UInt32(wireAddress))
        hasADR = control & 0x80 != 0
        wantsAnswer = control & 0x40 != 0
        acknowledges = control & 0x20 != 0
        options = Array(frame[8..<portOffset])
        port = portOffset < end ? frame[portOffset] : nil
        wireCounter = UInt16(counter)
        encrypted = min(portOffset + 1, end)..<end
        self.frame = frame
    }

    /// What the MIC proves of the frame's counter.
    enum Counter: Hashable {
        case new(FrameCounter)
        /// The latest frame once more, with all its bits.
        case latestAgain
        /// An older one.
        case old(FrameCounter)
        /// Another key, or damage.
        case foreign
    }

    /// Finds the counter's upper half: the MIC covers all 32 bits, and no gap is too wide (TS001 4.3.1.5).
    func counter(after last: FrameCounter?, by cipher: SessionCipher) throws(FrameRefusal) -> Counter {
        guard let last else {
            let first = FrameCounter(rawValue: UInt32(wireCounter))
            return try matches(first, cipher) ? .new(first) : .foreign
        }
        if last.wire == wireCounter, try matches(last, cipher) { return .latestAgain }
        let candidate = last.next.flatMap { $0.first(endingIn: wireCounter) }
        if let candidate, try matches(candidate, cipher) { return .new(candidate) }
        let (old, underflow) =
            candidate.map { $0.rawValue.subtractingReportingOverflow(0x1_0000) }
            ?? (last.rawValue & 0xFFFF_0000 | UInt32(wireCounter), false)
        if !underflow, try matches(FrameCounter(rawValue: old), cipher) { return .old(FrameCounter(rawValue: old)) }
        return .foreign
    }

    /// FRMPayload in the clear.
    func payload(counter: FrameCounter, by cipher: SessionCipher) throws(FrameRefusal) -> [UInt8] {
        guard let port else { return [] }
        var clear = Array(frame[encrypted])
        guard
            cipher.crypt(
                &clear, payload: clear.indices, port: port, address: address, counter: counter, direction: .up)
        else { throw .cipherFailed }
        return clear
    }

    private func matches(_ counter: FrameCounter, _ cipher: SessionCipher) throws(FrameRefusal) -> Bool {
        let length = frame.count - 4
        guard
            let expected = cipher.integrityCode(
                of: frame, length: length, address: address, counter: counter, direction: .up)
        else { throw .cipherFailed }
        return frame.littleEndian(at: length, bytes: 4) == UInt64(expected)
    }
}
