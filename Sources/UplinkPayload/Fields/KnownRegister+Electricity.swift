import MeterValues

extension KnownRegister {
    private static let energies: [UInt8: String] = [
        1: "import", 2: "export", 3: "reactive_import", 4: "reactive_export", 5: "reactive_q1", 6: "reactive_q2",
        7: "reactive_q3", 8: "reactive_q4", 9: "apparent_import", 10: "apparent_export", 15: "absolute", 16: "net",
    ]

    /// Formats: Luxmetering 3.2.6, DSMR 5.0.2 6.12 (energy F9(3,3), power F5(3,3), voltage F4(1,1), current F3(0,0)).
    init?(electricity code: OBISCode) {
        if code.f != 255 {
            self.init(pastPeak: code)
            return
        }
        switch (code.c, code.d, code.e) {
        case (1...10, 8, 0...4), (15...16, 8, 0...4): self.init(energy: code)
        case (1...10, 7, 0), (15...16, 7, 0): self.init(power: code.c, phase: "")
        case (21...30, 7, 0), (35...36, 7, 0): self.init(power: code.c - 20, phase: "_l1")
        case (41...50, 7, 0), (55...56, 7, 0): self.init(power: code.c - 40, phase: "_l2")
        case (61...70, 7, 0), (75...76, 7, 0): self.init(power: code.c - 60, phase: "_l3")
        case (1...2, 4, 0):
            self.init("\(Self.energies[code.c] ?? "")_average_kw", .kilowatt, decimals: 3, 0, 99_999)
        case (1...2, 6, 0): self.init("\(Self.energies[code.c] ?? "")_peak_kw", .kilowatt, decimals: 3, 0, 99_999)
        case (13, 7, 0): self.init("power_factor", .none, decimals: 3, -1_000, 1_000)
        case (33, 7, 0), (53, 7, 0), (73, 7, 0):
            self.init("power_factor_l\((code.c - 13) / 20)", .none, decimals: 3, -1_000, 1_000)
        case (14, 7, 0): self.init("frequency_hz", .hertz, decimals: 2, 0, 9_999)
        case (11, 7, 0): self.init("current_a", .ampere, decimals: 2, 0, 12_600)
        case (12, 7, 0): self.init("voltage_v", .volt, decimals: 1, 0, 4_090)
        case (31, 7, 0), (51, 7, 0), (71, 7, 0):
            self.init("current_l\((code.c - 11) / 20)_a", .ampere, decimals: 0, 0, 126)
        case (91, 7, 0): self.init("current_n_a", .ampere, decimals: 2, 0, 12_600)
        case (32, 7, 0), (52, 7, 0), (72, 7, 0):
            self.init("voltage_l\((code.c - 12) / 20)_v", .volt, decimals: 1, 0, 4_090)
        case (32, 32, 0), (52, 32, 0), (72, 32, 0):
            self.init("sags_l\((code.c - 12) / 20)", .none, decimals: 0, 0, 65_534)
        case (32, 36, 0), (52, 36, 0), (72, 36, 0):
            self.init("swells_l\((code.c - 12) / 20)", .none, decimals: 0, 0, 65_534)
        default: return nil
        }
    }

    private init?(energy code: OBISCode) {
        guard let quantity = Self.energies[code.c] else { return nil }
        let tariff = code.e == 0 ? "" : "_t\(code.e)"
        let unit: MeterUnit =
            switch code.c {
            case 3...8: .kilovarHour
            case 9...10: .kilovoltAmpereHour
            default: .kilowattHour
            }
        let least: Int64 = code.c == 16 ? -999_999_999 : 0
        self.init("\(quantity)\(tariff)_\(unit.symbol.lowercased())", unit, decimals: 3, least, 999_999_999)
    }

    private init?(power c: UInt8, phase: String) {
        guard let quantity = Self.energies[c] else { return nil }
        let unit: MeterUnit =
            switch c {
            case 3...8: .kilovar
            case 9...10: .kilovoltAmpere
            default: .kilowatt
            }
        let least: Int64 = c == 16 ? -99_999 : 0
        self.init("\(quantity)\(phase)_\(unit.symbol.lowercased())", unit, decimals: 3, least, 99_999)
    }

    /// 1-0:1.6.0*1 is the peak of the last month that is over, *13 that of a year before.
    private init?(pastPeak code: OBISCode) {
        guard (1...13).contains(code.f), code == OBISCode.peak(monthsAgo: code.f) else { return nil }
        self.init("import_peak_m\(code.f)_kw", .kilowatt, decimals: 3, 0, 99_999)
    }

    /// What the bridge computes itself: channels from 128 on are the maker's own (IEC 62056-61, 5.4).
    init?(computed code: OBISCode) {
        guard code.f == 255 else { return nil }
        if let statistic = code.statistic {
            self.init(statistic, of: code.c)
            return
        }
        switch (code.c, code.d, code.e) {
        case (1...2, 9, _):
            guard let period = EnergyPeriod(rawValue: code.e), let flow = Self.energies[code.c] else { return nil }
            self.init("\(flow)_\(period.name)_kwh", .kilowattHour, decimals: 3, 0, 99_999_999)
        case (1...2, 15, 0): self.init("\(Self.energies[code.c] ?? "")_minute_kw", .kilowatt, decimals: 3, 0, 99_999)
        case (1, 8, 1...): self.init("import_above_\(code.e)kw_kwh", .kilowattHour, decimals: 3, 0, 999_999_999)
        case (2, 7, 0): self.init("excess_kw", .kilowatt, decimals: 3, 0, 99_999)
        case (22, 7, 0), (42, 7, 0), (62, 7, 0):
            self.init("excess_l\(code.c / 20)_kw", .kilowatt, decimals: 3, 0, 99_999)
        case (1, 6, 13): self.init("import_peak_mean_kw", .kilowatt, decimals: 3, 0, 99_999)
        default: return nil
        }
    }

    /// As the register that it is of: "voltage_l1_v" becomes "voltage_l1_max_v". Currents have two decimals, for a mean
    /// has more than its values.
    private init?(_ statistic: IntervalStatistic, of c: UInt8) {
        guard let register = KnownRegister(OBISCode(1, 0, c, 7, 0)),
            let unit = register.name.split(separator: "_").last
        else { return nil }
        let name = "\(register.name.dropLast(unit.count))\(statistic.name)_\(unit)"
        guard register.unit != .ampere else {
            self.init(name, .ampere, decimals: 2, 0, 12_600)
            return
        }
        self.init(name, register.unit, decimals: register.resolution.decimals, register.minimum, register.maximum)
    }
}

extension IntervalStatistic {
    fileprivate var name: String {
        switch self {
        case .least: "min"
        case .mean: "mean"
        case .greatest: "max"
        }
    }
}

extension EnergyPeriod {
    fileprivate var name: String {
        switch self {
        case .today: "today"
        case .yesterday: "yesterday"
        case .month: "month"
        case .lastMonth: "last_month"
        }
    }
}
