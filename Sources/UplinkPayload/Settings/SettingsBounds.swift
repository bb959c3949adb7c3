/// What a downlink may ask for at most: the law, the configuration and the store set it.
public struct SettingsBounds: Hashable, Sendable {
    /// The kind of each [[report]], in the order of the configuration.
    public var reports: [ReportKind]
    /// 1 to 16.
    public var meterCount: Int
    /// The shortest period of a report, in steps of 10 s.
    public var shortestPeriod: Int
    /// Daily air-time in tenths of a second. Its lower end keeps the bridge able to answer.
    public var airTime: ClosedRange<Int>
    /// Whether the daily air-time may be lifted, which leaves only the law: not on a network with a fair use.
    public var mayLiftAirTime: Bool
    /// Quarter-hours that are stored, at most: what one command may ask for.
    public var mostIntervals: Int

    /// What downlinks may ask for.
    public init(
        reports: [ReportKind], meterCount: Int, shortestPeriod: Int = 1, airTime: ClosedRange<Int>,
        mayLiftAirTime: Bool, mostIntervals: Int
    ) {
        self.reports = reports
        self.meterCount = meterCount
        self.shortestPeriod = shortestPeriod
        self.airTime = airTime
        self.mayLiftAirTime = mayLiftAirTime
        self.mostIntervals = mostIntervals
    }
}
