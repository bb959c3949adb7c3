package import Timekeeping
package import UplinkPayload

/// What waits to be sent, in the order of its worth: answers to downlinks, alarms, what was asked for, the reports, and
/// at last the quarter-hours that were asked for again.
package struct UplinkQueue: Sendable {
    package var schedule: ReportSchedule
    private var answers: [(uplink: DueUplink, attempts: Int)] = []
    /// In the order in which they happened. Of one matter none may go before an older one.
    private var alarms: [WaitingAlarm] = []
    private var pages: [DueUplink] = []
    private var backfills: [DueUplink] = []
    /// Reports that went out while a backfill waited.
    private var reportsBefore = 0

    /// Where reports are due all the time, every third frame is of what was asked for again: it would never come
    /// otherwise, and each request costs a reply.
    static let reportsForBackfill = 2

    /// Answers to downlinks that may wait.
    static let mostAnswers = 32
    /// Backfills that may wait; what is asked for beyond that is refused.
    static let mostBackfills = 32
    /// How often an alarm is sent that nobody acknowledges, for about half an hour, the pause doubled each time; and how
    /// often an answer that does not go out.
    package static let mostAttempts = 6
    static let firstPause = TimeSpan.minutes(1)

    private struct WaitingAlarm {
        let uplink: DueUplink
        let alarm: Alarm
        var attempts = 0
        var notBefore: MonotonicInstant

        func isOfSameMatter(as other: Alarm) -> Bool { alarm.kind == other.kind && alarm.meter == other.meter }
        func isOutdated(by other: Alarm) -> Bool { isOfSameMatter(as: other) && alarm.isActive == other.isActive }
    }

    package init(schedule: ReportSchedule) { self.schedule = schedule }

    /// When something becomes due that is not yet.
    /// - Parameter isHeld: what waits for air-time, by what it is paid from.
    package func nextDue(_ isHeld: (AirTimeClaim) -> Bool = { _ in false }) -> MonotonicInstant? {
        let urgent = isHeld(.urgent)
        let isWaiting =
            (!answers.isEmpty && !urgent) || (!pages.isEmpty && !isHeld(.other))
            || (!backfills.isEmpty && !isHeld(.history))
        if isWaiting { return MonotonicInstant(nanoseconds: 0) }
        return ((urgent ? [] : alarms.map(\.notBefore)) + [schedule.nextDue].compactMap { $0 }).min()
    }

    package var hasAnswers: Bool { !answers.isEmpty }

    /// What must outlast a restart.
    package var waiting: WaitingUplinks {
        var waiting = WaitingUplinks()
        for (uplink, attempts) in answers { waiting.add(uplink, attempts: attempts) }
        for alarm in alarms { waiting.add(alarm.uplink, attempts: alarm.attempts) }
        for uplink in backfills { waiting.add(uplink, attempts: 0) }
        return waiting
    }

    /// What waits, by what it is.
    package var counts: QueueStatus {
        QueueStatus(
            answers: answers.count, alarms: alarms.count, pages: pages.count, reports: schedule.waiting,
            backfills: backfills.count)
    }

    /// Where more wait than ``mostAnswers``, nobody listens: the oldest are left out.
    package mutating func answer(_ frames: [[UInt8]]) {
        answers += frames.map { (DueUplink(.reply($0)), 0) }
        answers.removeFirst(max(0, answers.count - Self.mostAnswers))
    }

    /// Newer news takes the place of older that says the same of the same matter, so that at most one of each kind, meter
    /// and state waits. Older news of the matter goes ahead of it, now.
    package mutating func add(_ alarm: Alarm, attempts: Int = 0, at now: MonotonicInstant) {
        alarms.removeAll { $0.isOutdated(by: alarm) }
        for index in alarms.indices where alarms[index].isOfSameMatter(as: alarm) { alarms[index].notBefore = now }
        alarms.append(
            WaitingAlarm(
                uplink: DueUplink(.alarm(alarm), meter: alarm.meter), alarm: alarm, attempts: attempts, notBefore: now))
    }

    package mutating func add(pages: [StatusPage]) {
        self.pages = [DueUplink(.health)] + pages.map { DueUplink(.page($0)) }
    }

    /// - Returns: false when too many wait already.
    package mutating func add(_ backfill: DueUplink) -> Bool {
        if backfills.contains(backfill) { return true }
        guard backfills.count < Self.mostBackfills else { return false }
        backfills.append(backfill)
        return true
    }

    /// - Parameters:
    ///   - isPossible: whether there is something to say.
    ///   - isHeld: what waits for air-time, by what it is paid from.
    package mutating func next(
        at now: MonotonicInstant, utc: UTCInstant, where isPossible: (DueUplink) -> Bool,
        holding isHeld: (AirTimeClaim) -> Bool = { _ in false }
    ) -> DueUplink? {
        // Asked in any case: it notes what is due.
        let report = schedule.next(at: now, utc: utc, where: isPossible, holding: isHeld)
        if !isHeld(.urgent) {
            if let answer = answers.first { return answer.uplink }
            if let alarm = alarms.first(where: { $0.notBefore <= now }) { return alarm.uplink }
        }
        if let page = pages.first, !isHeld(.other) { return page }
        let backfill = isHeld(.history) ? nil : backfills.first
        if let backfill, reportsBefore >= Self.reportsForBackfill { return backfill }
        return report ?? backfill
    }

    /// The uplink has been handed over, or can't be sent.
    /// - Parameter rest: what is left of a backfill.
    package mutating func remove(_ uplink: DueUplink, rest: DueUplink? = nil) {
        if let index = answers.firstIndex(where: { $0.uplink == uplink }) { answers.remove(at: index) }
        if let index = pages.firstIndex(of: uplink) { pages.remove(at: index) }
        if !backfills.isEmpty, uplink.report != nil { reportsBefore += 1 }
        if let index = backfills.firstIndex(of: uplink) {
            reportsBefore = 0
            backfills.remove(at: index)
            if let rest { backfills.insert(rest, at: index) }
        }
        alarms.removeAll { $0.uplink == uplink }
        schedule.remove(uplink)
    }

    /// An uplink did not go out, or nobody acknowledged it: an answer goes again at once, an alarm after a pause.
    /// - Parameter attempts: how often it was on the air.
    package mutating func retry(_ uplink: DueUplink, attempts: Int, at now: MonotonicInstant) {
        guard attempts < Self.mostAttempts else { return }
        switch uplink.content {
        case .reply: answers.insert((uplink, attempts), at: 0)
        case .alarm(let alarm) where !alarms.contains { $0.isOutdated(by: alarm) }:
            let notBefore = now + Self.firstPause * Int64(1 << max(0, attempts - 1))
            for index in alarms.indices where alarms[index].isOfSameMatter(as: alarm) {
                alarms[index].notBefore = max(alarms[index].notBefore, notBefore)
            }
            alarms.insert(
                WaitingAlarm(uplink: uplink, alarm: alarm, attempts: attempts, notBefore: notBefore), at: 0)
        default: break
        }
    }

    /// How often the answer or the alarm has been sent.
    package func attempts(of uplink: DueUplink) -> Int {
        answers.first { $0.uplink == uplink }?.attempts ?? alarms.first { $0.uplink == uplink }?.attempts ?? 0
    }
}
