import MeterValues

/// The unit and power of ten of registers that a meter pushes without saying them: each maker has its own, in its handbook.
enum ListScale: Hashable {
    /// HAN as the Norwegian regulator ordered it: energy in 10 Wh, currents in 0.01 A, the rest whole.
    case kamstrupNorway
    /// The longer list of Denmark, Sweden and Switzerland: energy in Wh, currents and power factors in 0.01.
    case kamstrup
    /// Energy in Wh, power in W, currents in mA, voltages in 0.1 V.
    case kaifa
    /// Energy in Wh, power in W, currents in 0.01 A, power factors in 0.001, voltages in V or 0.1 V by firmware, which their size
    /// tells.
    case landisGyr
    /// Energy in Wh and power in W, and nothing else known: EGD and CEZ.
    case whole

    /// Nil for registers whose scale is not known.
    func quantity(_ code: OBISCode, _ number: Int64) -> Quantity? {
        // 1-0 and 1-1 are the same lists.
        guard code.a == 1 else { return Quantity(coefficient: number, decimals: 0, unit: .none) }
        switch code.d {
        case 8, 9, 29: return energyUnit(code.c).map { Quantity(coefficient: energy(number), decimals: 0, unit: $0) }
        case 7, 4, 5, 6, 24, 25, 27: return instantaneous(code.c, number)
        case 0: return Quantity(coefficient: number, decimals: 0, unit: .none)
        default: return nil
        }
    }

    private func energy(_ number: Int64) -> Int64 {
        guard self == .kamstrupNorway else { return number }
        let (product, overflow) = number.multipliedReportingOverflow(by: 10)
        return overflow ? number : product
    }

    private func instantaneous(_ c: UInt8, _ number: Int64) -> Quantity? {
        switch c {
        case 31, 51, 71, 91: return currentPlaces.map { Quantity(coefficient: number, decimals: $0, unit: .ampere) }
        case 32, 52, 72: return voltagePlaces(number).map { Quantity(coefficient: number, decimals: $0, unit: .volt) }
        case 13, 33, 53, 73: return factorPlaces.map { Quantity(coefficient: number, decimals: $0, unit: .none) }
        case 14: return self == .landisGyr ? frequency(number) : nil
        default:
            return Self.powerUnit(c).map { Quantity(coefficient: number, decimals: 0, unit: $0) }
        }
    }

    private var currentPlaces: UInt8? {
        switch self {
        case .kamstrupNorway, .kamstrup, .landisGyr: 2
        case .kaifa: 3
        case .whole: nil
        }
    }

    private func voltagePlaces(_ number: Int64) -> UInt8? {
        switch self {
        case .kamstrupNorway, .kamstrup: 0
        case .kaifa: 1
        // No mains has a thousand volts, and none lives at 100 V and measures tenths.
        case .landisGyr: number >= 1_000 ? 1 : 0
        case .whole: nil
        }
    }

    private var factorPlaces: UInt8? {
        switch self {
        case .kamstrup: 2
        case .landisGyr, .kaifa: 3
        case .kamstrupNorway, .whole: nil
        }
    }

    private func frequency(_ number: Int64) -> Quantity {
        let places: UInt8 = number >= 1_000 ? 2 : number >= 100 ? 1 : 0
        return Quantity(coefficient: number, decimals: places, unit: .hertz)
    }

    /// What group C measures, in its energy.
    private func energyUnit(_ c: UInt8) -> MeterUnit? {
        switch Self.powerUnit(c) {
        case .watt: .wattHour
        case .var: .varHour
        case .voltAmpere: .voltAmpereHour
        default: nil
        }
    }

    /// What group C measures, in all phases (1 to 20) or one (21 to 80) (IEC 62056-61, table 5).
    private static func powerUnit(_ c: UInt8) -> MeterUnit? {
        guard c < 81 else { return nil }
        switch c > 20 ? (c - 1) % 20 + 1 : c {
        case 1, 2, 15, 16: return .watt
        case 3...8: return .var
        case 9, 10: return .voltAmpere
        default: return nil
        }
    }
}
