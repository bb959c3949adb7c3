package import LoRaWAN
package import MeterValues
package import Timekeeping
package import UplinkPayload

/// Decides what the next uplink carries and whether it asks for an acknowledgement: from the air-time that is left, from the
/// losses that acknowledgements tell of, and from what was sent before.
package struct UplinkPlanner: Sendable {
    /// What the MAC has.
    package struct Flight {
        package let uplink: DueUplink
        package var attempts: Int
        let asks: Bool
        let items: [DeliveryChances.Item]
    }

    /// A report, and the meter of which it tells.
    fileprivate struct Subject: Hashable {
        let report: Int?
        let meter: Int?
    }

    private let profile: PlannerProfile
    package private(set) var bucket: AirTimeBucket?
    package private(set) var loss = LossEstimate()
    private var allowance: DownlinkAllowance
    private var chances: [Subject: DeliveryChances] = [:]
    /// What a session that is no more has carried into the void: from its first quarter-hour to the newest of the day when the
    /// next began.
    private var gap: (first: QuarterHour, last: QuarterHour)?
    /// Whether there is still something to be sent; until the next uplink.
    private var lacking: [Subject: (newest: QuarterHour, lacks: Bool)] = [:]
    /// When an interval report last asked for an acknowledgement.
    private var askedAt: MonotonicInstant?

    /// When an interval report was last too short for what it had to carry.
    private var fullAt: MonotonicInstant?

    /// Interval reports in a row that began with the newest boundary.
    private var presentFrames: [Subject: Int] = [:]
    /// So many do before one that begins with an older one.
    private static let presentBeforeOlder = 2
    /// Where fewer frames are lost, what is old was sent before and has most likely come: the newest do not wait for it.
    private static let lossThatNeedsOlder = 0.15

    /// How often an interval report asks for an acknowledgement where it would not have to: to know the losses.
    private static let probePause = TimeSpan.hours(12)

    /// nil where the server has no collector that computes lost reports.
    private var parity: ParityPlan?

    /// - Parameters:
    ///   - dailyDownlinks: what the network allows in 24 hours; nil for no limit.
    ///   - sendsParity: whether the server's collector computes lost reports from sums.
    package init(profile: PlannerProfile, dailyDownlinks: Int?, sendsParity: Bool = false) {
        self.profile = profile
        allowance = DownlinkAllowance(limit: dailyDownlinks)
        parity = sendsParity ? ParityPlan() : nil
    }

    package mutating func adopt(dailyAirTime: TimeSpan?, at now: MonotonicInstant) {
        guard dailyAirTime != bucket?.dailyAirTime else { return }
        bucket = dailyAirTime.map { AirTimeBucket(dailyAirTime: $0, historyShare: profile.historyShare, at: now) }
    }

    package mutating func spend(_ airTime: TimeSpan, claim: AirTimeClaim, at now: MonotonicInstant) {
        bucket?.spend(airTime, claim: claim, at: now)
    }

    /// What an intervals report is to carry; nil for all others.
    /// - Parameters:
    ///   - newest: the newest boundary that is stored of its meter.
    ///   - every: the period of the report.
    package func wish(
        for uplink: DueUplink, newest: QuarterHour?, every: TimeSpan, room: PayloadRoom
    ) -> IntervalWish? {
        guard case .intervals = uplink.content, let newest else { return nil }
        var wish = IntervalWish(
            chances: chances(of: uplink, newest: newest), copies: copies, isOnce: addsUp, loss: loss.loss,
            mayBeOlder: profile != .live && !addsUp && loss.loss > Self.lossThatNeedsOlder
                && presentFrames[Subject(uplink), default: 0] >= Self.presentBeforeOlder)
        if profile.fillsWithHistory, !addsUp {
            // Half of what flows in: the rest is for other meters, and for what was lost.
            wish.spareSteps =
                bucket.map { room.stepCount(within: $0.income(of: .history, in: every) / 2) } ?? room.steps.count
        }
        return wish
    }

    /// Whether an intervals report has something to say though there is no new quarter-hour.
    package mutating func lacks(_ uplink: DueUplink, newest: QuarterHour?) -> Bool {
        guard case .intervals = uplink.content, let newest else { return false }
        let subject = Subject(uplink)
        if let known = lacking[subject], known.newest == newest { return known.lacks }
        let lacks =
            parity?.wantsSum(loss: loss.loss) == true
            || chances(of: uplink, newest: newest).lacks(upTo: newest, sentLessThan: copies)
        lacking[subject] = (newest, lacks)
        return lacks
    }

    private var copies: Double { addsUp ? ParityPlan.copies : loss.copies(for: profile.acceptedChance) }

    // MARK: Sums in place of repetitions

    /// Whether sums of reports go out in place of repetitions, for which frame counters have to be known.
    package var addsUp: Bool { parity?.isOn == true }

    /// What the status says of sums; nil where the configuration does without.
    package var sums: String? { parity?.words }

    /// Bytes that an uplink may have, of those that the payload has.
    package func largest(_ uplink: DueUplink, of payload: Int) -> Int {
        if case .intervals = uplink.content { parity?.largest(of: payload) ?? payload } else { payload }
    }

    /// - Parameters:
    ///   - counter: the frame counter of the next uplink.
    ///   - largest: bytes that it can have.
    /// - Returns: what goes out in place of an intervals report; nil where that itself does.
    package func sum(
        insteadOf uplink: DueUplink, _ packed: UplinkPacker.Packed, counter: UInt32, largest: Int
    ) -> DueUplink? {
        guard case .intervals = uplink.content, let intervals = packed.intervals,
            let frame = parity?.sum(counter: counter, loss: loss.loss, isFull: intervals.leftOut > 0),
            frame.count <= largest
        else { return nil }
        return DueUplink(.parity(frame))
    }

    /// Payloads are so long at the data rate in force.
    package mutating func adopt(largestPayload: Int, at now: MonotonicInstant) {
        parity?.adopt(largestPayload: largestPayload, at: now)
        guard parity?.takeBeginning() == true else { return }
        for subject in chances.keys { chances[subject]?.noteLost(sentUntil: now) }
        lacking = [:]
    }

    /// Somebody at the server looks for what is missing.
    package mutating func noteCollector(at now: MonotonicInstant) { parity?.noteCollector(at: now) }

    /// The server has quarter-hours of a meter: see `Command.acknowledgeIntervals`.
    package mutating func noteKnown(
        report: Int, meter: Int, newest: QuarterHour, hours: Int, at now: MonotonicInstant, utc: UTCInstant
    ) {
        noteCollector(at: now)
        lacking = [:]
        func ends(known: Int) -> [QuarterHour] {
            (0..<24).filter { hours >> (23 - $0) & 1 == known }.flatMap { hour in
                (0..<4).map { QuarterHour(number: newest.number - Int64(4 * hour + $0)) }
            }
        }
        let subject = Subject(report: report, meter: meter)
        chances[subject]?.note(known: ends(known: 1))
        // Sums bring what is sent once. What went out behind the report that told of the newest may come yet.
        guard !addsUp, newest.time <= utc else { return }
        chances[subject]?.note(lacking: ends(known: 0), sentUntil: now - (utc - newest.time))
    }

    /// An uplink goes out with this frame counter.
    package mutating func note(
        _ uplink: DueUplink, _ packed: UplinkPacker.Packed, counter: UInt32, largestPayload: Int,
        at now: MonotonicInstant
    ) {
        if case .parity = uplink.content { parity?.noteSum() }
        guard let intervals = packed.intervals else { return }
        if addsUp { parity?.note(ParitySource(counter: counter, payload: packed.payload)) }
        if intervals.leftOut > 0 { parity?.noteShort(largestPayload: largestPayload, at: now) }
    }

    /// Anew when the date went back to before all that was known.
    private func chances(of uplink: DueUplink, newest: QuarterHour) -> DeliveryChances {
        guard let known = chances[Subject(uplink)], newest.number > known.first else {
            return DeliveryChances(newest: newest, gapSince: gap?.first)
        }
        return known
    }

    // MARK: A session that was lost

    /// There is a new session: what the one before has sent since the network's last word counts for nothing.
    /// - Parameters:
    ///   - first: the quarter-hour of that word.
    ///   - sentSince: that word.
    ///   - newest: the present one.
    package mutating func openGap(_ first: QuarterHour, sentSince: MonotonicInstant, newest: QuarterHour) {
        gap = (first, newest)
        for subject in chances.keys { chances[subject]?.forget(sentSince: sentSince, first: first) }
        // They tell of the session, not of the air.
        loss = LossEstimate()
        lacking = [:]
    }

    /// Whether the server has what was lost with the session, as far as anybody knows.
    package var isGapFilled: Bool {
        guard let gap else { return true }
        return !chances.isEmpty && chances.values.allSatisfy { !$0.lacks(upTo: gap.last, sentLessThan: copies) }
    }

    /// Whether an uplink asks for an acknowledgement: alarms always; an intervals report when it can't carry all that the
    /// server may lack, or could not of late, and now and then to learn of the losses; any when the network is silent.
    package mutating func asks(
        _ uplink: DueUplink, _ packed: UplinkPacker.Packed, contact: NetworkContact, at now: MonotonicInstant
    ) -> Bool {
        if uplink.kind == .alarm { return true }
        if let intervals = packed.intervals, intervals.leftOut > 0 { fullAt = now }
        // One a day is allowed whatever else is. A reply that asks would be repeated.
        let asksForLife = contact.wantsQuestion(at: now) && uplink.kind != .reply
        guard allowance.allows(at: now) else { return asksForLife && contact.isDailyQuestionDue(at: now) }
        if asksForLife { return true }
        guard packed.intervals != nil else { return false }
        return fullAt.map { now - $0 < .hours(24) } ?? false || askedAt.map { now - $0 >= Self.probePause } ?? true
    }

    /// The network has to answer something that is no acknowledgement.
    package mutating func noteQuestion(at now: MonotonicInstant) { allowance.spend(at: now) }

    /// An uplink is given to the MAC.
    package mutating func begin(
        _ uplink: DueUplink, _ packed: UplinkPacker.Packed, attempts: Int, asks: Bool, at now: MonotonicInstant
    ) -> Flight {
        if let intervals = packed.intervals {
            var known = chances(of: uplink, newest: intervals.newest)
            known.note(unknown: intervals.unknown, at: now)
            chances[Subject(uplink)] = known
            presentFrames[Subject(uplink)] = intervals.isPresent ? presentFrames[Subject(uplink), default: 0] + 1 : 0
            if asks { askedAt = now }
        }
        lacking = [:]
        if asks { allowance.spend(at: now) }
        return Flight(
            uplink: uplink, attempts: attempts, asks: asks, items: packed.intervals?.items ?? [])
    }

    /// The MAC is done with an uplink.
    package mutating func end(_ flight: Flight, _ outcome: Outcome, at now: MonotonicInstant) {
        lacking = [:]
        guard outcome != .failed else { return }
        let isAcknowledged = outcome == .acknowledged
        if flight.asks { loss.note(isAcknowledged: isAcknowledged) }
        guard !flight.items.isEmpty else { return }
        let copy = isAcknowledged ? .infinity : flight.asks ? loss.unacknowledgedCopy : 1
        chances[Subject(flight.uplink)]?.note(flight.items, copy: copy, at: now)
    }

    /// Of quarter-hours that are stored, by their ends.
    package func delivery(
        of uplink: DueUplink, newest: QuarterHour, at ends: some Sequence<QuarterHour>
    ) -> [(end: QuarterHour, delivery: QuarterDelivery)] {
        let known = chances(of: uplink, newest: newest)
        return ends.map { ($0, known.delivery(of: $0)) }
    }

    package enum Outcome { case acknowledged, unknown, failed }
}

extension UplinkPlanner.Subject {
    init(_ uplink: DueUplink) { self.init(report: uplink.report, meter: uplink.meter) }
}
