public import BridgePlanning
import Ciphers
import HardwareInterfaces
import SmartMeter
import Timekeeping
public import UplinkPayload

/// What a person wrote in the configuration file, checked and with the defaults filled in.
public struct BridgeConfiguration: Sendable {
    /// Those with a P1 port.
    public var meters: [MeterConfiguration]
    /// Those that are counted by their pulses.
    public var pulses: [PulseConfiguration]
    public var lorawan: LoRaWANConfiguration
    package var radio: any RadioKind
    public var reports: [ReportConfiguration]
    /// What the user wants most of the air-time for.
    public var planner: PlannerProfile
    /// The meters and layouts, as the codec has to know them.
    public var schema: PayloadSchema
    /// The SQLite file that holds everything the bridge must not forget.
    /// Where the state is when the configuration does not say.
    public static let installedStatePath = "/var/lib/p1lora/state.db"
    public var statePath: String
    /// The state file and the one beside it, by which whose they are can be told.
    public var stateFiles: [String] { [statePath, statePath + "-safety"] }
    /// Where others ask how the bridge is.
    public var status = StatusConfiguration()
    /// nil without [mqtt].
    public var broker: BrokerConfiguration?
    /// Keys and identifiers that everybody knows, each told in a sentence.
    public var exampleSecrets: [String] = []

    /// The names of all meters, in the order of their numbers.
    public var meterNames: [String] {
        let numbered = meters.map { ($0.number, $0.name) } + pulses.map { ($0.number, $0.name) }
        return numbered.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
