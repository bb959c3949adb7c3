import BridgePlanning
import HardwareInterfaces
import LoRaWAN
import MeterValues
package import Timekeeping
import UplinkPayload

/// Sends what is due and obeys downlinks, in the thread that also serves the radio.
package final class UplinkLoop {
    let link: any NetworkLink
    private let packer: UplinkPacker
    let settings: SettingsStore
    private let alarms: AlarmMailbox
    let schema: PayloadSchema
    /// Bytes that the slowest data rate in use carries: what is split to them can be sent whatever the network orders.
    let smallestPayload: Int
    let clock: any Clock
    var queue: UplinkQueue
    var planner: UplinkPlanner
    /// Until when what is paid from the same waits for air-time.
    var rests: [AirTimeClaim: MonotonicInstant] = [:]
    /// What the MAC has.
    private var inFlight: UplinkPlanner.Flight?
    /// For what a frame of MAC answers has gone ahead, because it did not fit beside them.
    private var wayClearedFor: DueUplink?
    var wantsToRejoin = false
    private let rejoinMailbox: RejoinMailbox?
    private let linkChecks: LinkCheckMailbox?
    /// Bytes of the newest uplink of each report.
    private var lengths: [DueUplink: Int] = [:]
    private var answerPace = AnswerPace()
    private var contactWatch = ContactWatch()
    /// What ``NetworkContact/gapSince`` said when the planner was told.
    private var gap: UTCInstant?
    private let waiting: WaitingUplinksWriter
    /// The newest boundary that a report has sent of a meter.
    var sent: [DueUplink: QuarterHour] = [:]
    let report: (UplinkEvent) -> Void
    private let statusMailbox: LinkStatusMailbox?

    /// - Parameters:
    ///   - alarms: where the thread that reads the meters lays them.
    ///   - statusMailbox: where others ask how the link does.
    ///   - rejoinMailbox: where a person orders to leave the session.
    init(
        link: any NetworkLink, schedule: ReportSchedule, planner: UplinkPlanner, packer: UplinkPacker,
        settings: SettingsStore, alarms: AlarmMailbox, waiting: WaitingUplinksWriter, schema: PayloadSchema,
        smallestPayload: Int,
        statusMailbox: LinkStatusMailbox? = nil, rejoinMailbox: RejoinMailbox? = nil,
        linkChecks: LinkCheckMailbox? = nil,
        clock: any Clock,
        report: @escaping (UplinkEvent) -> Void
    ) {
        self.planner = planner
        self.link = link
        self.packer = packer
        self.settings = settings
        self.alarms = alarms
        self.schema = schema
        self.smallestPayload = smallestPayload
        self.statusMailbox = statusMailbox
        self.rejoinMailbox = rejoinMailbox
        self.linkChecks = linkChecks
        self.clock = clock
        self.report = report
        self.waiting = waiting
        queue = UplinkQueue(schedule: schedule)
        queue.restore(waiting.found, schema: schema, at: clock.monotonic)
        wantsToRejoin = waiting.found.rejoin
        adoptSettings()
        openGap(isNew: false)
        link.onDownlink = { [unowned self] in take($0) }
        link.onUplinkDone = { [unowned self] in takeResult($0) }
    }

    private var lastRoom = LastRoom()
    /// Bytes of a status.
    private static let statusLength = 28
    /// The data rate at which the status' share was taken.
    var statusRate: DataRate?
    /// When an uplink for the MAC's answers may go out.
    private var answerDue: MonotonicInstant?
    /// Until when reports wait for the day's air-time.
    var restUntil: MonotonicInstant? { rests.values.min() }
    package var pollDescriptors: [Int32] { link.pollDescriptors }
    package var nextDeadline: MonotonicInstant? {
        // While the MAC is busy its own deadlines come first; a report that is due waits for them.
        guard link.isReady else { return link.nextDeadline }
        let due = queue.nextDue { rests[$0] != nil }
        return ([link.nextDeadline, due, answerDue].compactMap { $0 } + rests.values).min()
    }

    package func poll() {
        work()
        guard let statusMailbox, statusMailbox.isAsked else { return }
        // A copy of what the planner knows costs some microseconds, and less than nothing beside a receive window.
        let basis = statusMailbox.isPlanWanted && !link.isExchanging ? planBasis : nil
        statusMailbox.answer(status(at: clock.monotonic), basis)
    }

    /// Nobody knows yet how long a report is that has not been sent.
    private static let usualLength = 20

    private var planBasis: DayAhead.Basis {
        let airTimes = queue.schedule.uplinks.map { ($0, link.airTime(payloadCount: lengths[$0] ?? Self.usualLength)) }
        return DayAhead.Basis(
            schedule: queue.schedule, planner: planner, airTimes: Dictionary(airTimes) { first, _ in first })
    }

    /// A frame of its own asks, when nothing else is to be sent; within what the network allows.
    private func checkLink(at now: MonotonicInstant) {
        guard let linkChecks, linkChecks.isOrdered, link.isReady else { return }
        let airTime = link.airTime(payloadCount: 1)
        guard mayBegin(nil, airTime, at: now) else { return }
        guard link.requestLinkCheck() else { return linkChecks.note(isPossible: false) }
        do {
            try link.send(Uplink(port: nil, payload: []))
            planner.spend(airTime, claim: .urgent, at: now)
            planner.noteQuestion(at: now)
            linkChecks.note(isPossible: true)
        } catch {
            linkChecks.note(isPossible: false)
            report(.answerRefused("\(error)"))
        }
    }

    private func work() {
        link.poll()
        let now = clock.monotonic
        for alarm in alarms.take() { queue.add(alarm, at: now) }
        // Between a frame and its windows nothing waits for the disk.
        defer { if !link.isExchanging { keepWaiting() } }
        watchContact(at: now)
        guard link.isReady else { return }
        if rejoinMailbox?.take() == true { return link.rejoin() }
        if wantsToRejoin, !queue.hasAnswers {
            wantsToRejoin = false
            return link.renewSession()
        }
        rests = rests.filter { $0.value > now }
        if link.dataRate != statusRate {
            statusRate = link.dataRate
            queue.schedule.adopt(
                statusAirTime: link.airTime(payloadCount: Self.statusLength), dailyAirTime: link.dailyAirTime)
        }
        let overtaken = queue.schedule.skipped
        defer { if queue.schedule.skipped > overtaken { report(.overtaken(queue.schedule.skipped)) } }
        while let due = queue.next(
            at: now, utc: clock.utc, where: { isPossible($0, at: now) },
            holding: { rests[$0] != nil })
        {
            if send(due, at: now) { return }
        }
        answer(at: now)
        checkLink(at: now)
    }

    private func watchContact(at now: MonotonicInstant) {
        let contact = link.contact
        if contact.gapSince != gap { openGap(isNew: true) }
        if let news = contactWatch.news(of: contact, joins: link.joins, at: now) { report(.contact(news)) }
    }

    /// - Parameter isNew: there is a new session; else it was there before this start.
    private func openGap(isNew: Bool) {
        gap = link.contact.gapSince
        guard let gap else { return }
        let (utc, now) = (clock.utc, clock.monotonic)
        let (first, newest) = (QuarterHour(atOrBefore: gap), QuarterHour(atOrBefore: utc))
        planner.openGap(
            first, sentSince: now - .nanoseconds(utc.nanoseconds - gap.nanoseconds), newest: newest)
        guard isNew else { return }
        // What no report reaches back to is sent once.
        let reach = QuarterHour(number: newest.number - DeliveryChances.remembered + DeliveryChances.dayBefore)
        for due in queue.schedule.uplinks where first.number < reach.number {
            guard case .intervals(let layout) = due.content else { continue }
            _ = queue.add(
                DueUplink(.backfill(layout, from: reach, to: first), meter: due.meter, report: due.report))
        }
    }

    private func isPossible(_ due: DueUplink, at now: MonotonicInstant) -> Bool {
        packer.isPossible(due, sent: sent[due], at: now)
            || planner.lacks(due, newest: packer.newestBoundary(of: due))
    }

    private func keepWaiting() {
        var content = queue.waiting
        if let inFlight { content.add(inFlight.uplink, attempts: inFlight.attempts, isFirst: true) }
        content.rejoin = wantsToRejoin
        waiting.keep(content, at: clock.monotonic)
    }

    /// The network waits for an answer of the MAC, and no report is due.
    private func answer(at now: MonotonicInstant) {
        let airTime = link.airTime(payloadCount: 0)
        answerDue = answerPace.due(for: link.expectation, airTime: airTime, at: now)
        guard let due = answerDue else { return }
        guard due <= now else {
            if due - now > AnswerPace.patience, answerPace.isNews() { report(.answersWait) }
            return
        }
        answerDue = nil
        guard mayBegin(nil, airTime, at: now) else { return }
        do {
            try link.send(Uplink(port: nil, payload: []))
            answerPace.spend(airTime, at: now)
            planner.spend(airTime, claim: .urgent, at: now)
        } catch {
            report(.answerRefused("\(error)"))
        }
    }

    /// - Returns: whether the MAC is busy now.
    private func send(_ due: DueUplink, at now: MonotonicInstant) -> Bool {
        let attempts = queue.attempts(of: due)
        planner.adopt(largestPayload: link.largestPayload, at: now)
        let counter = planner.addsUp ? link.status(at: now).uplinkCounter : 0
        var uplink = due
        do {
            guard var packed = try pack(due, at: now) else {
                queue.remove(due)
                return false
            }
            let sum = planner.sum(insteadOf: due, packed, counter: counter, largest: link.maximumPayload)
            if let sum, let other = try pack(sum, at: now) { (uplink, packed) = (sum, other) }
            let airTime = link.airTime(payloadCount: packed.payload.count)
            guard mayBegin(uplink, airTime, at: now) else { return false }
            if packed.payload.count > link.maximumPayload, packed.payload.count <= link.largestPayload,
                wayClearedFor != due
            {
                return try clearWay(for: due, at: now)
            }
            wayClearedFor = nil
            queue.remove(due, rest: packed.rest)
            let asks = planner.asks(uplink, packed, contact: link.contact, at: now)
            // Noted before: a radio that fails ends the uplink while it is handed over.
            inFlight = planner.begin(uplink, packed, attempts: attempts + 1, asks: asks, at: now)
            report(.decided(decision(uplink, packed, airTime: airTime, asks: asks, at: now)))
            try link.send(Uplink(port: uplink.kind.port, payload: packed.payload, confirmed: asks))
            planner.spend(airTime, claim: uplink.claim, at: now)
            planner.note(uplink, packed, counter: counter, largestPayload: link.largestPayload, at: now)
            if let newest = packed.intervals?.newest { sent[due] = newest }
            if due.report != nil { lengths[due] = packed.payload.count }
            report(.handedOver(uplink, packed.payload))
            return true
        } catch {
            inFlight = nil
            queue.remove(due)
            report(.refused(due, "\(error)"))
            return false
        }
    }

    /// - Returns: what fits beside the MAC's answers, or where nothing does, what fits without them; nil when there is
    ///   nothing to say any more.
    private func pack(_ due: DueUplink, at now: MonotonicInstant) throws(PackingError) -> UplinkPacker.Packed? {
        func pack(largest: Int) throws(PackingError) -> UplinkPacker.Packed? {
            let room = lastRoom.room(largest: planner.largest(due, of: largest), dataRate: link.dataRate) {
                link.airTime(payloadCount: $0)
            }
            let wish = planner.wish(
                for: due, newest: packer.newestBoundary(of: due), every: period(of: due), room: room)
            return try packer.pack(due, wish: wish, room: room, at: now)
        }
        do {
            return try pack(largest: link.maximumPayload)
        } catch .doesNotFit where link.largestPayload > link.maximumPayload && wayClearedFor != due {
            return try pack(largest: link.largestPayload)
        }
    }

    private func decision(
        _ due: DueUplink, _ packed: UplinkPacker.Packed, airTime: TimeSpan, asks: Bool, at now: MonotonicInstant
    ) -> UplinkDecision {
        UplinkDecision(
            uplink: due, bytes: packed.payload.count, dataRate: link.dataRate, airTime: airTime, asks: asks,
            lacking: packed.intervals?.lacking ?? 0, leftOut: packed.intervals?.leftOut ?? 0,
            lossPercent: Int((planner.loss.loss * 100).rounded()),
            dailyAirTimeLeft: link.remainingDailyAirTime(at: now + airTime).map { max(.zero, $0 - airTime) })
    }

    /// MAC answers take the room, and some are repeated until a downlink comes: they go ahead in a frame of their own that
    /// asks for one.
    private func clearWay(for due: DueUplink, at now: MonotonicInstant) throws(UplinkRefusal) -> Bool {
        wayClearedFor = due
        try link.send(Uplink(port: nil, payload: [], confirmed: true))
        planner.spend(link.airTime(payloadCount: 0), claim: due.claim, at: now)
        return true
    }

    private func period(of due: DueUplink) -> TimeSpan {
        let reports = settings.inForce.reports
        guard let report = due.report, reports.indices.contains(report) else { return QuarterHour.length }
        return .seconds(reports[report].seconds)
    }

    /// Bytes of an alarm: reports leave the room for one in the daily air-time.
    private static let alarmLength = 12

    private func mayBegin(_ due: DueUplink?, _ airTime: TimeSpan, at now: MonotonicInstant) -> Bool {
        let claim = due?.claim ?? .urgent
        var earliest = planner.bucket?.earliest(for: airTime, claim: claim, at: now) ?? now
        if claim != .urgent {
            let room = airTime + link.airTime(payloadCount: Self.alarmLength)
            earliest = max(earliest, link.dailyAirTimeStart(airTime: room, at: now) ?? now)
        }
        guard earliest > now else { return true }
        rests[claim] = earliest
        report(.paced(due, until: earliest))
        return false
    }

    private func takeResult(_ result: UplinkResult) {
        guard let flight = inFlight else { return }
        inFlight = nil
        let (uplink, attempts, now) = (flight.uplink, flight.attempts, clock.monotonic)
        switch result {
        case .notAcknowledged:
            planner.end(flight, .unknown, at: now)
            queue.retry(uplink, attempts: attempts, at: now)
        case .failed:
            planner.end(flight, .failed, at: now)
            // An alarm outlasts a radio that is broken.
            let most = uplink.kind == .alarm ? UplinkQueue.mostAttempts - 1 : .max
            queue.retry(uplink, attempts: min(attempts, most), at: now)
        case .sent: planner.end(flight, .unknown, at: now)
        case .acknowledged: planner.end(flight, .acknowledged, at: now)
        }
        if gap != nil, planner.isGapFilled {
            gap = nil
            link.closeGap()
        }
    }
}
