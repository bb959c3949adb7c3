/// Whether what begins like an encrypted P1 frame is the content of a frame of another protocol whose beginning was not heard.
enum FrameEnclosure {
    case inside, outside
    /// Bytes behind the frame decide, and have not come.
    case unfinished
}

extension TelegramReader {
    /// The frame is inside of another where one begins within it, or one ends right behind it.
    func enclosure(of frame: EncryptedFrame, end: Int) -> FrameEnclosure {
        let behind = enclosure(behind: frame.end, end: end)
        if case .inside = behind { return .inside }
        let bytes = buffer.span
        var isUnfinished = if case .unfinished = behind { true } else { false }
        // A frame of the M-Bus has 257 bytes of data at most.
        for place in frame.ciphertext.prefix(MBusFrame.longest) {
            switch beginsLink(bytes, at: place, end: end) {
            case .inside: return .inside
            case .unfinished: isUnfinished = true
            case .outside: break
            }
        }
        return isUnfinished ? .unfinished : .outside
    }

    /// Whether the sum and stop byte, or the check and flag, stand behind `place`.
    private func enclosure(behind place: Int, end: Int) -> FrameEnclosure {
        guard place < end else { return .unfinished }
        guard buffer[place] != EncryptedFrame.marker else { return .outside }
        guard place + 1 < end else { return .unfinished }
        guard buffer[place + 1] != MBusFrame.stop else { return .inside }
        guard place + 2 < end else { return .unfinished }
        return buffer[place + 2] == HDLCFrame.flag ? .inside : .outside
    }

    @inline(__always)
    private func beginsLink(_ bytes: Span<UInt8>, at place: Int, end: Int) -> FrameEnclosure {
        switch bytes[place] {
        case HDLCFrame.flag:
            switch HDLCFrame.recognise(bytes, formatAt: place + 1, end: end) {
            case .frame: .inside
            case .unfinished: .unfinished
            case .no: .outside
            }
        case MBusFrame.marker:
            switch MBusFrame.recognise(bytes, at: place, end: end) {
            case .frame(let inner) where inner.end <= end: inner.isSound(bytes) ? .inside : .outside
            case .frame, .unfinished: .unfinished
            case .no: .outside
            }
        default: .outside
        }
    }
}
