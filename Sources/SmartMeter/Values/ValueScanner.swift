import MeterValues

/// Reads one value between parentheses: `(000025.653*kWh)`, `(200706104157S)`, `(00001)`, `(4B38)`, `()`.
///
/// Formats Fn(x,y), In, Sn and TST of DSMR P1 Companion Standard 5.0.2, 6.4, and what meters make of them: integers in
/// Wh (Austria), a `*` left out before the unit and blanks around it (Hungary), `kVAr` (Sweden), no unit at all (dead
/// M-Bus channels), stamps without a season (Belgium) or as COSEM octets.
struct ScannedValue {
    enum Form {
        case number, text
        /// A stamp; `stamp` says what it means.
        case stamp
    }

    var form: Form
    var coefficient: Int64 = 0
    var decimals: UInt8 = 0
    var unit: MeterUnit = .none
    var stamp = MeterTimeStamp()
    /// Digits that were read before anything else.
    var digits = 0
    /// The place behind the `)`, or of the line end that stands there instead.
    var end: Int

    /// A number of twelve digits, which may be a stamp whose season is missing.
    var isTwelveDigits: Bool { form == .number && digits == 12 && decimals == 0 && unit == .none && coefficient >= 0 }

    /// What a stamp means, or those twelve digits; nil for any other value.
    var asStamp: MeterTimeStamp? {
        if form == .stamp { return stamp }
        return isTwelveDigits ? MeterTimeStamp(digits: coefficient, summer: nil) : nil
    }

    /// The same behind a value, where meters of mode D leave the seconds out, and some put one digit more before it, for a
    /// season that they do not all keep.
    var asStampBehindValue: MeterTimeStamp? {
        guard form == .number, decimals == 0, unit == .none, coefficient >= 0 else { return asStamp }
        switch digits {
        case 10: return MeterTimeStamp(digits: coefficient * 100, summer: nil)
        case 11 where coefficient < 30_000_000_000:
            return MeterTimeStamp(digits: coefficient % 10_000_000_000 * 100, summer: nil)
        case 13 where coefficient < 3_000_000_000_000:
            return MeterTimeStamp(digits: coefficient % 1_000_000_000_000, summer: nil)
        default: return asStamp
        }
    }

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
        if index < end, !ASCII.isDigit(bytes[index]) {
            ASCII.skipBlanks(bytes, &index, end)
            if index < end, bytes[index] == ASCII.minus || bytes[index] == ASCII.plus {
                negative = bytes[index] == ASCII.minus
                index &+= 1
                ASCII.skipBlanks(bytes, &index, end)
            }
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
        ASCII.skipBlanks(bytes, &index, end)
        var unit = MeterUnit.none
        if index < end, bytes[index] != ASCII.close {
            if digits == 12, decimals == 0, !negative,
                bytes[index] == UInt8(ascii: "S") || bytes[index] == UInt8(ascii: "W")
            {
                var next = index &+ 1
                ASCII.skipBlanks(bytes, &next, end)
                if next < end, bytes[next] == ASCII.close {
                    let summer = bytes[index] == UInt8(ascii: "S")
                    self.init(form: .stamp, digits: digits, end: next &+ 1)
                    stamp = MeterTimeStamp(digits: coefficient, summer: summer)
                    return
                }
            }
            if bytes[index] == ASCII.star { index &+= 1 }
            ASCII.skipBlanks(bytes, &index, end)
            var packed: UInt64 = 0
            let symbolEnd = min(end, index &+ 8)
            // Blanks and control characters are part of none.
            while index < symbolEnd, bytes[index] != ASCII.close, bytes[index] > 0x20 {
                packed = packed << 8 | UInt64(MeterUnit.lowercased(bytes[index]))
                index &+= 1
            }
            ASCII.skipBlanks(bytes, &index, end)
            guard index < end, bytes[index] == ASCII.close, let known = MeterUnit(packedSymbol: packed) else {
                self = Self.text(bytes, at: start, end: end)
                return
            }
            unit = known
        }
        guard index < end else {
            self = Self.text(bytes, at: start, end: end)
            return
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
            if byte == ASCII.close {
                guard index &- start == 24, let stamp = octets(bytes, start..<index) else {
                    return Self(form: .text, end: index &+ 1)
                }
                var value = Self(form: .stamp, end: index &+ 1)
                value.stamp = stamp
                return value
            }
            if ASCII.isNewline(byte) { break }
            index &+= 1
        }
        return Self(form: .text, end: index)
    }

    /// A stamp in 24 hexadecimal digits; nil for every other text. Years from 2000 on begin with 07, and are no number.
    private static func octets(_ bytes: Span<UInt8>, _ range: Range<Int>) -> MeterTimeStamp? {
        guard bytes[range.lowerBound] == 0x30, bytes[range.lowerBound + 1] == 0x37 else {
            return nil
        }
        var octets: [UInt8] = []
        for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            guard let high = ASCII.hexadecimalDigit(bytes[index]), let low = ASCII.hexadecimalDigit(bytes[index + 1])
            else { return nil }
            octets.append(high << 4 | low)
        }
        return MeterTimeStamp(octets: octets)
    }
}
