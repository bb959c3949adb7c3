import Timekeeping

/// Joining over the air (TS001 6.2), within TR007's budget.
extension Device {
    /// Delay of RX1 after a join-request (RP002 2.x, JOIN_ACCEPT_DELAY1); RX2 comes a second later.
    static let joinAcceptDelay = TimeSpan.seconds(5)

    /// Draws a data rate and the moment of the next join-request.
    mutating func planJoin(notBefore moment: MonotonicInstant, at now: MonotonicInstant, isFirst: Bool)
        -> [DeviceAction]
    {
        guard state.session == nil else { return planNextRenewal(at: now) }
        guard state.nextDevNonce <= UInt32(UInt16.max), let attempt = nextJoinAttempt() else {
            work = .none
            phase = .idle
            return [.joinFailed(nextAttempt: nil, refused: refusedNonce)]
        }
        let dataRate = attempt.dataRate
        work = .joining(attempt)
        var start = moment
        var reason = WaitReason.joinPause
        if let airTime = joinAirTime(at: dataRate) {
            if !isFirst {
                start = start + joinPause(airTime: airTime, at: now)
            }
            switch joinSelection(attempt, airTime: airTime, at: start) {
            case .now, .never: break
            case .later(let free, let why): (start, reason) = (free, why)
            }
        }
        phase = .waiting(until: start)
        return isFirst
            ? [.waiting(until: start, reason: reason)] : [.joinFailed(nextAttempt: start, refused: refusedNonce)]
    }

    /// A quarter to three quarters of an even spread: quick at first, and never in step with others. A base that looks for its
    /// devices is called in each of the quarters of an hour in which it does.
    private mutating func joinPause(airTime: TimeSpan, at now: MonotonicInstant) -> TimeSpan {
        if configuration.privateNetwork != nil {
            let shortest = callsOften(at: now) ? TimeSpan.seconds(55) : .minutes(6)
            return shortest + shortest / 3 * Int64(random.number(below: 1_001)) / 1_000
        }
        let even = max(state.joinBudget.evenInterval(airTime: airTime, at: now), .seconds(40))
        return even / 4 + even / 2 * Int64(random.number(below: 1_001)) / 1_000
    }

    /// In the first hours, in which a person may be pairing it. Then fewer: there are 65 536 DevNonces.
    private func callsOften(at now: MonotonicInstant) -> Bool {
        state.joinBudget.began.map { now - $0 < .hours(2) } ?? true
    }

    /// Sends the join-request that is planned, if it may go now.
    mutating func sendJoinRequest(_ attempt: JoinAttempt, at now: MonotonicInstant) -> [DeviceAction] {
        let region = configuration.region
        guard state.nextDevNonce <= UInt32(UInt16.max), let modulation = region.modulation(of: attempt.dataRate)
        else { return planJoin(notBefore: now, at: now, isFirst: false) }
        let airTime = AirTime.of(bytes: JoinRequest.length, modulation: modulation)
        let free: ChannelMask
        switch joinSelection(attempt, airTime: airTime, at: now) {
        case .now(let mask): free = mask
        case .later(let until, _) where state.session != nil:
            postponeRenewal(attempt, until: until)
            return []
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
        if state.session != nil { state.contact.noteTry() }
        refusedNonce = nil
        var attempt = attempt
        attempt.devNonce = nonce
        work = .joining(attempt)
        return transmit(
            frame, on: joinChannels[hop.channel], modulation: modulation, powerIndex: 0, airTime: airTime,
            countsDaily: false, at: now)
    }

    func joinAirTime(at dataRate: DataRate) -> TimeSpan? {
        configuration.region.modulation(of: dataRate).map { AirTime.of(bytes: JoinRequest.length, modulation: $0) }
    }

    private func joinSelection(_ attempt: JoinAttempt, airTime: TimeSpan, at now: MonotonicInstant) -> ChannelSelection
    {
        guard
            var from = configuration.privateNetwork == nil
                ? state.joinBudget.earliestStart(airTime: airTime, at: now) : now
        else { return .never }
        // Of an uplink of the session before it.
        if let quietUntil { from = max(from, quietUntil) }
        return selection(
            among: joinChannels, mask: attempt.channel.map { 1 << ChannelMask($0) } ?? startMask,
            dataRate: attempt.dataRate, airTime: airTime, at: now, notBefore: from, reason: .joinBudget)
    }

    /// In a dynamic plan a data rate is drawn; in a fixed one it goes with the channel.
    mutating func nextJoinAttempt() -> JoinAttempt? {
        let rates = configuration.region.joinDataRates
        if let network = configuration.privateNetwork {
            // Two of three: where a base has moved its devices it hears the pairing data rate alone, 15 minutes of an hour.
            let isPairing = state.nextDevNonce % 3 != 2
            return JoinAttempt(dataRate: isPairing ? network.pairingDataRate : network.dataRate)
        }
        guard !configuration.region.isDynamic else {
            return rates.isEmpty ? nil : JoinAttempt(dataRate: rates[random.number(below: rates.count)])
        }
        guard let channel = nextJoinChannel(),
            let rate = rates.first(where: { joinChannels[channel].dataRates.contains($0) })
        else { return nil }
        return JoinAttempt(dataRate: rate, channel: channel)
    }

    /// TR007 2.1, for plans of 72 channels: each round of nine takes one channel of each bank of eight and one of the
    /// wide ones, and eight rounds take each channel once. So a gateway that hears one bank only is found in one round.
    private mutating func nextJoinChannel() -> Int? {
        let groups = (joinChannels.count + 7) / 8
        let wanted = (0..<groups).filter { startMask & 0xFF << ChannelMask($0 * 8) != 0 }
        if usedJoinGroups.nonzeroBitCount >= wanted.count { usedJoinGroups = 0 }
        if usedJoinChannels == startMask { usedJoinChannels = 0 }
        let fresh = startMask & ~usedJoinChannels
        var candidates: ChannelMask = 0
        for group in wanted where usedJoinGroups & 1 << UInt16(group) == 0 {
            candidates |= fresh & 0xFF << ChannelMask(group * 8)
        }
        guard let channel = random.bit(of: candidates == 0 ? fresh : candidates), channel < joinChannels.count else {
            return nil
        }
        usedJoinGroups |= 1 << UInt16(channel / 8)
        return channel
    }

    /// Where uplinks go in a fixed plan whose network does not say at the join: the channels that are written down, or
    /// else the bank that the answered join-request was heard in. Most gateways hear one bank of the eight.
    private func channelsAfterJoin(on channel: Int?) -> ChannelMask {
        guard configuration.channelMask == nil, let channel else { return startMask }
        return Region.bank(ofChannel: channel)
    }

    /// Checks a frame that came in a join window.
    mutating func acceptJoin(_ received: ReceivedFrame, attempt: JoinAttempt) throws(DiscardReason) -> [DeviceAction] {
        let region = configuration.region
        guard let nonce = attempt.devNonce else { throw .unexpected }
        let accept = try JoinAccept(
            decoding: received.payload, cipher: joinCipher, authentication: joinAuthentication)
        guard !state.joinNonces.contains(accept.joinNonce) else { throw .joinNonceRepeated(accept.joinNonce) }
        guard region.rx1DataRate(uplink: attempt.dataRate, offset: accept.settings.rx1Offset) != nil,
            region.canReceive(accept.settings.rx2DataRate, dwell: false)
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
            dataRate: attempt.dataRate, settings: accept.settings, rxDelay: accept.rxDelay)
        session.addChannels(accept.frequencies, region: region)
        session.enableChannels(accept.masks, otherwise: channelsAfterJoin(on: attempt.channel), region: region)
        session.chooseDataRate(
            configuration.privateNetwork == nil ? configuration.dataRate : accept.settings.rx2DataRate, region: region)
        state.session = session
        state.joinNonces.append(accept.joinNonce)
        if state.joinNonces.count > DeviceState.rememberedJoinNonces { state.joinNonces.removeFirst() }
        state.joinBudget.succeeded = true
        state.contact.noteJoin(at: received.at, utc: utc(at: received.at))
        planned = nil
        work = .none
        phase = .idle
        quietUntil = nil
        morePending = false
        return [.persist(state), .joined(session)]
    }
}

extension Session {
    /// RP002 2.4.5: the CFList defines the channels behind the default ones, DR0 to DR5; 0 is unused.
    mutating func addChannels(_ frequencies: [Int], region: Region) {
        guard region.isDynamic else { return }
        for (index, frequency) in zip(region.defaultChannels.count..., frequencies) {
            guard index < channels.count, region.allows(frequency: frequency),
                let band = region.subBand(of: frequency)
            else { continue }
            channels[index] = Channel(frequency: frequency, subBand: band, dataRates: DataRate(0)...DataRate(5))
            channelMask |= 1 << ChannelMask(index)
        }
    }

    /// RP002 2.5.5: the CFList of a fixed plan says which channels are enabled; one that leaves none is passed over.
    mutating func enableChannels(_ masks: [UInt16], otherwise others: ChannelMask, region: Region) {
        guard !region.isDynamic else { return }
        let mask = masks.reversed().reduce(0) { $0 << 16 | ChannelMask($1) } & definedChannels
        channelMask = mask == 0 ? others : mask
    }

    /// After a join: the wanted data rate, or that of the join-request, or the first that the channels carry.
    mutating func chooseDataRate(_ wanted: DataRate?, region: Region) {
        // A 500 kHz channel's data rate has nothing slower beside it: the narrow ones reach further.
        let preferred = [wanted, region.isDynamic ? dataRate : region.joinDataRates.first, dataRate]
        let all = (0..<UInt8(16)).map { DataRate($0) }
        dataRate =
            (preferred.compactMap { $0 } + all).first { region.isUsable($0, dwell: uplinkDwell) && carries($0) }
            ?? dataRate
    }
}
