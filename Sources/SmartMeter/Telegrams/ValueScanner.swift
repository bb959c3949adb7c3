import MeterValues

/// Reads one value between parentheses: `(000025.653*kWh)`, `(200706104157S)`, `(00001)`, `(4B38)`, `()`.
///
/// Formats Fn(x,y), In, Sn and TST of DSMR P1 Companion Standard 5.0.2, 6.4, and what meters make of them: integers in
/// Wh (Austria), a `*` left out before the unit (Hungary), `kVAr` (Sweden), no unit at all (dead M-Bus channels).
struct ScannedValue {
    enum Form {
        case number, text
        /// A stamp; `coefficient` holds its twelve digits, `seconds` what they mean.
        case stamp
    }

    var form: Form
    var coefficient: Int64 = 0
    var decimals: UInt8 = 0
    var unit: MeterUnit = .none
    var seconds: UInt32 = 0
    /// Digits that were read before anything else.
    var digits = 0
    /// The place behind the `)`, or of the line end that stands there instead.
    var end: Int

    /// A stamp, or the twelve digits of one whose season is missing (DSMR 2.2 and 3.0).
    var isStampLike: Bool { form == .stamp || (digits == 12 && decimals == 0 && unit == .none && form == .number) }

    /// - Parameters:
    ///   - start: the place behind the `(`.
    ///   - asText: whether the register is known to hold characters, so that digits are no number.
    @inline(__always)
    init(_ bytes: Span<UInt8>, at start: Int, end: Int, asText: Bool) {
        guard !asText else {
            self = Self.text(bytes, at: start, end: end)
            return
        }
        var index = start
        var negative = false
        if index < end, bytes[index] == ASCII.minus {
            negative = true
            index &+= 1
        }
        var coefficient: Int64 = 0
        let firstDigit = index
        while index < end, ASCII.isDigit(bytes[index]) {
            coefficient = coefficient &* 10 &+ Int64(bytes[index] &- 0x30)
            index &+= 1
        }
        var digits = index &- firstDigit
        var decimals = 0
        if index < end, bytes[index] == ASCII.point {
            index &+= 1
            let firstDecimal = index
            while index < end, ASCII.isDigit(bytes[index]) {
                coefficient = coefficient &* 10 &+ Int64(bytes[index] &- 0x30)
                index &+= 1
            }
            decimals = index &- firstDecimal
            digits &+= decimals
        }
        // Eighteen digits fit 64 bits; what is longer is an identifier and not a number.
        guard digits > 0, digits <= 18, index < end else {
            self = Self.text(bytes, at: start, end: end)
            return
        }
        var unit = MeterUnit.none
        if bytes[index] != ASCII.close {
            if digits == 12, decimals == 0, !negative, index &+ 1 < end, bytes[index &+ 1] == ASCII.close,
                bytes[index] == UInt8(ascii: "S") || bytes[index] == UInt8(ascii: "W")
            {
                let summer = bytes[index] == UInt8(ascii: "S")
                self.init(form: .stamp, coefficient: coefficient, digits: digits, end: index &+ 2)
                seconds = MeterTimeStamp.seconds(digits: coefficient, summer: summer) ?? 0
                return
            }
            if bytes[index] == ASCII.star { index &+= 1 }
            var packed: UInt64 = 0
            let symbolEnd = min(end, index &+ 8)
            while index < symbolEnd, bytes[index] != ASCII.close, bytes[index] != ASCII.nul {
                packed = packed << 8 | UInt64(MeterUnit.lowercased(bytes[index]))
                index &+= 1
            }
            guard index < end, bytes[index] == ASCII.close, let known = MeterUnit(packedSymbol: packed) else {
                self = Self.text(bytes, at: start, end: end)
                return
            }
            unit = known
        }
        self.init(
            form: .number, coefficient: negative ? 0 &- coefficient : coefficient,
            decimals: UInt8(truncatingIfNeeded: decimals), unit: unit, digits: digits, end: index &+ 1)
    }

    private init(
        form: Form, coefficient: Int64 = 0, decimals: UInt8 = 0, unit: MeterUnit = .none, digits: Int = 0, end: Int
    ) {
        self.form = form
        self.coefficient = coefficient
        self.decimals = decimals
        self.unit = unit
        self.digits = digits
        self.end = end
    }

    private static func text(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Self {
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte == ASCII.close { return Self(form: .text, end: index &+ 1) }
            if ASCII.isNewline(byte) { break }
            index &+= 1
        }
        return Self(form: .text, end: index)
    }
}
