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

    init?(_ name: String, _ unit: MeterUnit, decimals: Int, _ minimum: Int64, _ maximum: Int64) {
        guard let resolution = Resolution(step: 1, decimals: decimals) else { return nil }
        self.name = name
        self.unit = unit
        self.resolution = resolution
        self.minimum = minimum
        self.maximum = maximum
    }

    init?(_ code: OBISCode) {
        switch (code.a, code.b) {
        case (1, 0), (1, 1): self.init(electricity: code)
        case (1, OBISCode.computedChannel): self.init(computed: code)
        case (0, _): self.init(abstract: code)
        case (4...9, _): self.init(medium: code)
        default: return nil
        }
    }

    private init?(abstract code: OBISCode) {
        guard code.f == 255 else { return nil }
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

    /// What M-Bus meters count, whatever their channels.
    private init?(medium code: OBISCode) {
        guard let medium = Medium.allCases.first(where: { $0.code(place: code.b) == code }), code.b < 8 else {
            return nil
        }
        let place = code.b == 0 ? "" : "\(code.b + 1)"
        switch medium {
        case .gas, .water, .hotWater:
            self.init("\(medium.name)\(place)_m3", .cubicMetre, decimals: 3, 0, 99_999_999)
        case .heat, .cold: self.init("\(medium.name)\(place)_gj", .gigajoule, decimals: 3, 0, 99_999_999)
        }
    }
}

extension Medium {
    /// As fields are asked for, and names begin.
    var name: String {
        switch self {
        case .gas: "gas"
        case .water: "water"
        case .hotWater: "hot_water"
        case .heat: "heat"
        case .cold: "cold"
        }
    }
}

extension OBISCode {
    /// Registers of which meters differ in what they measure: any unit may be asked for. Gas, water and heat share the
    /// codes of M-Bus channels; the limit is kVA in Luxembourg, kW in Belgium and Hungary, A in DSMR 3.
    var hasManyUnits: Bool {
        switch (a, c) {
        case (0, 24), (4...9, _): true
        case (0, 17): self == OBISCode(0, 0, 17, 0, 0)
        default: false
        }
    }
}
