extension [UInt8] {
    /// Upper-case digits, for messages.
    var hexDigits: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
