import HardwareSimulators
import MeterValues
import UplinkPayload

/// A register that the simulated meters have.
package enum CountedRegister: CaseIterable {
    case imported, exported, reactiveImported, reactiveExported
    /// Of a meter that is counted by its pulses.
    case gas

    init?(_ source: FieldSource) {
        guard case .register(let code) = source, let known = Self.allCases.first(where: { $0.code == code })
        else { return nil }
        self = known
    }

    var code: OBISCode {
        switch self {
        case .imported: OBISCode(1, 0, 1, 8, 0)
        case .exported: OBISCode(1, 0, 2, 8, 0)
        case .reactiveImported: OBISCode(1, 0, 3, 8, 0)
        case .reactiveExported: OBISCode(1, 0, 4, 8, 0)
        case .gas: OBISCode(7, 0, 3, 0, 0)
        }
    }

    /// Of pulse inputs alone.
    var isPulsed: Bool { self == .gas }

    /// Only in the full list of a Luxembourg meter.
    var isReactive: Bool { self == .reactiveImported || self == .reactiveExported }

    /// Wh, varh or dm3.
    func value(in registers: MeterRegisters) -> Int64 {
        switch self {
        // A pulse input counts one register, whatever it is.
        case .imported, .gas: registers.energyImport
        case .exported: registers.energyExport
        case .reactiveImported: registers.reactiveImport
        case .reactiveExported: registers.reactiveExport
        }
    }
}
