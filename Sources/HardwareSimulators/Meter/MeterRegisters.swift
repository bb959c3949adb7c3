/// What a simulated meter has counted and measures now, in whole units of the smallest that it prints.
public struct MeterRegisters: Hashable, Sendable {
    /// One phase.
    public struct Phase: Hashable, Sendable {
        /// W; negative when the phase feeds in.
        public var activePower: Int64 = 0
        /// var; negative when capacitive.
        public var reactivePower: Int64 = 0
        /// Tenths of a volt.
        public var decivolts: Int64 = 2_300

        public init() {}

        /// Whole amperes, from the power and the voltage.
        public var amperes: Int64 { decivolts > 0 ? abs(activePower) * 10 / decivolts : 0 }
    }

    /// What one M-Bus channel counts.
    public struct Channel: Hashable, Sendable {
        public enum Medium: Int64, Hashable, Sendable {
            case gas = 3, heat = 4, water = 7
        }

        public var medium: Medium
        /// Serial number, as characters.
        public var identifier: String
        /// dm3 of gas and water, MJ of heat.
        public var value: Int64

        public init(medium: Medium, identifier: String, value: Int64) {
            self.medium = medium
            self.identifier = identifier
            self.value = value
        }
    }

    /// Wh taken from the grid, balanced over the phases.
    public var energyImport: Int64 = 0
    /// Wh fed into the grid, balanced over the phases.
    public var energyExport: Int64 = 0
    /// varh.
    public var reactiveImport: Int64 = 0
    public var reactiveExport: Int64 = 0
    public var phases: [Phase] = [Phase(), Phase(), Phase()]
    public var channels: [Channel] = []

    public init() {}

    /// W, the sum of the phases that take.
    public var powerImport: Int64 { phases.reduce(0) { $0 + max(0, $1.activePower) } }
    /// W, the sum of the phases that feed in.
    public var powerExport: Int64 { phases.reduce(0) { $0 + max(0, -$1.activePower) } }
}
