import MeterValues

/// The short codes of IEC 62056-21 mode D and C: `C.D.E` without medium and channel, which are those of electricity then
/// (IEC 62056-61, Annex A: "reduced ID codes").
enum ReducedCode {
    /// The letters that stand for the group C of what is no electrical quantity.
    private static func groupC(_ letter: UInt8) -> UInt64? {
        switch letter {
        case UInt8(ascii: "C"): 96
        case UInt8(ascii: "F"): 97
        case UInt8(ascii: "L"): 98
        case UInt8(ascii: "P"): 99
        default: nil
        }
    }

    /// `C.D(`, `C.D.E(`, `C.D.E*F(` from `start` on; `index` is left at the `(`.
    static func read(_ bytes: Span<UInt8>, _ index: inout Int, from start: Int, _ end: Int) -> OBISCode? {
        var place = start
        guard place < end else { return nil }
        let letter = groupC(bytes[place])
        if letter != nil { place &+= 1 }
        guard let c = letter ?? number(bytes, &place, end), take(ASCII.point, bytes, &place, end) else { return nil }
        // F.F is the register of errors: 97.97.
        let isErrors = letter == 97 && place < end && bytes[place] == UInt8(ascii: "F")
        if isErrors { place &+= 1 }
        guard let d = isErrors ? 97 : number(bytes, &place, end) else { return nil }
        var (e, f) = (UInt64(0), UInt64(255))
        if take(ASCII.point, bytes, &place, end) {
            guard let number = number(bytes, &place, end) else { return nil }
            e = number
        }
        if take(ASCII.star, bytes, &place, end) {
            guard let number = number(bytes, &place, end) else { return nil }
            f = number
        }
        while place < end, ASCII.isBlank(bytes[place]) { place &+= 1 }
        guard place < end, bytes[place] == ASCII.open else { return nil }
        index = place
        let medium: UInt64 = letter == nil ? 1 : 0
        return OBISCode(rawValue: medium << 40 | c << 24 | d << 16 | e << 8 | f)
    }

    private static func take(_ byte: UInt8, _ bytes: Span<UInt8>, _ place: inout Int, _ end: Int) -> Bool {
        guard place < end, bytes[place] == byte else { return false }
        place &+= 1
        return true
    }

    private static func number(_ bytes: Span<UInt8>, _ place: inout Int, _ end: Int) -> UInt64? {
        var (number, digits) = (UInt64(0), 0)
        while place < end, ASCII.isDigit(bytes[place]), digits < 3 {
            number = number &* 10 &+ UInt64(bytes[place] &- 0x30)
            place &+= 1
            digits &+= 1
        }
        return digits > 0 && number <= 255 ? number : nil
    }
}
