import Timekeeping

/// Joining over the air (TS001 6.2), within TR007's budget.
extension Device {
    /// Delay of RX1 after a join-request (RP002 2.x, JOIN_ACCEPT_DELAY1); RX2 comes a second later.
    static let joinAcceptDelay = TimeSpan.seconds(5)

    /// Draws a data rate and the moment of the next join-request.
    mutating func planJoin(notBefore moment: MonotonicInstant, at now: MonotonicInstant, isFirst: Bool)
        -> [DeviceAction]
    {
        let rates = configuration.region.joinDataRates
        guard state.nextDevNonce <= UInt32(UInt16.max), !rates.isEmpty else {
            work = .none
            phase = .idle
            return [.joinFailed(nextAttempt: nil)]
        }
        let dataRate = rates[random.number(below: rates.count)]
        work = .joining(JoinAttempt(dataRate: dataRate))
        var start = moment
        var reason = WaitReason.joinPause
        if let airTime = joinAirTime(at: dataRate) {
            if !isFirst {
                // A quarter to three quarters of an even spread: quick at first, and never in step with others.
                let even = max(state.joinBudget.evenInterval(airTime: airTime, at: now), .seconds(40))
                start = start + even / 4 + even / 2 * Int64(random.number(below: 1_001)) / 1_000
            }
            switch joinSelection(dataRate: dataRate, airTime: airTime, at: start) {
            case .now, .never: break
            case .later(let free, let why): (start, reason) = (free, why)
            }
        }
        phase = .waiting(until: start)
        return isFirst ? [.waiting(until: start, reason: reason)] : [.joinFailed(nextAttempt: start)]
    }

    /// Sends the join-request that is planned, if it may go now.
    mutating func sendJoinRequest(_ attempt: JoinAttempt, at now: MonotonicInstant) -> [DeviceAction] {
        let region = configuration.region
        guard state.nextDevNonce <= UInt32(UInt16.max), let modulation = region.modulation(of: attempt.dataRate)
        else { return planJoin(notBefore: now, at: now, isFirst: false) }
        let airTime = AirTime.of(bytes: JoinRequest.length, modulation: modulation)
        let free: UInt16
        switch joinSelection(dataRate: attempt.dataRate, airTime: airTime, at: now) {
        case .now(let mask): free = mask
        case .later(let until, let reason):
            phase = .waiting(until: until)
            return [.waiting(until: until, reason: reason)]
        case .never:
            // This data rate's request is longer than the budget ever allows.
            return planJoin(notBefore: now, at: now, isFirst: false)
        }
        let nonce = DevNonce(rawValue: UInt16(truncatingIfNeeded: state.nextDevNonce))
        let request = JoinRequest(joinEUI: configuration.joinEUI, devEUI: configuration.devEUI, devNonce: nonce)
        guard let hop = hop(among: free, used: usedJoinChannels),
            let frame = request.encoded(authentication: joinAuthentication)
        else { return planJoin(notBefore: now, at: now, isFirst: false) }
        usedJoinChannels = hop.used
        state.nextDevNonce += 1
        state.joinBudget.record(start: now, airTime: airTime)
        work = .joining(JoinAttempt(dataRate: attempt.dataRate, devNonce: nonce))
        return transmit(
            frame, on: joinChannels[hop.channel], modulation: modulation, powerIndex: 0, airTime: airTime,
            isInPurse: false, at: now)
    }

    private func joinAirTime(at dataRate: DataRate) -> TimeSpan? {
        configuration.region.modulation(of: dataRate).map { AirTime.of(bytes: JoinRequest.length, modulation: $0) }
    }

    private func joinSelection(dataRate: DataRate, airTime: TimeSpan, at now: MonotonicInstant) -> ChannelSelection {
        guard let from = state.joinBudget.earliestStart(airTime: airTime, at: now) else { return .never }
        return selection(
            among: joinChannels, mask: configuration.region.defaultMask, dataRate: dataRate, airTime: airTime, at: now,
            notBefore: from, reason: .joinBudget)
    }

    /// Checks a frame that came in a join window.
    mutating func acceptJoin(_ received: ReceivedFrame, attempt: JoinAttempt) throws(DiscardReason) -> [DeviceAction] {
        let region = configuration.region
        guard let nonce = attempt.devNonce else { throw .unexpected }
        let accept = try JoinAccept(
            decoding: received.payload, cipher: joinCipher, authentication: joinAuthentication)
        guard !state.joinNonces.contains(accept.joinNonce) else { throw .joinNonceRepeated(accept.joinNonce) }
        guard region.rx1DataRate(uplink: attempt.dataRate, offset: accept.settings.rx1Offset) != nil,
            region.modulation(of: accept.settings.rx2DataRate) != nil
        else { throw .unsupportedSettings(accept.settings) }
        let keys: SessionKeys
        do {
            keys = try SessionKeys(
                cipher: joinCipher, joinNonce: accept.joinNonce, netID: accept.netID, devNonce: nonce)
            cipher = try SessionCipher(keys)
        } catch {
            throw .cipherFailed("\(error)")
        }
        var session = Session(
            devAddr: accept.devAddr, netID: accept.netID, keys: keys, region: region,
            dataRate: configuration.dataRate.flatMap { region.modulation(of: $0) == nil ? nil : $0 }
                ?? attempt.dataRate,
            settings: accept.settings, rxDelay: accept.rxDelay)
        addChannels(accept.frequencies, to: &session)
        if session.channels.allSatisfy({ !$0.isDefined || !$0.dataRates.contains(session.dataRate) }) {
            session.dataRate = attempt.dataRate
        }
        state.session = session
        state.joinNonces.append(accept.joinNonce)
        if state.joinNonces.count > DeviceState.rememberedJoinNonces { state.joinNonces.removeFirst() }
        state.joinBudget.succeeded = true
        work = .none
        phase = .idle
        quietUntil = nil
        morePending = false
        return [.persist(state), .joined(session)]
    }

    /// RP002 2.4.5: the CFList defines the channels behind the default ones, DR0 to DR5; 0 is unused.
    private func addChannels(_ frequencies: [Int], to session: inout Session) {
        let first = configuration.region.defaultChannels.count
        for (offset, frequency) in frequencies.enumerated() {
            let index = first + offset
            guard index < session.channels.count, configuration.region.allows(frequency: frequency),
                let band = configuration.region.subBand(of: frequency)
            else { continue }
            session.channels[index] = Channel(
                frequency: frequency, subBand: band, dataRates: DataRate(0)...DataRate(5))
            session.channelMask |= 1 << UInt16(index)
        }
    }
}
