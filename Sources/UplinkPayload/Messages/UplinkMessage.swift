import Timekeeping

/// A kind of uplink: all that is said of it, in the one file that makes it. `ReportKind.messages` is the one list.
protocol UplinkMessage: Sendable {
    /// Its FPort, 1 to 223, and its name, with which the codec's `p1Decode` ends; each kind has its own.
    static var kind: ReportKind { get }
    /// What a [[report]] of this kind is made of.
    static var request: ReportKind.Request { get }
    /// What it is paid from.
    static var claim: AirTimeClaim { get }
    /// How often a [[report]] is due when its `every` is left out. The air-time may make it rarer.
    static func period(_ profile: PlannerProfile) -> TimeSpan
    /// Whether a bridge of this configuration sends it.
    static func isUsed(by schema: PayloadSchema) -> Bool
    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport
    /// The parts of the codec that it needs, in their order; a part that another kind has named before is not repeated.
    static func scripts(for schema: PayloadSchema) -> [String]
    /// What the decoder can give, as JSON Schema.
    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue]
    /// Messages as they occur in a house, and at the ends of their ranges, by what they are.
    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])]
}

extension UplinkMessage {
    static func period(_ profile: PlannerProfile) -> TimeSpan {
        profile == .frugal ? .hours(7 * 24) : .hours(24)
    }

    static func isUsed(by schema: PayloadSchema) -> Bool { true }
}
