public import BridgePlanning
public import Ciphers
public import HardwareInterfaces
public import SmartMeter
public import Timekeeping
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

/// A meter on a P1 port.
public struct MeterConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    public var number: Int
    public var name: String
    /// A serial device, a file, or `tcp://host:port`.
    public var input: String
    /// The encryption key from the grid operator; nil for meters that do not encrypt.
    public var key: AES128Key?
    /// The meter's own authentication key; nil for the one that all Luxembourg meters share.
    public var authenticationKey: AES128Key?
    public var tagCheck: TagCheck
    /// The meter that is meant, by the name in its encrypted frames; nil for whichever the key opens.
    public var systemTitle: SystemTitle?
    /// A file is replayed at the pace of its time stamps instead of at once.
    public var replaysInRealTime: Bool
    /// Bits a second of a serial device.
    public var baudRate: Int
    public var framing: SerialFraming
    /// Speed and framing are found by trying.
    public var findsSettings: Bool
    /// What proves telegrams that are not encrypted.
    public var checksum: ChecksumRule
    /// The local time of the meter's stamps.
    public var timeZone: MeterTimeZone
    /// kW of the reference powers above which energy is counted, beside 3, 7 and 12.
    public var referenceClasses: [UInt8]
    /// How long without a telegram is reported as trouble.
    public var silentAfter: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    public var alarmLimits: [AlarmLimit: Int]
}

/// A meter that is counted by the pulses of its LED or its S0 output.
public struct PulseConfiguration: Sendable {
    /// In frames: the place among all [[meter]] and [[pulse]] tables of the file, from 0.
    public var number: Int
    public var name: String
    public var source: PulseSource
    /// A pulse pulls the pin to ground.
    public var isActiveLow: Bool
    public var pull: PinPull
    public var input: PulseInput
    /// How long a count may wait to be stored; zero for each pulse at once.
    public var saveEvery: TimeSpan
    /// The limits whose crossing is an alarm; downlinks may change them.
    public var alarmLimits: [AlarmLimit: Int]
}
