public import Timekeeping

extension Device {
    /// Whether it has a session.
    public var isJoined: Bool { state.session != nil }

    /// Whether an uplink would be begun at once, as far as the law lets it.
    public var isIdle: Bool {
        guard case .none = work, pending == nil, held.isEmpty, !isRadiating else { return false }
        return storageRetry == nil
    }

    /// Whether the radio sends what no application ordered: a carrier, or a test frame.
    public var isRadiating: Bool {
        if case .none = work, case .transmitting = phase { true } else { false }
    }

    /// Whether a frame is on the air, or its windows are not over.
    public var isExchanging: Bool {
        switch phase {
        case .transmitting, .receiving: true
        case .idle, .waiting: false
        }
    }

    /// The present in UTC, where the date is known.
    func utc(at now: MonotonicInstant) -> UTCInstant? {
        utcOffset.map { UTCInstant(nanoseconds: now.nanoseconds &+ $0) }
    }

    /// When ``tick(at:)`` is to be called; nil when only an event can change anything.
    public var nextDeadline: MonotonicInstant? {
        let planned: MonotonicInstant? =
            switch phase {
            case .idle: storageRetry ?? [certification?.nextUplink, planned?.start].compactMap { $0 }.min()
            case .waiting(let until): storageRetry.map { max($0, until) } ?? until
            case .transmitting(let overdue): overdue
            case .receiving(let window, _): window.overdueAt
            }
        guard let listenRetry else { return planned }
        return min(planned ?? listenRetry, listenRetry)
    }

    /// When the next join-request goes out beside the session; nil where none is planned.
    public var nextRenewal: MonotonicInstant? { planned?.start }

    /// The data rate of the next uplink; nil before the join.
    public var dataRate: DataRate? { state.session?.dataRate }

    /// How often each uplink goes out, 1 to 15.
    public var nbTrans: Int { Int(state.session?.nbTrans ?? 1) }

    /// The longest application payload of the next uplink in bytes: what the data rate in force carries, less the MAC
    /// commands that go with it. 0 before the join.
    public var maximumPayload: Int {
        guard let session = state.session else { return 0 }
        let limit = maximumMACPayload(of: session)
        return max(0, limit - UplinkFrame.headerInMACPayload - optionsOfNextUplink)
    }

    func maximumMACPayload(of session: Session) -> Int {
        configuration.region.maximumMACPayload(at: session.dataRate, dwell: session.uplinkDwell)
    }

    /// The air-time of one transmission of an application payload in the next uplink; nil before the join.
    public func airTime(payloadCount: Int) -> TimeSpan? {
        guard let session = state.session,
            let modulation = configuration.region.modulation(of: session.dataRate)
        else { return nil }
        return AirTime.of(
            bytes: UplinkFrame.length(options: optionsOfNextUplink, port: true, payload: payloadCount),
            modulation: modulation)
    }

    /// The first instant from `now` on at which an uplink with this payload may start, by the law, the network's orders
    /// and its daily air-time; nil before the join, and when it may never.
    public func earliestTransmission(payloadCount: Int, at now: MonotonicInstant) -> MonotonicInstant? {
        guard let session = state.session, payloadCount >= 0, payloadCount <= maximumPayload,
            let airTime = airTime(payloadCount: payloadCount)
        else { return nil }
        var from = now
        if !isIdle {
            from = max(from, storageRetry ?? now)
            // What is on the air, and its windows: RX2 opens one second after RX1, and is short.
            if let latest = state.latest { from = max(from, latest.end + .seconds(Int64(session.rxDelay) + 2)) }
        }
        switch selection(for: session, airTime: airTime, at: from) {
        case .now: return from
        case .later(let instant, _): return instant
        case .never: return nil
        }
    }

    /// What is left of the daily air-time; nil when there is none.
    public func remainingDailyAirTime(at now: MonotonicInstant) -> TimeSpan? {
        state.dailyAirTime?.remaining(at: now)
    }

    /// Bytes of FOpts that the next application uplink will carry. More than 15 go ahead in a frame of their own.
    public var optionsOfNextUplink: Int {
        guard let session = state.session, !session.commands.isEmpty else { return 0 }
        return session.commands.count > 15 && session.commands.hasNews
            ? session.commands.fittingOnceSent(15) : session.commands.fitting(15)
    }
}
