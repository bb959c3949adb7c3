public import Timekeeping

/// A join-request that goes out beside a session.
struct PlannedJoin {
    let attempt: JoinAttempt
    var start: MonotonicInstant
}

/// Joining anew while the session is kept (TR007 2.1, loss of link): nobody knows whether it is the session that no server
/// knows, or a downlink that does not come through. Uplinks go on in it between the join-requests.
extension Device {
    /// The network wants a new session: joins at once, and as fast as the budget of join-requests lets it.
    public mutating func renewSession(at now: MonotonicInstant) -> [DeviceAction] {
        guard state.session != nil, case .overTheAir = configuration.activation else { return finish([]) }
        state.contact.orderRenewal()
        planned = nil
        planRenewalWhereLost(at: now)
        return finish([])
    }

    /// All that ``NetworkContact/gapSince`` speaks of was sent again.
    public mutating func closeGap() { state.contact.gapSince = nil }

    /// Plans a join-request where the session is taken as lost and none is planned.
    mutating func planRenewalWhereLost(at now: MonotonicInstant) {
        guard planned == nil, state.session != nil, case .overTheAir = configuration.activation, certification == nil,
            state.contact.isRenewalOrdered || state.contact.isLost(at: now)
        else { return }
        planned = renewal(notBefore: now, at: now)
    }

    /// The join-request was not answered, or can't go out at all at its data rate: plans the next.
    mutating func planNextRenewal(at now: MonotonicInstant) -> [DeviceAction] {
        var from = now + .seconds(2)
        if case .joining(let attempt) = work, attempt.devNonce == nil {
            state.contact.noteTry()
            from = now + state.contact.tryPause
        }
        work = .none
        phase = .idle
        planned = renewal(notBefore: from, at: now)
        return [.joinFailed(nextAttempt: planned?.start, refused: refusedNonce)]
    }

    private mutating func renewal(notBefore moment: MonotonicInstant, at now: MonotonicInstant) -> PlannedJoin? {
        guard state.nextDevNonce <= UInt32(UInt16.max), let attempt = nextRenewalAttempt() else { return nil }
        let (contact, budget) = (state.contact, state.joinBudget)
        let start = contact.renewalStart(
            notBefore: moment, pause: renewalPause(at: attempt.dataRate, at: now), budget: budget, at: now
        ) { random.number(below: $0) }
        return PlannedJoin(attempt: attempt, start: start)
    }

    private func renewalPause(at dataRate: DataRate, at now: MonotonicInstant) -> TimeSpan {
        // A server that answers, with a JoinNonce that was used, will answer the next time with another.
        guard configuration.privateNetwork == nil, state.contact.isRenewalOrdered || refusedNonce != nil,
            let airTime = joinAirTime(at: dataRate)
        else {
            return state.contact.tryPause
        }
        return max(state.joinBudget.evenInterval(airTime: airTime, at: now), .seconds(40))
    }

    /// The slowest data rate in turns with the others: it reaches furthest, but is not all that a gateway may hear.
    private mutating func nextRenewalAttempt() -> JoinAttempt? {
        // What the session says goes out at the data rate of the network itself.
        if let network = configuration.privateNetwork { return JoinAttempt(dataRate: network.pairingDataRate) }
        guard configuration.region.isDynamic, state.contact.tries % 2 == 0,
            let slowest = configuration.region.joinDataRates.min()
        else { return nextJoinAttempt() }
        return JoinAttempt(dataRate: slowest)
    }

    /// Sends the join-request that is planned beside the session, when it is due.
    mutating func sendRenewal(at now: MonotonicInstant) -> [DeviceAction]? {
        guard let due = planned, due.start <= now, state.session != nil, pending == nil, case .none = work else {
            return nil
        }
        planned = nil
        work = .joining(due.attempt)
        return sendJoinRequest(due.attempt, at: now)
    }

    /// A join-request beside the session has to wait: uplinks need not.
    mutating func postponeRenewal(_ attempt: JoinAttempt, until start: MonotonicInstant) {
        work = .none
        phase = .idle
        planned = PlannedJoin(attempt: attempt, start: start)
    }
}
