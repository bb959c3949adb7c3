package import Timekeeping

/// What an uplink carries, told by its FPort.
public struct ReportKind: Sendable {
    let message: any UplinkMessage.Type

    /// The one list of kinds: by it uplinks are decoded, the codec, its schemas and its vectors are written, and reports are
    /// configured. The order is that of the codec's parts.
    public static let all: [ReportKind] = [.intervals, .readings, .alarm, .status, .reply]

    /// In the order of their ports.
    static let byPort = all.sorted { $0.port < $1.port }

    /// What a [[report]] of the configuration says of its content.
    package enum Request: Sendable {
        /// Which registers.
        case fields
        /// Nothing: it is about the bridge.
        case nothing
        /// It is sent when there is a reason, and no [[report]] asks for it.
        case never
    }

    /// The FPort of downlinks with commands.
    public static let commandPort: UInt8 = 10

    /// The version of the formats that no configuration changes: alarms, status, replies and commands.
    static let version: UInt64 = 1

    init(_ message: any UplinkMessage.Type) { self.message = message }

    public init?(name: String) {
        guard let kind = Self.all.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    public init?(port: UInt8) {
        guard let kind = Self.all.first(where: { $0.port == port }) else { return nil }
        self = kind
    }

    public var port: UInt8 { message.port }

    /// As the configuration and the decoder's output call it.
    public var name: String { message.name }

    package var request: Request { message.request }

    /// What it is paid from.
    package var claim: AirTimeClaim { message.claim }

    /// How often a report is due when its `every` is left out. The air-time may make it rarer.
    package func period(_ profile: PlannerProfile) -> TimeSpan { message.period(profile) }
}

extension ReportKind: Hashable, CustomStringConvertible {
    public static func == (one: Self, other: Self) -> Bool { one.port == other.port }

    public func hash(into hasher: inout Hasher) { hasher.combine(port) }

    public var description: String { name }
}
