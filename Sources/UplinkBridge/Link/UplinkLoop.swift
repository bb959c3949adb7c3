import HardwareInterfaces
import LoRaWAN
import SmartMeter
public import Timekeeping
public import UplinkPayload

/// Sends what is due and obeys downlinks, in the thread that also serves the radio.
public final class UplinkLoop {
    let link: any NetworkLink
    private let packer: UplinkPacker
    private let settings: SettingsKeeper
    private let alarms: AlarmTray
    private let schema: PayloadSchema
    /// Bytes that the slowest data rate in use carries: what is split to them can be sent whatever the network orders.
    private let smallestPayload: Int
    private let clock: any Clock
    private(set) var queue: UplinkQueue
    private var ration: AirTimeRation?
    /// Until when reports wait for the ration, and whether answers and alarms do too.
    private var rest: (until: MonotonicInstant, holdsUrgent: Bool)?
    /// What the MAC has, and how often it had it.
    private var inFlight: (uplink: DueUplink, attempts: Int)?
    /// For what a frame of MAC answers has gone ahead, because it did not fit beside them.
    private var wayClearedFor: DueUplink?
    private var wantsToRejoin = false
    private let waiting: WaitingKeeper
    /// The newest boundary that a report has sent of a meter.
    private var sent: [DueUplink: QuarterHour] = [:]
    private let report: (UplinkEvent) -> Void
    private let statusDesk: LinkStatusDesk?

    public enum UplinkEvent: Sendable {
        /// Handed to the MAC: what, and the payload.
        case handedOver(DueUplink, [UInt8])
        case refused(DueUplink, String)
        /// Reports became due again before they could be sent, so many since the start.
        case overtaken(Int)
        /// The network's daily air-time is spread over the day.
        case rationed(until: MonotonicInstant)
        /// The network waits for an answer of the MAC, which can't be sent.
        case answerRefused(String)
        /// A downlink's commands were carried out or refused.
        case obeyed(Reply)
    }

    /// - Parameters:
    ///   - alarms: where the thread that reads the meters lays them.
    ///   - statusDesk: where others ask how the link does.
    init(
        link: any NetworkLink, schedule: ReportSchedule, packer: UplinkPacker, settings: SettingsKeeper,
        alarms: AlarmTray, waiting: WaitingKeeper, schema: PayloadSchema, smallestPayload: Int,
        statusDesk: LinkStatusDesk? = nil, clock: any Clock,
        report: @escaping (UplinkEvent) -> Void
    ) {
        self.link = link
        self.packer = packer
        self.settings = settings
        self.alarms = alarms
        self.schema = schema
        self.smallestPayload = smallestPayload
        self.statusDesk = statusDesk
        self.clock = clock
        self.report = report
        self.waiting = waiting
        queue = UplinkQueue(schedule: schedule)
        queue.restore(waiting.found, schema: schema, at: clock.monotonic)
        wantsToRejoin = waiting.found.rejoin
        adoptSettings()
        link.onDownlink = { [unowned self] in take($0) }
        link.onUplinkDone = { [unowned self] in takeResult($0) }
    }

    /// Until when reports wait for the day's air-time.
    var restUntil: MonotonicInstant? { rest?.until }
    public var pollDescriptors: [Int32] { link.pollDescriptors }
    public var nextDeadline: MonotonicInstant? {
        // While the MAC is busy its own deadlines come first; a report that is due waits for them.
        let due =
            rest.map { [$0.until, $0.holdsUrgent ? nil : queue.nextUrgent].compactMap { $0 }.min() } ?? queue.nextDue
        return [link.nextDeadline, link.isReady ? due : nil].compactMap { $0 }.min()
    }

    public func poll() {
        work()
        if let statusDesk, statusDesk.isAsked { statusDesk.answer(status(at: clock.monotonic)) }
    }

    private func work() {
        link.poll()
        let now = clock.monotonic
        for alarm in alarms.take() { queue.add(alarm, at: now) }
        // Between a frame and its windows nothing waits for the disk.
        defer { if !link.isExchanging { keepWaiting() } }
        guard link.isReady else { return }
        if wantsToRejoin, !queue.hasAnswers {
            wantsToRejoin = false
            return link.rejoin()
        }
        guard !isResting(at: now) else { return }
        let overtaken = queue.schedule.skipped
        defer { if queue.schedule.skipped > overtaken { report(.overtaken(queue.schedule.skipped)) } }
        while let due = queue.next(
            at: now, utc: clock.utc, where: { packer.isPossible($0, sent: sent[$0], at: now) })
        {
            if send(due, at: now) { return }
        }
        if link.wantsUplink { sendEmpty(at: now) }
    }

    private func keepWaiting() {
        var content = queue.waiting
        if let inFlight { content.add(inFlight.uplink, attempts: inFlight.attempts, isFirst: true) }
        content.rejoin = wantsToRejoin
        waiting.keep(content, at: clock.monotonic)
    }

    /// The network waits for an answer of the MAC, and no report is due.
    private func sendEmpty(at now: MonotonicInstant) {
        let airTime = link.airTime(payloadCount: 0)
        guard mayBegin(airTime, at: now) else { return }
        do {
            try link.send(Uplink(port: nil, payload: []))
            ration?.spend(airTime, at: now)
        } catch {
            report(.answerRefused("\(error)"))
        }
    }

    /// - Returns: whether the MAC is busy now, or what is due has to wait.
    private func send(_ due: DueUplink, at now: MonotonicInstant) -> Bool {
        let attempts = queue.attempts(of: due)
        do {
            let room = PayloadRoom(largest: link.maximumPayload) { link.airTime(payloadCount: $0) }
            guard let packed = try packer.pack(due, every: period(of: due), room: room, at: now) else {
                queue.remove(due)
                return false
            }
            let airTime = link.airTime(payloadCount: packed.payload.count)
            guard mayBegin(airTime, at: now) else { return true }
            if packed.payload.count > link.maximumPayload, packed.payload.count <= link.largestPayload,
                wayClearedFor != due
            {
                return try clearWay(for: due, at: now)
            }
            wayClearedFor = nil
            queue.remove(due, rest: packed.rest)
            // Noted before: a radio that fails ends the uplink while it is handed over.
            inFlight = (due, attempts + 1)
            try link.send(
                Uplink(port: due.kind.port, payload: packed.payload, confirmed: due.kind == .alarm))
            ration?.spend(airTime, at: now)
            if let newest = packed.newest { sent[due] = newest }
            report(.handedOver(due, packed.payload))
            return true
        } catch {
            inFlight = nil
            queue.remove(due)
            report(.refused(due, "\(error)"))
            return false
        }
    }

    /// MAC answers take the room, and some are repeated until a downlink comes: they go ahead in a frame of their own that
    /// asks for one.
    private func clearWay(for due: DueUplink, at now: MonotonicInstant) throws(UplinkRefusal) -> Bool {
        wayClearedFor = due
        try link.send(Uplink(port: nil, payload: [], confirmed: true))
        ration?.spend(link.airTime(payloadCount: 0), at: now)
        return true
    }

    private func period(of due: DueUplink) -> TimeSpan {
        let reports = settings.inForce.reports
        guard let report = due.report, reports.indices.contains(report) else { return QuarterHour.length }
        return .seconds(reports[report].seconds)
    }

    private func isResting(at now: MonotonicInstant) -> Bool {
        guard let rest, rest.until > now else {
            rest = nil
            return false
        }
        return rest.holdsUrgent || !queue.hasUrgent(at: now)
    }

    private func mayBegin(_ airTime: TimeSpan, at now: MonotonicInstant) -> Bool {
        let isUrgent = queue.hasUrgent(at: now)
        guard let earliest = ration?.earliest(for: airTime, isUrgent: isUrgent, at: now), earliest > now else {
            return true
        }
        rest = (earliest, isUrgent)
        report(.rationed(until: earliest))
        return false
    }

    // MARK: Downlinks

    private func takeResult(_ result: UplinkResult) {
        guard let (uplink, attempts) = inFlight else { return }
        inFlight = nil
        switch result {
        case .notAcknowledged: queue.retry(uplink, attempts: attempts, at: clock.monotonic)
        case .failed:
            // An alarm outlasts a radio that is broken.
            let most = uplink.kind == .alarm ? UplinkQueue.mostAttempts - 1 : .max
            queue.retry(uplink, attempts: min(attempts, most), at: clock.monotonic)
        case .sent, .acknowledged: break
        }
    }

    private func take(_ downlink: LinkDownlink) {
        guard downlink.port == ReportKind.commandPort else { return }
        var (reply, orders) = settings.carryOut(downlink.payload)
        adoptSettings()
        for order in orders where !obey(order) {
            reply.answers.append(.init(command: 0, result: .refused(.busy)))
        }
        queue.answer(reply.encode(largestPayload: smallestPayload))
        report(.obeyed(reply))
    }

    /// - Returns: false when too much waits already.
    private func obey(_ order: BridgeOrder) -> Bool {
        switch order {
        case .sendNow(let report):
            queue.schedule.request(report)
            // What has been sent before is sent again.
            sent = sent.filter { report != nil && $0.key.report != report }
        case .sendIntervals(let report, let meter, let first, let count):
            guard schema.reports.indices.contains(report), case .intervals(let layout) = schema.reports[report] else {
                return true
            }
            let last = QuarterHour(number: first.number + Int64(count))
            return queue.add(DueUplink(.backfill(layout, from: last, to: first), meter: meter, report: report))
        case .sendStatus:
            let tags = schema.layouts.map(\.tag) + schema.intervalLayouts.map(\.tag)
            queue.add(
                pages: StatusPage.settingsPages(
                    settings.inForce, layouts: tags,
                    largestPayload: smallestPayload))
        case .rejoin: wantsToRejoin = true
        }
        return true
    }

    private func adoptSettings() {
        let (inForce, now) = (settings.inForce, clock.monotonic)
        queue.schedule.adopt(inForce, at: now, utc: clock.utc)
        let purse = inForce.dailyAirTime.map { TimeSpan.milliseconds(100) * Int64($0) }
        if purse != ration?.purse || link.purse != purse {
            link.setPurse(purse)
            ration = purse.map { AirTimeRation(purse: $0, at: now) }
        }
        rest = nil
    }
}
