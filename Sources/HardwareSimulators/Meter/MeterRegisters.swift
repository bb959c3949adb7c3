/// What a simulated meter has counted and measures now, in whole units of the smallest that it prints.
package struct MeterRegisters: Hashable, Sendable {
    /// One phase.
    package struct Phase: Hashable, Sendable {
        /// W; negative when the phase feeds in.
        package var activePower: Int64 = 0
        /// var; negative when capacitive.
        package var reactivePower: Int64 = 0
        /// Tenths of a volt.
        package var decivolts: Int64 = 2_300

        package init() {}

        /// Whole amperes, from the power and the voltage.
        package var amperes: Int64 { decivolts > 0 ? abs(activePower) * 10 / decivolts : 0 }
    }

    /// What one M-Bus channel counts.
    package struct Channel: Hashable, Sendable {
        package enum Medium: Int64, Hashable, Sendable {
            case gas = 3, heat = 4, water = 7
        }

        package var medium: Medium
        /// Serial number, as characters.
        package var identifier: String
        /// dm3 of gas and water, MJ of heat.
        package var value: Int64

        package init(medium: Medium, identifier: String, value: Int64) {
            self.medium = medium
            self.identifier = identifier
            self.value = value
        }
    }

    /// Wh taken from the grid, balanced over the phases.
    package var energyImport: Int64 = 0
    /// Wh fed into the grid, balanced over the phases.
    package var energyExport: Int64 = 0
    /// varh.
    package var reactiveImport: Int64 = 0
    package var reactiveExport: Int64 = 0
    package var phases: [Phase] = [Phase(), Phase(), Phase()]
    package var channels: [Channel] = []

    package init() {}

    /// W, the sum of the phases that take.
    package var powerImport: Int64 { phases.reduce(0) { $0 + max(0, $1.activePower) } }
    /// W, the sum of the phases that feed in.
    package var powerExport: Int64 { phases.reduce(0) { $0 + max(0, -$1.activePower) } }
}
