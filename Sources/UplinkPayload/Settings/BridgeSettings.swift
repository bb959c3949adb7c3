/// What downlinks can change while the bridge runs. Begins with what the configuration file says.
public struct BridgeSettings: Hashable, Sendable {
    /// What downlinks may change of a report.
    public struct Report: Hashable, Sendable {
        /// Whether it is sent.
        public var isOn: Bool
        /// How often it is due, in steps of 10 s.
        public var period: Int

        /// - Parameters:
        ///   - isOn: whether it is sent at all.
        ///   - seconds: rounded up to 10 s, and to what 16 bits hold.
        public init(isOn: Bool = true, seconds: Int64) {
            self.isOn = isOn
            period = Int(min(max(seconds, 1), Int64(Self.longest) * 10) + 9) / 10
        }

        init(isOn: Bool, period: Int) {
            self.isOn = isOn
            self.period = period
        }

        /// How often it is due.
        public var seconds: Int64 { Int64(period) * 10 }

        /// 0xFFFF means "as it is".
        static let longest = 0xFFFE
    }

    /// One for each [[report]], in the order of the configuration.
    public var reports: [Report]
    /// For each meter the limits that are on, in their steps.
    public var limits: [[AlarmLimit: Int]]
    /// Uplink air-time in 24 hours, in tenths of a second; nil when only the law limits it.
    public var dailyAirTime: Int?
    /// The sequence numbers of the last downlinks that were carried out, each 0 to 4095, the newest at the end.
    public private(set) var recentSequences: [Int] = []

    /// How many of them are remembered. What comes again by mistake comes soon; that nobody else sends a downlink again is
    /// for its frame counter to see.
    public static let rememberedSequences = 64

    /// The newest of them; nil before the first.
    public var lastSequence: Int? { recentSequences.last }

    /// The settings of a configuration.
    public init(reports: [Report], limits: [[AlarmLimit: Int]], dailyAirTime: Int?) {
        self.reports = reports
        self.limits = limits
        self.dailyAirTime = dailyAirTime
    }

    /// Remembers that a downlink was carried out.
    mutating func remember(_ sequence: Int) {
        recentSequences.append(sequence)
        recentSequences.removeFirst(max(0, recentSequences.count - Self.rememberedSequences))
    }

    /// The same settings with what another one remembers.
    func remembering(_ other: Self?) -> Self {
        var settings = self
        settings.recentSequences = Array((other?.recentSequences ?? []).suffix(Self.rememberedSequences))
        return settings
    }
}
