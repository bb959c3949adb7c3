/// How the bridge itself is, since it was started. Counters stop at what their bits hold.
public struct BridgeHealth: Hashable, Sendable {
    /// The program's version.
    public struct Version: Hashable, Sendable {
        /// 0 to 255, like the others.
        public var major: UInt8
        /// Counts features.
        public var minor: UInt8
        /// Counts mends.
        public var patch: UInt8

        /// A version, `major.minor.patch`.
        public init(_ major: UInt8, _ minor: UInt8, _ patch: UInt8) {
            self.major = major
            self.minor = minor
            self.patch = patch
        }
    }

    /// Of the program.
    public var version: Version
    /// Since the program was started.
    public var uptimeMinutes = 0
    /// Good telegrams of all meters, and those that were refused.
    public var telegrams = 0
    /// Since then, of all meters.
    public var refusedTelegrams = 0
    /// Uplinks sent (repetitions not counted), downlinks received.
    public var uplinks = 0
    /// Since then.
    public var downlinks = 0
    /// Since then.
    public var joins = 0
    /// How often the radio had to be started anew.
    public var radioRestarts = 0
    /// Reports that were left out because the one before still waited for air-time.
    public var skippedReports = 0
    /// Air-time of the last 24 hours, in tenths of a second.
    public var airTimeTenths = 0
    /// Numbers of meters from which nothing comes.
    public var silentMeters: Set<Int> = []
    /// The last trouble, and how long ago it was.
    public var trouble = Trouble.none
    /// Since the newest trouble; nil where there was none.
    public var troubleMinutes: Int?

    /// A bridge that was started just now.
    public init(version: Version) { self.version = version }

    /// What stands behind the version, in its order.
    static let counters: [(NumberField, @Sendable (Self) -> Int?)] = [
        (NumberField("uptime_min", width: 24), { $0.uptimeMinutes }),
        (NumberField("telegrams", width: 24), { $0.telegrams }),
        (NumberField("telegrams_refused", width: 16), { $0.refusedTelegrams }),
        (NumberField("uplinks", width: 24), { $0.uplinks }),
        (NumberField("downlinks", width: 16), { $0.downlinks }),
        (NumberField("joins", width: 8), { $0.joins }),
        (NumberField("radio_restarts", width: 8), { $0.radioRestarts }),
        (NumberField("reports_skipped", width: 16), { $0.skippedReports }),
        (NumberField("airtime_s", width: 16, resolution: .tenth), { $0.airTimeTenths }),
        (NumberField("trouble_min", width: 16), { $0.troubleMinutes }),
    ]

    func write(to writer: inout BitWriter) {
        for number in [version.major, version.minor, version.patch] { writer.write(UInt64(number), width: 8) }
        for (field, value) in Self.counters {
            writer.write(field.code(for: value(self).map(Int64.init)), width: field.width)
        }
        for meter in 0..<ReadingsLayout.mostMeters { writer.write(silentMeters.contains(meter) ? 1 : 0, width: 1) }
        writer.write(UInt64(trouble.rawValue), width: 8)
    }

    static func read(_ reader: inout PayloadReader, meters: [String]) throws(DecodeError) -> [DecodedEntry] {
        let version = [try reader.integer(8), try reader.integer(8), try reader.integer(8)]
        var entries = [DecodedEntry("version", .text(version.map(String.init).joined(separator: ".")))]
        for (field, _) in counters { entries.append(try reader.value(field)) }
        var silent: [String] = []
        for number in 0..<ReadingsLayout.mostMeters where try reader.flag() {
            guard number < meters.count else { throw .unknownMeter(number, count: meters.count) }
            silent.append(meters[number])
        }
        entries.append(DecodedEntry("silent_meters", .text(silent.joined(separator: ","))))
        let number = try reader.integer(8)
        guard let trouble = Trouble(rawValue: UInt8(number)) else { throw .unknownNumber(number, in: "trouble") }
        entries.append(DecodedEntry("trouble", .text(trouble.name)))
        entries.appendSaturated()
        return entries
    }
}
