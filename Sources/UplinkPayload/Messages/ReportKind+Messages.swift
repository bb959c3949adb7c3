package import Timekeeping

extension ReportKind {
    /// The one list of kinds: by it uplinks are decoded, the codec, its schemas and its vectors are written, and reports are
    /// configured. The order is that of the codec's parts.
    static let messages: [any UplinkMessage.Type] = [
        IntervalsMessage.self, ParityMessage.self, ReadingsMessage.self, AlarmMessage.self, StatusMessage.self,
        ReplyMessage.self,
    ]

    /// In the order of their ports.
    static let byPort = messages.sorted { $0.kind.port < $1.kind.port }

    /// All kinds, in the order of their ports.
    public static let all = byPort.map { $0.kind }

    /// What a [[report]] of the configuration says of its content.
    package enum Request: Sendable {
        /// Which registers.
        case fields
        /// Nothing: it is about the bridge.
        case nothing
        /// It is sent when there is a reason, and no [[report]] asks for it.
        case never
    }

    /// The kind that the configuration calls so; nil where there is none.
    public init?(name: String) {
        guard let kind = Self.all.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// The kind of this FPort; nil where there is none.
    public init?(port: UInt8) {
        guard let kind = Self.all.first(where: { $0.port == port }) else { return nil }
        self = kind
    }

    /// All that is said of it; nil for a kind that is not in the list.
    private var message: (any UplinkMessage.Type)? { Self.messages.first { $0.kind == self } }

    package var request: Request { message?.request ?? .never }

    /// What it is paid from.
    package var claim: AirTimeClaim { message?.claim ?? .other }

    /// How often a report is due when its `every` is left out. The air-time may make it rarer.
    package func period(_ profile: PlannerProfile) -> TimeSpan { message?.period(profile) ?? .hours(24) }
}
