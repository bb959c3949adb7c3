import Ciphers

/// A look into the text of a frame, as far as it needs be, without its tag.
extension FrameDecryptor {
    enum Glance {
        /// As far as was looked, it may be text.
        case mayBeText
        /// What it says is no text any more at some place; whether its beginning is that of a telegram.
        case breaksOff(isLegible: Bool)
    }

    /// Looks into a quarter of the text: where so much of it is right, the rest is worth the work.
    func glance(into frame: EncryptedFrame, in bytes: [UInt8]) -> Glance {
        var isLegible = false
        var place = frame.ciphertext.lowerBound
        let end = place + frame.ciphertext.count / 4
        var number: UInt32 = 2
        // Most that break off do so soon.
        var blocks = 2
        while place < end {
            guard let masks = keystream(from: number, blocks: blocks) else { return .mayBeText }
            let part = place..<min(end, place + masks.count)
            if number == 2 {
                isLegible = HeaderScreen.isLegible(bytes.span, part.prefix(Self.blockLength), masks.span, from: 0)
            }
            if Self.holdsNoText(bytes.span, part, masks.span) { return .breaksOff(isLegible: isLegible) }
            place = part.upperBound
            number &+= UInt32(blocks)
            blocks = min(blocks * 2, 64)
        }
        return .mayBeText
    }

    /// GCM counts the blocks of a text from 2 on, behind the vector (NIST SP 800-38D, 7.1).
    private func keystream(from first: UInt32, blocks: Int) -> [UInt8]? {
        var input = [UInt8](repeating: 0, count: blocks * Self.blockLength)
        var output = input.mutableSpan
        for number in 0..<blocks {
            let start = number &* Self.blockLength
            for index in 0..<min(vector.count, 12) { output[start &+ index] = vector[index] }
            let count = first &+ UInt32(number)
            for index in 0..<4 {
                output[start &+ 12 &+ index] = UInt8(truncatingIfNeeded: count &>> UInt32(24 - 8 * index))
            }
        }
        return block.encrypt(blocks: input)
    }

    private static func holdsNoText(_ bytes: Span<UInt8>, _ range: Range<Int>, _ masks: Span<UInt8>) -> Bool {
        for index in range where isNoText(bytes[index] ^ masks[index &- range.lowerBound]) { return true }
        return false
    }

    /// Control characters that no telegram holds; by chance one byte in ten.
    private static func isNoText(_ byte: UInt8) -> Bool {
        guard byte < 0x20 else { return false }
        return !(ASCII.endsLine(byte) || ASCII.isBlank(byte) || byte == ASCII.startOfText || byte == ASCII.endOfText)
    }
}
