import Ciphers
import FoundationEssentials

/// A payload as people hold it: hexadecimal digits, base64 (The Things Stack's `frm_payload`, ChirpStack's `data`), or a
/// list of bytes as consoles show it.
enum WrittenPayload {
    /// What the text can mean, the likeliest first: some texts are hexadecimal and base64 at once.
    static func readings(of text: String) -> [[UInt8]] {
        let digits = text.replacing(",", with: " ").replacing("0x", with: "").replacing("0X", with: "")
        var readings = [list(text), [UInt8](hex: digits), base64(text)].compactMap { $0 }
        readings.removeAll(where: \.isEmpty)
        return readings
    }

    static let forms = "hexadecimal (two digits 0-9, a-f for each byte), base64, or a list of bytes such as [16, 1, 40]"

    /// In brackets, so that nothing else can be meant.
    private static func list(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part -> UInt8? in
            let words = part.split(whereSeparator: \.isWhitespace)
            return words.count == 1 ? UInt8(words[0]) : nil
        }
        return bytes.count == parts.count ? bytes : nil
    }

    /// With the alphabet of addresses too.
    private static func base64(_ text: String) -> [UInt8]? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/").filter { !$0.isWhitespace }
        return Data(base64Encoded: plain).map(Array.init)
    }
}
