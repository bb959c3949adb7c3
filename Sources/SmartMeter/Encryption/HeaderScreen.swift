import Ciphers

/// Judges the headers in a stretch of noise, many with one call of the cipher.
///
/// Noise may hold a header at every fourth byte, each within the frames of those before it. Whether one of them is worth
/// opening shows in the first block of its text: `/` and what may follow it. GCM encrypts that block with the block
/// cipher's answer to the vector and the number 2 (NIST SP 800-38D, 7.1).
struct HeaderScreen {
    /// Places in the stream, ascending, where a header stands whose frame opens to nothing legible.
    private var illegible: [Int] = []
    private var cursor = 0
    /// All headers before this place in the stream are judged.
    private var covered = 0
    private var pending: [Header] = []

    private struct Header {
        let place: Int
        /// Where the title stands; negative when the frame has none.
        let title: Int
        let counter: Int
        let text: Range<Int>
    }

    private static let most = 64
    private static let reach = 4_096
    private static let blockLength = 16

    /// Whether the frame whose header stands at `place` is known to be illegible. Ask with places that go up.
    @inline(__always) mutating func knowsIllegible(_ place: Int) -> Bool {
        while cursor < illegible.count, illegible[cursor] < place { cursor &+= 1 }
        return cursor < illegible.count && illegible[cursor] == place
    }

    /// Judges the complete frames that begin at `start` and shortly behind it, unless they are judged already.
    /// - Parameters:
    ///   - offset: the place in the stream of the first of `bytes`.
    ///   - title: stands in for one that a frame leaves out.
    mutating func judge(
        _ bytes: [UInt8], from start: Int, end: Int, offset: Int, cipher: AES128, title: SystemTitle?
    ) {
        guard offset + start >= covered else { return }
        illegible.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        cursor = 0
        let index = collect(bytes.span, from: start, end: end, title: title)
        covered = offset + max(index, start + 1)
        guard !pending.isEmpty, let answers = cipher.encrypt(blocks: counterBlocks(bytes.span, title)) else {
            return
        }
        let (bytes, masks) = (bytes.span, answers.span)
        for number in 0..<pending.count
        where !Self.isLegible(bytes, pending[number].text, masks, from: number &* Self.blockLength) {
            illegible.append(offset &+ pending[number].place)
        }
    }

    /// Lists the headers and what the cipher is to be asked for each; returns the place up to which there is none more.
    private mutating func collect(_ bytes: Span<UInt8>, from start: Int, end: Int, title: SystemTitle?) -> Int {
        let limit = min(end, start &+ Self.reach)
        var index = start
        while pending.count < Self.most {
            while index < limit, bytes[index] != EncryptedFrame.marker { index &+= 1 }
            guard index < limit else { break }
            switch EncryptedFrame.recognise(bytes, at: index, end: end) {
            case .frame(let frame):
                guard frame.end <= end else { return index }
                add(frame, at: index, title)
            case .unfinished: return index
            case .no: break
            }
            index &+= 1
        }
        return index
    }

    private mutating func add(_ frame: EncryptedFrame, at place: Int, _ title: SystemTitle?) {
        guard frame.securityControl & 0x0F == 0, !frame.title.isEmpty || title?.bytes.count == 8 else { return }
        pending.append(
            Header(
                place: place, title: frame.title.isEmpty ? -1 : frame.title.lowerBound, counter: frame.counterStart,
                text: frame.ciphertext.prefix(Self.blockLength)))
    }

    /// Title, counter and the number 2, for each header.
    private func counterBlocks(_ bytes: Span<UInt8>, _ title: SystemTitle?) -> [UInt8] {
        var blocks = [UInt8](repeating: 0, count: pending.count * Self.blockLength)
        var output = blocks.mutableSpan
        for number in 0..<pending.count {
            let header = pending[number]
            let start = number &* Self.blockLength
            if header.title >= 0 {
                let title = bytes.extracting(header.title..<header.title &+ 8)
                for offset in 0..<8 where offset < title.count { output[start &+ offset] = title[offset] }
            } else if let title, title.bytes.count == 8 {
                for offset in 0..<8 { output[start &+ offset] = title.bytes[offset] }
            }
            for offset in 0..<4 { output[start &+ 8 &+ offset] = bytes[header.counter &+ offset] }
            output[start &+ 15] = 2
        }
        return blocks
    }

    /// `/` and printable characters up to a line end: by chance once in more than 2^20 times.
    static func isLegible(
        _ bytes: Span<UInt8>, _ text: Range<Int>, _ masks: Span<UInt8>, from mask: Int
    ) -> Bool {
        guard !text.isEmpty, bytes[text.lowerBound] ^ masks[mask] == ASCII.slash else { return false }
        for offset in 1..<max(1, text.count) {
            let byte = bytes[text.lowerBound &+ offset] ^ masks[mask &+ offset]
            if ASCII.isNewline(byte) { return true }
            if !ASCII.isPrintable(byte) { return false }
        }
        return true
    }
}
