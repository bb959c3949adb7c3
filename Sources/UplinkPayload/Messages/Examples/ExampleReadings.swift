import MeterValues
import Timekeeping

/// Readings of the examples: values as they occur in a house, and at the ends of their ranges.
enum ExampleReadings {
    /// 2026-06-21T14:15:00Z.
    static let time = UTCInstant(secondsSince1970: 1_782_051_300)

    static let nothing = Reading(time: time, quantities: [:])

    /// - Parameter beyond: greater than the fields can hold.
    static func reading(for fields: [Field], beyond: Bool = false) -> Reading {
        var quantities: [OBISCode: Quantity] = [:]
        for (index, field) in fields.enumerated() {
            guard case .register(let code) = field.source else {
                quantities[.importedPower] = Quantity(coefficient: 412, decimals: 3, unit: .kilowatt)
                let exported: Int64 = beyond ? 9_000_000_000 : 2_733
                quantities[.exportedPower] = Quantity(coefficient: exported, decimals: 3, unit: .kilowatt)
                continue
            }
            let value = beyond ? field.maximum + field.resolution.step : usual(field, index)
            quantities[code] = Quantity(
                coefficient: value, decimals: UInt8(field.resolution.decimals), unit: field.unit)
        }
        return Reading(time: time, quantities: quantities)
    }

    /// In steps of the field's decimals, within its range.
    private static func usual(_ field: Field, _ index: Int) -> Int64 {
        let quantity =
            switch field.unit.dimension {
            case .activeEnergy: Quantity(coefficient: 12_345_678, decimals: 0, unit: .wattHour)
            case .activePower: Quantity(coefficient: 1_234, decimals: 0, unit: .watt)
            case .voltage: Quantity(coefficient: 2_314, decimals: 1, unit: .volt)
            case .current: Quantity(coefficient: 5, decimals: 0, unit: .ampere)
            case .volume: Quantity(coefficient: 2_810_345, decimals: 0, unit: .cubicDecimetre)
            default: Quantity(coefficient: 42, decimals: 0, unit: field.unit)
            }
        let value = quantity.coefficient(in: field.unit, decimals: field.resolution.decimals, rounding: true) ?? 0
        return min(max(value + Int64(index), field.minimum), field.maximum - field.resolution.step)
    }
}
