public import Timekeeping

/// Something that can't wait for the next report.
///
/// | bits | content |
/// | --- | --- |
/// | 4 | version |
/// | 4 | number of the meter, from 0 |
/// | 4 | kind |
/// | 1 | whether it has begun (1) or is over (0) |
/// | 3 | phases, L1 in the highest bit |
/// | 32 | when, in seconds since 2020-01-01; all ones: not known |
/// | 16 | the value; all ones: not known |
/// | 16 | the limit that was crossed, of the kinds that have one |
public struct Alarm: Hashable, Sendable, Codable {
    /// Its number is that in frames.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable, Codable {
        /// The supply came back; the value is how long it was away, in minutes.
        case outage = 0
        /// The value is the lowest voltage, in 0.1 V.
        case underVoltage = 1
        /// The value is the highest voltage, in 0.1 V.
        case overVoltage = 2
        /// In 0.01 kW.
        case importPower = 3
        /// Power that is fed in, less what is taken, is above its limit.
        case exportPower = 4
        /// No telegram came; the value is for how long, in minutes.
        case silence = 5
        /// The state of a switch changed: the value is the state of its COSEM disconnect control, 0 disconnected,
        /// 1 connected, 2 ready for reconnection (IEC 62056-6-2, 4.5.8).
        case breaker = 6
        /// The first relay has switched.
        case relay1 = 7
        /// The second relay has switched.
        case relay2 = 8

        /// As in decoded JSON.
        public var name: String {
            switch self {
            case .underVoltage: "under_voltage"
            case .overVoltage: "over_voltage"
            case .importPower: "import_power"
            case .exportPower: "export_power"
            case .outage, .silence, .breaker, .relay1, .relay2: "\(self)"
            }
        }

        /// The value and, where the kind has a limit, that limit.
        var fields: [NumberField] {
            switch self {
            case .outage: [NumberField("lasted_min", width: 16)]
            case .underVoltage, .overVoltage:
                ["voltage_v", "limit_v"].map { NumberField($0, width: 16, resolution: .tenth) }
            case .importPower, .exportPower:
                ["power_kw", "limit_kw"].map { NumberField($0, width: 16, resolution: .hundredth) }
            case .silence: ["silent_min", "limit_min"].map { NumberField($0, width: 16) }
            case .breaker, .relay1, .relay2: [NumberField("state", width: 16)]
            }
        }
    }

    /// The phases that an alarm speaks of.
    public struct Phases: OptionSet, Hashable, Sendable, Codable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// L1.
        public static let l1 = Self(rawValue: 4)
        /// L2.
        public static let l2 = Self(rawValue: 2)
        /// L3.
        public static let l3 = Self(rawValue: 1)

        /// "l1,l3"
        var list: String {
            [(Self.l1, "l1"), (.l2, "l2"), (.l3, "l3")].filter { contains($0.0) }.map(\.1).joined(separator: ",")
        }
    }

    /// 0 to 15.
    public var meter: Int
    /// What has happened.
    public var kind: Kind
    /// Whether it has begun, or is over. A switch's is true while it is not connected.
    public var isActive: Bool
    /// The phases whose voltage it is.
    public var phases: Phases
    /// When it began or was over; nil while the bridge does not know the time.
    public var time: UTCInstant?
    /// In the steps of the kind.
    public var value: Int?
    /// In the same steps; only for kinds that have a limit.
    public var limit: Int?

    /// What has happened at a meter, and when.
    public init(
        _ kind: Kind, meter: Int, isActive: Bool, phases: Phases = [], time: UTCInstant?, value: Int?,
        limit: Int? = nil
    ) {
        self.kind = kind
        self.meter = meter
        self.isActive = isActive
        self.phases = phases
        self.time = time
        self.value = value
        self.limit = limit
    }

    /// 8 or 10 bytes.
    public func encode() -> [UInt8] {
        var writer = BitWriter()
        writer.write(ReportKind.version, width: 4)
        writer.write(UInt64(truncatingIfNeeded: meter), width: 4)
        writer.write(UInt64(kind.rawValue), width: 4)
        writer.write(isActive ? 1 : 0, width: 1)
        writer.write(UInt64(phases.rawValue), width: 3)
        writer.write(Self.seconds.code(for: time.map { $0.secondsSince1970 - Self.epoch }), width: 32)
        for (field, value) in zip(kind.fields, [value, limit]) {
            writer.write(field.code(for: value.map(Int64.init)), width: field.width)
        }
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8], meters: [String]) throws(DecodeError) -> [DecodedEntry] {
        var reader = try PayloadReader(bytes)
        try reader.version(of: "the alarm")
        let meter = try reader.meter(of: meters)
        let number = try reader.integer(4)
        guard let kind = Kind(rawValue: UInt8(number)) else { throw .unknownNumber(number, in: "alarm") }
        let isActive = try reader.flag()
        let phases = Phases(rawValue: UInt8(try reader.integer(3)))
        let seconds = try reader.number(Self.seconds.width)
        var entries = [
            DecodedEntry("meter", .text(meter)), DecodedEntry("alarm", .text(kind.name)),
            DecodedEntry("active", .flag(isActive)),
            DecodedEntry(
                "time", seconds == Self.seconds.absent ? .absent : .text(Self.time(Int64(seconds)).description)),
        ]
        if !phases.isEmpty { entries.append(DecodedEntry("phases", .text(phases.list))) }
        for field in kind.fields { entries.append(try reader.value(field)) }
        try reader.finish()
        entries.appendSaturated()
        return entries
    }

    /// 2020-01-01T00:00:00Z in POSIX time; the same origin as that of quarter-hours.
    static let epoch: Int64 = 1_577_836_800
    private static let seconds = NumberField("time", width: 32)

    private static func time(_ seconds: Int64) -> UTCInstant { UTCInstant(secondsSince1970: epoch + seconds) }
}
