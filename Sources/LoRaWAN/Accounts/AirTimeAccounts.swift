public import Timekeeping

/// The accounts of a device whose MAC is not ours but a module's: the sliding hour of each sub-band, the daily air-time
/// and TR007's budget of join-requests, in the same record as those of ``Device``. So a change of the radio forgets no
/// air-time.
///
/// A module hops by itself and does not tell which channel it takes, so each transmission is charged to every sub-band
/// it may be in: the law holds in each, at the price of air-time that is counted twice.
public struct AirTimeAccounts: Hashable, Sendable {
    /// To be stored before each transmission. It has no session: that is the module's.
    public internal(set) var state: DeviceState

    /// - Parameters:
    ///   - configuration: the region's limits, and the network's fair use.
    ///   - restored: what was stored last; nil for a device that has never spoken.
    ///   - bootIdentifier: differs from one boot of the board to the next.
    ///   - now: the present, on that boot's clock.
    public init(
        configuration: DeviceConfiguration, restoring restored: DeviceState?, bootIdentifier: String,
        at now: MonotonicInstant
    ) {
        guard let restored else {
            state = DeviceState(configuration: configuration, keyCheck: 0, bootIdentifier: bootIdentifier)
            return
        }
        state = restored.adopted(
            by: configuration, keyCheck: restored.keyCheck, bootIdentifier: bootIdentifier, at: now)
        state.session = nil
        // The process ended while the module was sending: it may have gone on until now, in any of the sub-bands.
        guard let open = restored.latest, open.isOpen, let end = state.latest?.end, end == now else { return }
        moveLatest(begunAt: open.end - open.airTime, toEndAt: now)
    }

    /// The first instant from `now` on at which a transmission may start, and what it has to wait for until then; nil
    /// when it may never.
    ///
    /// - Parameters:
    ///   - airTime: with all the repetitions that there may be.
    ///   - subBands: indices in ``Region/subBands`` of all that it may be in.
    ///   - isJoin: it is paid from the budget of join-requests, and else from the daily air-time.
    ///   - now: the present.
    public func earliestStart(
        airTime: TimeSpan, subBands: [Int], isJoin: Bool, at now: MonotonicInstant
    ) -> (start: MonotonicInstant, reason: WaitReason)? {
        var earliest = (start: now, reason: WaitReason.dutyCycle)
        for band in subBands {
            guard let free = state.ledger.earliestStart(band: band, airTime: airTime, at: now) else { return nil }
            earliest.start = max(earliest.start, free)
        }
        let (account, reason): (MonotonicInstant?, WaitReason) =
            isJoin
            ? (state.joinBudget.earliestStart(airTime: airTime, at: now), .joinBudget)
            : (state.dailyAirTime.map { $0.earliestStart(airTime: airTime, at: now) } ?? now, .dailyAirTime)
        guard let account else { return nil }
        return account > earliest.start ? (account, reason) : earliest
    }

    /// Records a transmission before it begins; whether it takes place may never be known.
    public mutating func record(airTime: TimeSpan, subBands: [Int], isJoin: Bool, at now: MonotonicInstant) {
        for band in subBands { state.ledger.record(band: band, start: now, airTime: airTime) }
        if isJoin {
            state.joinBudget.record(start: now, airTime: airTime)
        } else {
            state.dailyAirTime?.record(start: now, airTime: airTime)
        }
        state.latest = DeviceState.LatestTransmission(
            end: now + airTime, airTime: airTime, subBand: subBands.first ?? 0, isOpen: true,
            countsDaily: !isJoin && state.dailyAirTime != nil)
    }

    /// The latest transmission is over, with all its repetitions: nothing of it was later than this.
    /// - Parameters:
    ///   - now: the present.
    ///   - airTime: what it took at most; nil for what was recorded.
    public mutating func closeLatest(at now: MonotonicInstant, airTime: TimeSpan? = nil) {
        guard let latest = state.latest, latest.isOpen else { return }
        let begin = latest.end - latest.airTime
        if let airTime {
            for band in bands(begunAt: begin) {
                state.ledger.removeLast(band: band)
                state.ledger.record(band: band, start: begin, airTime: airTime)
            }
            if latest.countsDaily {
                state.dailyAirTime?.removeLast()
                state.dailyAirTime?.record(start: begin, airTime: airTime)
            }
            state.latest?.airTime = airTime
        }
        let end = max(now, begin + (state.latest?.airTime ?? .zero))
        moveLatest(begunAt: begin, toEndAt: end)
        if latest.countsDaily { state.dailyAirTime?.moveLast(toEndAt: end) }
        state.latest?.end = end
        state.latest?.isOpen = false
    }

    /// The module has said that it did not send the latest transmission.
    public mutating func withdrawLatest() {
        guard let latest = state.latest, latest.isOpen else { return }
        for band in bands(begunAt: latest.end - latest.airTime) { state.ledger.removeLast(band: band) }
        if latest.countsDaily {
            state.dailyAirTime?.removeLast()
        } else if state.joinBudget.latest == latest.end - latest.airTime {
            state.joinBudget.withdrawLatest(airTime: latest.airTime)
        }
        state.latest?.isOpen = false
    }

    /// Nobody knows what was sent since the restored state: takes all that was set aside as spent just now; see
    /// ``TransmissionReserve``.
    public mutating func assumeReserveUsed(at now: MonotonicInstant) { state.assumeReserveUsed(at: now) }

    /// A join-request was answered.
    /// - Parameters:
    ///   - now: the present.
    ///   - utc: nil where the date is not known.
    public mutating func recordJoinSuccess(at now: MonotonicInstant, utc: UTCInstant?) {
        state.joinBudget.succeeded = true
        state.contact.noteJoin(at: now, utc: utc)
    }

    /// Changes the network's air-time for 24 hours; what was spent in the last 24 counts on. Nil leaves only the law.
    public mutating func setDailyAirTime(_ limit: TimeSpan?) {
        let limit = limit ?? .hours(24)
        if state.dailyAirTime == nil { state.dailyAirTime = AirTimeWindow(length: .hours(24), limit: limit) }
        state.dailyAirTime?.limit = limit
    }

    private func bands(begunAt start: MonotonicInstant) -> [Int] {
        state.ledger.windows.indices.filter { band in
            state.ledger.windows[band].entries.last.map { $0.start >= start } ?? false
        }
    }

    private mutating func moveLatest(begunAt start: MonotonicInstant, toEndAt end: MonotonicInstant) {
        for band in bands(begunAt: start) { state.ledger.moveLast(band: band, toEndAt: end) }
    }
}
