import SmartMeter
public import Timekeeping
public import UplinkPayload

/// What waits to be sent, in the order of its worth: answers to downlinks, alarms, what was asked for, the reports, and
/// at last the quarter-hours that were asked for again.
public struct UplinkQueue: Sendable {
    public var schedule: ReportSchedule
    private var answers: [DueUplink] = []
    private var alarms: [(uplink: DueUplink, attempts: Int, notBefore: MonotonicInstant)] = []
    private var pages: [DueUplink] = []
    private var backfills: [DueUplink] = []

    /// Backfills that may wait; what is asked for beyond that is refused.
    static let mostBackfills = 32
    /// Alarms that may wait; the newest say how it is now.
    static let mostAlarms = 16
    /// How often an alarm is sent that nobody acknowledges: about an hour, the pause doubled each time.
    static let mostAttempts = 6
    static let firstPause = TimeSpan.minutes(1)

    public init(schedule: ReportSchedule) { self.schedule = schedule }

    /// When something becomes due that is not yet.
    public var nextDue: MonotonicInstant? {
        let isWaiting = !answers.isEmpty || !pages.isEmpty || !backfills.isEmpty
        if isWaiting { return MonotonicInstant(nanoseconds: 0) }
        return (alarms.map(\.notBefore) + [schedule.nextDue].compactMap { $0 }).min()
    }

    /// Whether the next uplink does not wait for the day's ration: it is an answer or an alarm.
    public func hasUrgent(at now: MonotonicInstant) -> Bool {
        !answers.isEmpty || alarms.contains { $0.notBefore <= now }
    }

    public var hasAnswers: Bool { !answers.isEmpty }

    public mutating func answer(_ frames: [[UInt8]]) { answers += frames.map { DueUplink(.reply($0)) } }

    /// Newer news of the same matter takes the place of older.
    public mutating func add(_ alarm: Alarm, at now: MonotonicInstant) {
        alarms.removeAll {
            guard case .alarm(let other) = $0.uplink.content else { return false }
            return other.kind == alarm.kind && other.meter == alarm.meter && other.isActive == alarm.isActive
        }
        alarms.append((DueUplink(.alarm(alarm), meter: alarm.meter), 0, now))
        if alarms.count > Self.mostAlarms { alarms.removeFirst() }
    }

    public mutating func add(pages: [StatusPage]) {
        self.pages = [DueUplink(.health)] + pages.map { DueUplink(.page($0)) }
    }

    /// - Returns: false when too many wait already.
    public mutating func add(_ backfill: DueUplink) -> Bool {
        if backfills.contains(backfill) { return true }
        guard backfills.count < Self.mostBackfills else { return false }
        backfills.append(backfill)
        return true
    }

    public mutating func next(
        at now: MonotonicInstant, utc: UTCInstant, where isPossible: (DueUplink) -> Bool
    ) -> DueUplink? {
        if let answer = answers.first { return answer }
        if let alarm = alarms.first(where: { $0.notBefore <= now }) { return alarm.uplink }
        return pages.first ?? schedule.next(at: now, utc: utc, where: isPossible) ?? backfills.first
    }

    /// The uplink has been handed over, or can't be sent.
    /// - Parameter rest: what is left of a backfill.
    public mutating func remove(_ uplink: DueUplink, rest: DueUplink? = nil) {
        if let index = answers.firstIndex(of: uplink) { answers.remove(at: index) }
        if let index = pages.firstIndex(of: uplink) { pages.remove(at: index) }
        if let index = backfills.firstIndex(of: uplink) {
            backfills.remove(at: index)
            if let rest { backfills.insert(rest, at: index) }
        }
        alarms.removeAll { $0.uplink == uplink }
        schedule.remove(uplink)
    }

    /// An uplink did not go out, or nobody acknowledged it: an answer goes again at once, an alarm after a pause.
    public mutating func retry(_ uplink: DueUplink, attempts: Int, at now: MonotonicInstant) {
        switch uplink.content {
        case .reply: answers.insert(uplink, at: 0)
        case .alarm where attempts < Self.mostAttempts:
            alarms.append((uplink, attempts, now + Self.firstPause * Int64(1 << max(0, attempts - 1))))
        default: break
        }
    }

    /// How often the alarm has been sent.
    public func attempts(of uplink: DueUplink) -> Int { alarms.first { $0.uplink == uplink }?.attempts ?? 0 }
}
