import FoundationEssentials
import Timekeeping

enum Base64Part {
    static func bytes(_ text: String, part: String) throws(ServerEventError) -> [UInt8] {
        if let data = Data(base64Encoded: text) { return Array(data) }
        throw .wrong(part, text, wanted: "base64")
    }

    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}

enum TimePart {
    /// - Returns: nil when there is none.
    static func instant(_ text: String?, part: String) throws(ServerEventError) -> UTCInstant? {
        guard let text, !text.isEmpty else { return nil }
        if let time = UTCInstant(rfc3339: text) { return time }
        throw .wrong(part, text, wanted: "a time such as 2026-11-27T13:45:11Z")
    }
}

enum JSONPart {
    /// Eight digits in lower case, as ChirpStack writes a DevAddr.
    static func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// A string as JSON has it (RFC 8259, 7).
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
