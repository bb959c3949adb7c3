/// The unit of a register, as meters write it behind the `*`.
public enum MeterUnit: UInt8, Hashable, Sendable, CaseIterable {
    case none
    case wattHour, kilowattHour, megawattHour
    case varHour, kilovarHour
    case voltAmpereHour, kilovoltAmpereHour
    case watt, kilowatt
    case `var`, kilovar
    case voltAmpere, kilovoltAmpere
    case volt, ampere, hertz
    case cubicMetre, cubicDecimetre
    case megajoule, gigajoule
    case second

    /// What is measured; values convert only within one dimension.
    public enum Dimension: Hashable, Sendable {
        case number, activeEnergy, reactiveEnergy, apparentEnergy, activePower, reactivePower, apparentPower
        case voltage, current, frequency, volume, heat, time
    }

    public var dimension: Dimension {
        switch self {
        case .none: .number
        case .wattHour, .kilowattHour, .megawattHour: .activeEnergy
        case .varHour, .kilovarHour: .reactiveEnergy
        case .voltAmpereHour, .kilovoltAmpereHour: .apparentEnergy
        case .watt, .kilowatt: .activePower
        case .var, .kilovar: .reactivePower
        case .voltAmpere, .kilovoltAmpere: .apparentPower
        case .volt: .voltage
        case .ampere: .current
        case .hertz: .frequency
        case .cubicMetre, .cubicDecimetre: .volume
        case .megajoule, .gigajoule: .heat
        case .second: .time
        }
    }

    /// The power of ten by which the unit is larger than the smallest of its dimension that is listed here.
    public var exponent: Int {
        switch self {
        case .kilowattHour, .kilovarHour, .kilovoltAmpereHour, .kilowatt, .kilovar, .kilovoltAmpere, .cubicMetre,
            .gigajoule:
            3
        case .megawattHour: 6
        default: 0
        }
    }

    /// The usual way to write it: "kWh", "kvarh", "m3"; empty for a plain number.
    public var symbol: String {
        switch self {
        case .none: ""
        case .wattHour: "Wh"
        case .kilowattHour: "kWh"
        case .megawattHour: "MWh"
        case .varHour: "varh"
        case .kilovarHour: "kvarh"
        case .voltAmpereHour: "VAh"
        case .kilovoltAmpereHour: "kVAh"
        case .watt: "W"
        case .kilowatt: "kW"
        case .var: "var"
        case .kilovar: "kvar"
        case .voltAmpere: "VA"
        case .kilovoltAmpere: "kVA"
        case .volt: "V"
        case .ampere: "A"
        case .hertz: "Hz"
        case .cubicMetre: "m3"
        case .cubicDecimetre: "dm3"
        case .megajoule: "MJ"
        case .gigajoule: "GJ"
        case .second: "s"
        }
    }

    /// The unit written so, in any mixture of cases ("kVAr" from Swedish meters is "kvar"); nil when it is not known.
    public init?(symbol: some StringProtocol) {
        let wanted = symbol.lowercased()
        guard let unit = Self.allCases.first(where: { $0 != .none && $0.symbol.lowercased() == wanted }) else {
            return nil
        }
        self = unit
    }
}
