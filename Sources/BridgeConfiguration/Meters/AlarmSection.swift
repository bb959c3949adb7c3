import ConfigurationText
import MeterValues
import UplinkPayload

extension ConfigurationTable {
    /// Limits of a meter: { under_voltage_v = 207, import_kw = 11.5 }; the silence has an option of its own.
    func alarmLimits(_ key: String) -> [AlarmLimit: Int] {
        var limits: [AlarmLimit: Int] = [:]
        guard let table = table(key) else { return limits }
        for limit in AlarmLimit.allCases where limit != .silence { limits[limit] = table.alarmLimit(limit) }
        table.finish()
        return limits
    }

    private func alarmLimit(_ limit: AlarmLimit) -> Int? {
        guard let text = number(limit.name) else { return nil }
        let resolution = limit.resolution
        let steps = FixedPoint(text).flatMap { number in
            Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: .none)
                .coefficient(in: .none, decimals: resolution.decimals)
        }
        if let steps, let value = Int(exactly: steps), limit.range.contains(value) { return value }
        let most = FixedPoint(coefficient: Int64(limit.range.upperBound), decimals: resolution.decimals)
        let step = FixedPoint(coefficient: resolution.step, decimals: resolution.decimals)
        refuse(limit.name, "must be from 0 to \(most) in steps of \(step), this is \(text.shortened)")
        return nil
    }
}
