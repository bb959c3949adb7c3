import MeterValues
import UplinkPayload

extension ConfigurationTable {
    /// Limits of a meter: { under_voltage_v = 207, import_kw = 11.5 }; the silence has an option of its own.
    func alarmLimits(_ key: String) throws(ConfigurationError) -> [AlarmLimit: Int] {
        var limits: [AlarmLimit: Int] = [:]
        guard let table = try table(key) else { return limits }
        for limit in AlarmLimit.allCases where limit != .silence {
            guard let text = try table.number(limit.name) else { continue }
            let resolution = limit.resolution
            let number = FixedPoint(text).flatMap { number in
                Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: .none)
                    .coefficient(in: .none, decimals: resolution.decimals, rounding: true)
            }
            guard let number, let value = Int(exactly: number), limit.range.contains(value) else {
                let most = FixedPoint(coefficient: Int64(limit.range.upperBound), decimals: resolution.decimals)
                throw table.error(limit.name, "must be from 0 to \(most), this is \(text)")
            }
            limits[limit] = value
        }
        try table.finish()
        return limits
    }
}
