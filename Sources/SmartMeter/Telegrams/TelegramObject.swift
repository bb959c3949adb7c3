public import MeterValues
public import Timekeeping

/// One object of a telegram: a register, a text, a time, or a list of values.
public struct TelegramObject: Sendable {
    let record: ObjectRecord
    let bytes: [UInt8]
    let timeZone: MeterTimeZone

    /// The register.
    public var code: OBISCode { record.code }

    /// What it shows.
    public var value: TelegramValue {
        switch record.kind {
        case .quantity:
            .quantity(Quantity(coefficient: record.coefficient, decimals: record.decimals, unit: record.unit))
        case .time: .time(timeZone.time(record.stamp))
        case .text, .characters: .text(text)
        case .list: .list(raw)
        }
    }

    /// The number and its unit, when the object has one value and it is a number.
    public var quantity: Quantity? {
        guard record.kind == .quantity else { return nil }
        return Quantity(coefficient: record.coefficient, decimals: record.decimals, unit: record.unit)
    }

    /// The object's own time stamp: when a gas meter was last heard, when a demand peak occurred. Nil when there is
    /// none, or when it is one that meters print for "never".
    public var time: UTCInstant? {
        record.kind == .quantity ? timeZone.time(record.stamp) : nil
    }

    /// All values with their parentheses, as the meter printed them.
    public var raw: String { String(bytes.span, Int(record.valuesStart)..<Int(record.valuesEnd)) }

    /// The value for people and for JSON: a number without its unit and leading zeros ("25.653"), a time in ISO 8601
    /// (as printed when it means "never"), a text in characters (in hexadecimal digits when it has none to show), a
    /// list as it is printed.
    public var valueString: String {
        switch value {
        case .quantity(let quantity): quantity.decimalString
        case .time(let time): time?.description ?? inner
        case .text(let text): text
        case .list(let raw): raw
        }
    }

    /// The symbol of the unit, nil when there is none.
    public var unitSymbol: String? {
        guard record.kind == .quantity, record.unit != .none else { return nil }
        return record.unit.symbol
    }

    /// What stands between the first parenthesis and the last.
    private var inner: String {
        let end = Int(record.valuesEnd)
        let closed = end > 0 && bytes[end - 1] == ASCII.close
        return String(
            bytes.span, Int(record.valuesStart) + 1..<max(Int(record.valuesStart) + 1, closed ? end - 1 : end))
    }

    private var text: String {
        let printed = inner
        let mayBeOctets = record.code.holdsOctets && record.kind != .characters
        guard mayBeOctets, printed.utf8.count.isMultiple(of: 2) else { return printed }
        var octets: [UInt8] = []
        octets.reserveCapacity(printed.utf8.count / 2)
        var high: UInt8?
        for byte in printed.utf8 {
            guard let digit = ASCII.hexadecimalDigit(byte) else { return printed }
            if let first = high {
                octets.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard octets.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else {
            return printed
        }
        return String(validating: octets, as: UTF8.self) ?? printed
    }
}

/// What an object holds.
public enum TelegramValue: Hashable, Sendable {
    /// A number, with a unit where the meter printed one.
    case quantity(Quantity)
    /// A time; nil when the meter printed one of those that mean "never".
    case time(UTCInstant?)
    /// Characters; empty when the meter printed none.
    case text(String)
    /// Several values as they are printed: `(100*A)(-063*A)`, the log of power failures, the history of peaks.
    case list(String)
}

extension String {
    /// The characters of a telegram, which are ASCII; others are shown as U+FFFD.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let part = bytes.extracting(range.clamped(to: 0..<bytes.count))
        if let text = try? UTF8Span(validating: part), text.isKnownASCII {
            self.init(copying: text)
            return
        }
        self.init()
        for index in part.indices {
            unicodeScalars.append(part[index] < 0x80 ? Unicode.Scalar(part[index]) : "\u{FFFD}")
        }
    }
}
