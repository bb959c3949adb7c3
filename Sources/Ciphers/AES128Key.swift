/// A 128-bit key. Its description never shows it, so it cannot slip into a log.
public struct AES128Key: Hashable, Sendable {
    /// The 16 bytes, in the order in which they are written as hexadecimal digits.
    public let bytes: [UInt8]

    /// - Throws: ``CipherError/wrongKeyLength(_:)`` unless there are 16 bytes.
    public init(_ bytes: [UInt8]) throws(CipherError) {
        guard bytes.count == 16 else { throw .wrongKeyLength(bytes.count) }
        self.bytes = bytes
    }

    /// - Parameter hex: 32 hexadecimal digits in either case; spaces, colons and dashes between them are passed over.
    public init(hex: some StringProtocol) throws(CipherError) {
        guard let bytes = [UInt8](hex: hex) else {
            // With one digit more it would be: then one is missing, or one too many.
            if let bytes = [UInt8](hex: String(hex) + "0") { throw .oddDigits(bytes.count * 2 - 1) }
            throw .notHexadecimal
        }
        try self.init(bytes)
    }
}

extension AES128Key: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "AES128Key(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
