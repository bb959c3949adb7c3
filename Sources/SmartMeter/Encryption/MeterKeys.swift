public import Ciphers

/// What opens the frames of one meter.
public struct MeterKeys: Hashable, Sendable {
    /// The authentication key that the Luxembourg specification gives for all meters (Luxmetering 3.2.5). Austrian
    /// meters have one of their own.
    public static let luxembourgAuthenticationKey: [UInt8] = [
        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
    ]

    /// The meter's own key, from the grid operator.
    public let encryptionKey: AES128Key
    /// 16 bytes that are authenticated with each frame; nil for ``luxembourgAuthenticationKey``.
    public let authenticationKey: AES128Key?
    /// How much a tag has to say.
    public let tagCheck: TagCheck
    /// The meter's name in the frame, 8 bytes: frames of others are refused before a key is tried, and frames that carry
    /// none (some Polish meters) are opened with it. Nil takes every meter that the keys open.
    public let systemTitle: SystemTitle?

    /// The keys of one meter.
    public init(
        encryptionKey: AES128Key, authenticationKey: AES128Key? = nil, tagCheck: TagCheck = .strict,
        systemTitle: SystemTitle? = nil
    ) {
        self.encryptionKey = encryptionKey
        self.authenticationKey = authenticationKey
        self.tagCheck = tagCheck
        self.systemTitle = systemTitle
    }
}

/// What proves a frame.
public enum TagCheck: String, Hashable, Sendable, CaseIterable {
    /// The authentication tag must match.
    case strict
    /// The CRC of the text inside must match; the tag may be wrong or missing. For meters whose authentication key is
    /// not known.
    case crcOnly = "crc-only"
}
