/// A password or token that two sides know. It shows itself to nobody, and how long a comparison takes tells nothing of it.
package struct SharedSecret: Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// The fewest bytes of one that can't be guessed by trying, as ``PageAccess`` lets one try.
    package static let shortest = 8
    package static let longest = 256

    /// - Returns: nil for one that is shorter than ``shortest`` or longer than ``longest``.
    package init?(_ text: String) {
        guard (Self.shortest...Self.longest).contains(text.utf8.count) else { return nil }
        bytes = Array(text.utf8)
    }

    package var description: String { "a secret" }

    /// Takes as long for a wrong one as for the right one: the time depends on the length of `other` alone.
    package func matches(_ other: some Collection<UInt8>) -> Bool {
        guard other.count <= Self.longest else { return false }
        var difference = UInt(truncatingIfNeeded: bytes.count ^ other.count)
        var index = 0
        for byte in other {
            difference |= UInt(byte ^ bytes[index])
            index = index + 1 == bytes.count ? 0 : index + 1
        }
        return difference == 0
    }
}
