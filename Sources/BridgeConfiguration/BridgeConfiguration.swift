package import BridgePlanning
import Ciphers
import HardwareInterfaces
import SmartMeter
import Timekeeping
package import UplinkPayload

/// What a person wrote in the configuration file, checked and with the defaults filled in.
package struct BridgeConfiguration: Sendable {
    /// Those with a P1 port.
    package var meters: [MeterConfiguration]
    /// Those that are counted by their pulses.
    package var pulses: [PulseConfiguration]
    package var lorawan: LoRaWANConfiguration
    package var radio: any RadioKind
    package var reports: [ReportConfiguration]
    /// What the user wants most of the air-time for.
    package var planner: PlannerProfile
    /// Somebody at the server asks for what is missing, and needs most of the downlinks for that.
    package var hasCollector = false
    /// And computes lost reports from sums of them, which are sent in place of repetitions.
    package var sendsParity = false
    /// The meters and layouts, as the codec has to know them.
    package var schema: PayloadSchema
    /// Where the state is when the configuration does not say.
    package static let installedStatePath = "/var/lib/p1lora/state.db"
    /// The SQLite file that holds everything the bridge must not forget.
    package var statePath: String
    /// The state file and the one beside it, by which whose they are can be told.
    package var stateFiles: [String] { [statePath, statePath + "-safety"] }
    /// Where others ask how the bridge is.
    package var status = StatusConfiguration()
    /// nil without [mqtt].
    package var broker: BrokerConfiguration?
    /// nil without [web].
    package var web: WebConfiguration?
    /// Keys and identifiers that everybody knows, each told in a sentence.
    package var exampleSecrets: [String] = []

    /// How many downlinks in 24 hours the bridge may cause; nil for no limit.
    package var dailyDownlinks: Int? {
        hasCollector ? DownlinkShares.bridge(of: lorawan.dailyDownlinks) : lorawan.dailyDownlinks
    }

    /// The names of all meters, in the order of their numbers.
    package var meterNames: [String] {
        let numbered = meters.map { ($0.number, $0.name) } + pulses.map { ($0.number, $0.name) }
        return numbered.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
