package import Ciphers

/// Encrypts telegrams as a meter does (Luxmetering 3.2.5), and in the variations that are legal or seen in the field.
package struct FrameSealer {
    package enum LengthForm: Hashable, Sendable {
        /// As few bytes as hold the length.
        case shortest
        /// 0x81, 0x82 or 0x83 and as many bytes.
        case octets(Int)
    }

    package let systemTitle: [UInt8]
    /// The frame counter of the next frame.
    package var counter: UInt32
    package var lengthForm = LengthForm.octets(2)
    /// Whether frames carry a tag (security control 0x30) or none (0x20).
    package var tagged = true
    /// The security suite that the header names: 0, or 1 as in Tirol, whose cipher is the same.
    package var suite: UInt8 = 0
    /// Whether the header names the sender.
    package var titled = true

    private let cipher: AESGCM
    private let authenticationKey: [UInt8]

    /// - Parameters:
    ///   - authenticationKey: 16 bytes; by default the one of all Luxembourg meters.
    ///   - systemTitle: 8 bytes.
    package init(
        key: AES128Key, authenticationKey: AES128Key? = nil,
        systemTitle: [UInt8] = [0x53, 0x41, 0x47, 0x67, 0x70, 0x05, 0x0E, 0x9D], counter: UInt32 = 1
    ) throws(CipherError) {
        cipher = try AESGCM(key)
        self.authenticationKey =
            authenticationKey?.bytes ?? (0..<16).map { UInt8($0) * 0x11 }
        self.systemTitle = systemTitle
        self.counter = counter
    }

    /// The frame around a telegram; the counter goes up by one.
    package mutating func seal(_ telegram: [UInt8]) -> [UInt8] {
        let number = withBigEndianBytes(counter)
        counter &+= 1
        let control: UInt8 = (tagged ? 0x30 : 0x20) | suite
        let additional = tagged ? [control] + authenticationKey : []
        let sealed = cipher.seal(telegram, vector: systemTitle + number, authenticating: additional) ?? []
        let body = tagged ? sealed : Array(sealed.dropLast(AESGCM.tagLength))
        let title = titled ? [UInt8(systemTitle.count)] + systemTitle : [0]
        return [0xDB] + title + length(5 + body.count) + [control] + number + body
    }

    private func length(_ count: Int) -> [UInt8] {
        let all = withBigEndianBytes(UInt32(count))
        switch lengthForm {
        case .shortest where count < 0x80: return [UInt8(count)]
        case .shortest:
            let octets = Array(all.drop { $0 == 0 })
            return [0x80 | UInt8(octets.count)] + octets
        case .octets(let number): return [0x80 | UInt8(number)] + all.suffix(number)
        }
    }

    private func withBigEndianBytes(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
