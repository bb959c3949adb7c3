import ConfigurationText
import MeterValues
import UplinkPayload

extension FieldRequest {
    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable) {
        let source = table.required("obis", "is missing: \"1-0:1.8.0\", or whichever code is meant")
        self.init(source ?? "")
        name = table.string("name")
        if let symbol = table.string("unit") {
            unit = MeterUnit(symbol: symbol)
            if unit == nil {
                table.refuse("unit", "\"\(symbol.shortened)\" is not known, for example kWh, Wh, kW, W, V, A, m3")
            }
        }
        if let text = table.number("resolution") {
            resolution = Resolution(text)
            if resolution == nil {
                table.refuse("resolution", "\(text.shortened) must be a positive number with at most 6 decimals")
            }
        }
        minimum = Self.bound("min", table)
        maximum = Self.bound("max", table)
        table.finish()
        if source == nil { return nil }
    }

    private static func bound(_ key: String, _ table: ConfigurationTable) -> FixedPoint? {
        guard let text = table.number(key) else { return nil }
        if let number = FixedPoint(text) { return number }
        table.refuse(key, "\(text.shortened) has too many digits")
        return nil
    }
}
