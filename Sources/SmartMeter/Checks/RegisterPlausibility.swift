import MeterValues

/// What can be seen of a text without a check sum: its lines are readable, and its registers of energy neither go back nor
/// leap.
///
/// A telegram that breaks with the one before it is believed when the next one bears it out: two of them damaged in the same
/// digit in the same way are not to be expected, a changed meter is.
struct RegisterPlausibility {
    private var last: [OBISCode: Quantity]?
    private var doubted: [OBISCode: Quantity]?

    /// Between telegrams, in Wh, varh, VAh: an hour of a connection of 3 x 63 A.
    private static let leap: Int64 = 44_000

    /// Whether to believe it; takes note of it in either case.
    mutating func accept(_ text: TelegramText) -> Bool {
        guard text.oddLines == 0, !text.records.isEmpty else { return false }
        let registers = Self.registers(of: text)
        if let last, !Self.follows(registers, last) {
            guard let doubted, Self.follows(registers, doubted) else {
                doubted = registers
                return false
            }
        }
        last = registers
        doubted = nil
        return true
    }

    private static func registers(of text: TelegramText) -> [OBISCode: Quantity] {
        var registers: [OBISCode: Quantity] = [:]
        for record in text.records where record.kind == .quantity && record.code.d == 8 {
            registers[record.code] = Quantity(
                coefficient: record.coefficient, decimals: record.decimals, unit: record.unit)
        }
        return registers
    }

    private static func follows(_ new: [OBISCode: Quantity], _ old: [OBISCode: Quantity]) -> Bool {
        guard new.count == old.count else { return false }
        return new.allSatisfy { code, value in
            guard let before = old[code], before.unit == value.unit, before.decimals == value.decimals else {
                return false
            }
            let (step, overflow) = value.coefficient.subtractingReportingOverflow(before.coefficient)
            guard !overflow, step >= 0 else { return false }
            let most = Quantity(coefficient: leap, decimals: 0, unit: .none)
                .coefficient(in: .none, decimals: Int(value.decimals) - value.unit.exponent, rounding: true)
            return step <= most ?? .max
        }
    }
}
