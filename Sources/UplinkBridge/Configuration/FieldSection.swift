import MeterValues
import UplinkPayload

extension FieldRequest {
    init(_ table: ConfigurationTable) throws(ConfigurationError) {
        guard let source = try table.string("obis") else {
            throw table.error(nil, "needs obis = \"1-0:1.8.0\", or whichever code is meant")
        }
        self.init(source)
        name = try table.string("name")
        if let symbol = try table.string("unit") {
            guard let unit = MeterUnit(symbol: symbol) else {
                throw table.error("unit", "\"\(symbol)\" is not known, for example kWh, Wh, kW, W, V, A, m3")
            }
            self.unit = unit
        }
        if let text = try table.number("resolution") {
            guard let resolution = Resolution(text) else {
                throw table.error("resolution", "\(text) must be a positive number with at most 6 decimals")
            }
            self.resolution = resolution
        }
        minimum = try Self.bound("min", table)
        maximum = try Self.bound("max", table)
        try table.finish()
    }

    private static func bound(_ key: String, _ table: ConfigurationTable) throws(ConfigurationError) -> FixedPoint? {
        guard let text = try table.number(key) else { return nil }
        guard let number = FixedPoint(text) else { throw table.error(key, "\(text) has too many digits") }
        return number
    }
}
