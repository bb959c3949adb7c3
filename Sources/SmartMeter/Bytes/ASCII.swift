/// The characters that the grammar of a telegram is made of.
enum ASCII {
    static let nul: UInt8 = 0x00
    static let startOfText: UInt8 = 0x02
    static let endOfText: UInt8 = 0x03
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let bang = UInt8(ascii: "!")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")
    static let star = UInt8(ascii: "*")
    static let plus = UInt8(ascii: "+")
    static let minus = UInt8(ascii: "-")
    static let point = UInt8(ascii: ".")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")

    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    @inline(__always) static func isPrintable(_ byte: UInt8) -> Bool { byte &- 0x20 < 0x5F }
    @inline(__always) static func isNewline(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

    /// A blank or a tab.
    @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    @inline(__always) static func skipBlanks(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) {
        // One comparison for the many values without any.
        while index < end, bytes[index] <= 0x20, isBlank(bytes[index]) { index &+= 1 }
    }

    /// What may follow the last value or checksum of a line in the field: line ends, and the NUL, FF or blank that some
    /// meters add.
    @inline(__always) static func endsLine(_ byte: UInt8) -> Bool {
        isNewline(byte) || byte == nul || byte == 0x0C || byte == 0x20 || byte == 0xFF
    }

    @inline(__always) static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
