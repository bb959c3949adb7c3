/// Why a text is no identifier: what it was meant to be, what it is, what it should look like.
public enum IdentifierError: Error, Hashable, Sendable {
    /// Something other than hexadecimal digits.
    case notHexadecimal(name: String, text: String)
    /// It has too few or too many digits.
    case wrongLength(name: String, digits: Int, wanted: Int)
}

extension IdentifierError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notHexadecimal(let name, let text):
            "\(name) \"\(text)\" is not hexadecimal: write it in the digits 0-9 and A-F"
        case .wrongLength(let name, let digits, let wanted):
            "\(name) has \(digits) hexadecimal digits, it must have \(wanted)"
        }
    }
}
