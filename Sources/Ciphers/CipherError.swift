public enum CipherError: Error, Hashable, Sendable {
    /// An AES-128 key has 16 bytes (32 hexadecimal digits); this one has the number given.
    case wrongKeyLength(Int)
    /// An odd number of hexadecimal digits, which is given.
    case oddDigits(Int)
    /// Something other than hexadecimal digits.
    case notHexadecimal
    /// OpenSSL could not be set up: the library is missing AES or memory is exhausted.
    case libraryFailed(String)
}

extension CipherError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongKeyLength(let count):
            "a key has 16 bytes (32 hexadecimal digits), this one has \(count) bytes (\(count * 2) digits)"
        case .oddDigits(let count): "a key has 32 hexadecimal digits, this one has \(count)"
        case .notHexadecimal: "a key is written in hexadecimal digits (0-9, A-F)"
        case .libraryFailed(let call): "OpenSSL refused \(call): is libssl3 installed and complete?"
        }
    }
}
