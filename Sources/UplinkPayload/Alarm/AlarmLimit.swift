/// A limit of a meter whose crossing is an alarm. Its number is that in frames.
public enum AlarmLimit: UInt8, Hashable, Sendable, CaseIterable {
    /// The least voltage of a phase that may last.
    case underVoltage = 0
    /// The greatest voltage of a phase that may last.
    case overVoltage = 1
    /// kW that are taken, less what is fed in.
    case importPower = 2
    /// kW that are fed in, less what is taken.
    case exportPower = 3
    /// How long a meter may be silent.
    case silence = 4

    /// The key in the decoder's output and in commands, the unit included.
    public var name: String {
        switch self {
        case .underVoltage: "under_voltage_v"
        case .overVoltage: "over_voltage_v"
        case .importPower: "import_kw"
        case .exportPower: "export_kw"
        case .silence: "silent_min"
        }
    }

    /// The steps in which limits are counted: 0.1 V, 0.01 kW and 1 min.
    public var resolution: Resolution {
        switch self {
        case .underVoltage, .overVoltage: .tenth
        case .importPower, .exportPower: .hundredth
        case .silence: .one
        }
    }

    /// What a bridge accepts, in steps: beyond it a limit would never or always be crossed.
    public var range: ClosedRange<Int> {
        switch self {
        case .underVoltage, .overVoltage: 0...5_000
        case .importPower, .exportPower: 0...65_000
        case .silence: 1...10_080
        }
    }

    /// As a status report tells it: the fewest bits for the range, so that the limits of a meter fit 11 bytes.
    var field: NumberField {
        let width =
            switch self {
            case .underVoltage, .overVoltage: 13
            case .importPower, .exportPower: 16
            case .silence: 14
            }
        return NumberField(name, width: width, resolution: resolution)
    }
}
