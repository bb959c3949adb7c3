import MeterValues

/// What the project knows of a register before anyone configures it: its name, its unit, and the range meters print.
struct KnownRegister {
    let name: String
    let unit: MeterUnit
    let resolution: Resolution
    /// In steps of 10^-decimals.
    let minimum: Int64
    let maximum: Int64

    init?(_ source: FieldSource) {
        switch source {
        case .netPower: self.init("net_kw", .kilowatt, decimals: 3, -99_999, 99_999)
        case .register(let code): self.init(code)
        }
    }

    private init?(_ name: String, _ unit: MeterUnit, decimals: Int, _ minimum: Int64, _ maximum: Int64) {
        guard let resolution = Resolution(step: 1, decimals: decimals) else { return nil }
        self.name = name
        self.unit = unit
        self.resolution = resolution
        self.minimum = minimum
        self.maximum = maximum
    }

    private init?(_ code: OBISCode) {
        guard code.f == 255 else { return nil }
        switch code.a {
        case 1 where code.b == 0: self.init(electricity: code)
        case 0: self.init(abstract: code)
        default: return nil
        }
    }

    /// Formats: Luxmetering 3.2.6, DSMR 5.0.2 6.12 (energy F9(3,3), power F5(3,3), voltage F4(1,1), current F3(0,0)).
    private init?(electricity code: OBISCode) {
        switch (code.c, code.d, code.e) {
        case (1...4, 8, 0...4):
            guard let quantity = Self.energies[code.c] else { return nil }
            let tariff = code.e == 0 ? "" : "_t\(code.e)"
            let unit: MeterUnit = code.c <= 2 ? .kilowattHour : .kilovarHour
            self.init("\(quantity)\(tariff)_\(unit.symbol.lowercased())", unit, decimals: 3, 0, 999_999_999)
        case (1...4, 7, 0):
            guard let quantity = Self.energies[code.c] else { return nil }
            let unit: MeterUnit = code.c <= 2 ? .kilowatt : .kilovar
            self.init("\(quantity)_\(unit.symbol.lowercased())", unit, decimals: 3, 0, 99_999)
        case (9, 7, 0): self.init("apparent_import_kva", .kilovoltAmpere, decimals: 3, 0, 99_999)
        case (10, 7, 0): self.init("apparent_export_kva", .kilovoltAmpere, decimals: 3, 0, 99_999)
        case (13, 7, 0): self.init("power_factor", .none, decimals: 3, -1_000, 1_000)
        case (14, 7, 0): self.init("frequency_hz", .hertz, decimals: 2, 0, 9_999)
        case (21...24, 7, 0), (41...44, 7, 0), (61...64, 7, 0):
            guard let quantity = Self.energies[code.c % 20] else { return nil }
            let unit: MeterUnit = code.c % 20 <= 2 ? .kilowatt : .kilovar
            self.init("\(quantity)_l\(code.c / 20)_\(unit.symbol.lowercased())", unit, decimals: 3, 0, 99_999)
        case (31, 7, 0), (51, 7, 0), (71, 7, 0):
            self.init("current_l\((code.c - 11) / 20)_a", .ampere, decimals: 0, 0, 126)
        case (32, 7, 0), (52, 7, 0), (72, 7, 0):
            self.init("voltage_l\((code.c - 12) / 20)_v", .volt, decimals: 1, 0, 4_090)
        case (32, 32, 0), (52, 32, 0), (72, 32, 0):
            self.init("sags_l\((code.c - 12) / 20)", .none, decimals: 0, 0, 65_534)
        case (32, 36, 0), (52, 36, 0), (72, 36, 0):
            self.init("swells_l\((code.c - 12) / 20)", .none, decimals: 0, 0, 65_534)
        default: return nil
        }
    }

    private init?(abstract code: OBISCode) {
        switch (code.b, code.c, code.d, code.e) {
        case (0, 17, 0, 0): self.init("limit_kva", .kilovoltAmpere, decimals: 1, 0, 9_999)
        case (0, 96, 3, 10): self.init("breaker", .none, decimals: 0, 0, 6)
        case (1...2, 96, 3, 10): self.init("relay\(code.b)", .none, decimals: 0, 0, 6)
        case (0, 96, 7, 21): self.init("power_failures", .none, decimals: 0, 0, 65_534)
        case (0, 96, 7, 9): self.init("long_power_failures", .none, decimals: 0, 0, 65_534)
        case (0, 96, 14, 0): self.init("tariff", .none, decimals: 0, 0, 14)
        case (1...8, 24, 2, 1), (1...8, 24, 2, 3):
            self.init("mbus\(code.b)_m3", .cubicMetre, decimals: 3, 0, 99_999_999)
        default: return nil
        }
    }

    private static let energies: [UInt8: String] = [
        1: "import", 2: "export", 3: "reactive_import", 4: "reactive_export",
    ]
}
