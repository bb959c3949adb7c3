/// The unit of a register, as meters write it behind the `*`.
public enum MeterUnit: UInt8, Hashable, Sendable, CaseIterable, Codable {
    /// A number without a unit.
    case none
    /// Wh, kWh, MWh.
    case wattHour, kilowattHour, megawattHour
    /// varh, kvarh.
    case varHour, kilovarHour
    /// VAh, kVAh.
    case voltAmpereHour, kilovoltAmpereHour
    /// W, kW.
    case watt, kilowatt
    /// var, kvar.
    case `var`, kilovar
    /// VA, kVA.
    case voltAmpere, kilovoltAmpere
    /// V, A and Hz.
    case volt, ampere, hertz
    /// m³, dm³.
    case cubicMetre, cubicDecimetre
    /// GJ, MJ.
    case megajoule, gigajoule
    /// s.
    case second
    // Stores keep the raw values: new units stand at the end.
    /// kV, mA, kA, kHz.
    case kilovolt, milliampere, kiloampere, kilohertz
    /// MW, Mvar, MVA.
    case megawatt, megavar, megavoltAmpere
    /// GWh, Mvarh, MVAh.
    case gigawattHour, megavarHour, megavoltAmpereHour
    /// kJ.
    case kilojoule

    /// What is measured; values convert only within one dimension.
    public enum Dimension: Hashable, Sendable {
        /// Electricity, and plain numbers.
        case number, activeEnergy, reactiveEnergy, apparentEnergy, activePower, reactivePower, apparentPower
        /// What else is measured.
        case voltage, current, frequency, volume, heat, time
    }

    /// What it is a unit of.
    public var dimension: Dimension {
        switch self {
        case .none: .number
        case .wattHour, .kilowattHour, .megawattHour, .gigawattHour: .activeEnergy
        case .varHour, .kilovarHour, .megavarHour: .reactiveEnergy
        case .voltAmpereHour, .kilovoltAmpereHour, .megavoltAmpereHour: .apparentEnergy
        case .watt, .kilowatt, .megawatt: .activePower
        case .var, .kilovar, .megavar: .reactivePower
        case .voltAmpere, .kilovoltAmpere, .megavoltAmpere: .apparentPower
        case .volt, .kilovolt: .voltage
        case .milliampere, .ampere, .kiloampere: .current
        case .hertz, .kilohertz: .frequency
        case .cubicMetre, .cubicDecimetre: .volume
        case .kilojoule, .megajoule, .gigajoule: .heat
        case .second: .time
        }
    }

    /// The power of ten by which the unit is larger than the smallest of its dimension that is listed here.
    public var exponent: Int {
        switch self {
        case .kilowattHour, .kilovarHour, .kilovoltAmpereHour, .kilowatt, .kilovar, .kilovoltAmpere, .cubicMetre,
            .kilovolt, .ampere, .kilohertz, .megajoule:
            3
        case .megawattHour, .megavarHour, .megavoltAmpereHour, .megawatt, .megavar, .megavoltAmpere, .kiloampere,
            .gigajoule:
            6
        case .gigawattHour: 9
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
        case .kilovolt: "kV"
        case .milliampere: "mA"
        case .kiloampere: "kA"
        case .kilohertz: "kHz"
        case .megawatt: "MW"
        case .megavar: "Mvar"
        case .megavoltAmpere: "MVA"
        case .gigawattHour: "GWh"
        case .megavarHour: "Mvarh"
        case .megavoltAmpereHour: "MVAh"
        case .kilojoule: "kJ"
        }
    }

    /// The unit written so, in any mixture of cases ("kVAr" from Swedish meters is "kvar", "MW" and "mW" a megawatt); nil when it is not known.
    public init?(symbol: some StringProtocol) {
        var packed: UInt64 = 0
        for byte in symbol.utf8 {
            guard packed >> 56 == 0, byte != 0 else { return nil }
            packed = packed << 8 | UInt64(Self.lowercased(byte))
        }
        self.init(packedSymbol: packed)
    }

    /// A symbol byte in lower case, as ``init(packedSymbol:)`` wants it.
    @inlinable package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// The unit whose lower-case symbol is packed in one word, its last character in the lowest byte: compared in one
    /// step for each of thousands of values a second.
    @inlinable package init?(packedSymbol: UInt64) {
        switch packedSymbol {
        case 0x77_68: self = .wattHour
        case 0x6B_77_68: self = .kilowattHour
        case 0x6D_77_68: self = .megawattHour
        case 0x76_61_72_68: self = .varHour
        case 0x6B_76_61_72_68: self = .kilovarHour
        case 0x76_61_68: self = .voltAmpereHour
        case 0x6B_76_61_68: self = .kilovoltAmpereHour
        case 0x77: self = .watt
        case 0x6B_77: self = .kilowatt
        case 0x76_61_72: self = .var
        case 0x6B_76_61_72: self = .kilovar
        case 0x76_61: self = .voltAmpere
        case 0x6B_76_61: self = .kilovoltAmpere
        case 0x76: self = .volt
        case 0x61: self = .ampere
        case 0x68_7A: self = .hertz
        case 0x6D_33, 0x6D_C2_B3, 0x6D_B3: self = .cubicMetre  // also with a superscript three, in UTF-8 and Latin-1
        case 0x64_6D_33, 0x64_6D_C2_B3, 0x64_6D_B3, 0x6C: self = .cubicDecimetre  // or a litre
        case 0x6D_6A: self = .megajoule
        case 0x67_6A: self = .gigajoule
        case 0x73: self = .second
        case 0x6B_76: self = .kilovolt
        case 0x6D_61: self = .milliampere
        case 0x6B_61: self = .kiloampere
        case 0x6B_68_7A: self = .kilohertz
        case 0x6D_77: self = .megawatt
        case 0x6D_76_61_72: self = .megavar
        case 0x6D_76_61: self = .megavoltAmpere
        case 0x67_77_68: self = .gigawattHour
        case 0x6D_76_61_72_68: self = .megavarHour
        case 0x6D_76_61_68: self = .megavoltAmpereHour
        case 0x6B_6A: self = .kilojoule
        default: return nil
        }
    }
}
