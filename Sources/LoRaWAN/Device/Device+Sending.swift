import Timekeeping

/// What a transmission changed, in case it never took place.
struct Withdrawal {
    let latest: DeviceState.LatestTransmission?
    let airTime: TimeSpan
    let subBand: Int
    let countsDaily: Bool
}

extension Device {
    /// The first uplink that asks whether the network still hears us, and how many more pass before each further step
    /// (RP002 2.x, ADR_ACK_LIMIT and ADR_ACK_DELAY).
    static let adrAckLimit: UInt32 = 64
    static let adrAckDelay: UInt32 = 32

    func check(_ uplink: Uplink, at now: MonotonicInstant) throws(UplinkRefusal) {
        guard let session = state.session else { throw .notJoined }
        guard case .none = work, pending == nil, held.isEmpty, !isRadiating else { throw .busy }
        switch uplink.port {
        case .some(1...223): break
        case Certification.port where certification != nil: break
        case nil where uplink.payload.isEmpty: break
        default: throw .wrongPort(uplink.port)
        }
        let limit = maximumPayload
        guard uplink.payload.count <= limit else {
            throw .payloadTooLong(bytes: uplink.payload.count, limit: limit)
        }
        guard session.uplinkCounter.next != nil else { throw .counterExhausted }
        if let airTime = airTime(payloadCount: uplink.payload.count),
            case .never = selection(for: session, airTime: airTime, at: now)
        {
            throw .neverAllowed(airTime: airTime)
        }
    }

    /// Goes on with what is to be sent: now, or when it may.
    mutating func proceed(at now: MonotonicInstant) -> [DeviceAction] {
        switch work {
        case .joining(let attempt): return sendJoinRequest(attempt, at: now)
        case .uplink(let attempt): return send(attempt, at: now)
        case .none:
            guard let uplink = pending else {
                phase = .idle
                return []
            }
            return begin(uplink, at: now)
        }
    }

    /// Builds the frame of a new uplink once it may be sent, and takes its counter.
    private mutating func begin(_ uplink: Uplink, at now: MonotonicInstant) -> [DeviceAction] {
        guard let session = state.session, let cipher,
            let modulation = configuration.region.modulation(of: session.dataRate)
        else { return give(up: "the session is gone") }
        let room = maximumMACPayload(of: session) - UplinkFrame.headerInMACPayload
        guard uplink.payload.count <= room else {
            return give(
                up: "the network lowered the data rate: \(uplink.payload.count) bytes are too many, \(room) fit")
        }
        // Answers come before application data (TS001 5): those that do not fit beside it go ahead on port 0, which is
        // also where commands without application data go.
        let goesAhead =
            session.commands.hasNews
            && session.commands.count > min(15, uplink.port == nil ? 0 : room - uplink.payload.count)
        let isOnPort0 = goesAhead || (uplink.port == nil && !session.commands.isEmpty)
        let isOwn = goesAhead && uplink.port != nil
        let optionsLimit = min(15, room - uplink.payload.count)
        let length =
            isOnPort0
            ? UplinkFrame.length(options: 0, port: true, payload: session.commands.fitting(room))
            : UplinkFrame.length(
                options: session.commands.fitting(optionsLimit), port: uplink.port != nil,
                payload: uplink.payload.count)
        let airTime = AirTime.of(bytes: length, modulation: modulation)
        let free: ChannelMask
        switch selection(for: session, airTime: airTime, at: now) {
        case .now(let mask): free = mask
        case .later(let until, let reason):
            phase = .waiting(until: until)
            return [.waiting(until: until, reason: reason)]
        case .never: return give(up: "its air-time of \(airTime) is more than may ever be sent")
        }
        guard let next = session.uplinkCounter.next else { return give(up: "the uplink counter is used up") }
        var frame = UplinkFrame(address: session.devAddr, counter: session.uplinkCounter)
        frame.isConfirmed = (certification?.confirmed ?? uplink.confirmed) && !isOwn
        frame.adr = isADROn
        frame.wantsADRAnswer = isADROn && session.uplinksSinceDownlink >= Self.adrAckLimit
        frame.acknowledges = session.owesAcknowledgement
        if isOnPort0 {
            frame.port = 0
            frame.payload = state.session?.commands.take(room) ?? []
        } else {
            frame.options = state.session?.commands.take(optionsLimit) ?? []
            frame.port = uplink.port
            frame.payload = uplink.payload
        }
        func hasGone(_ request: UplinkCommand) -> Bool {
            session.commands.contains(request) && state.session?.commands.contains(request) == false
        }
        let asksTime = hasGone(.deviceTimeRequest)
        if !isOwn { pending = nil }
        guard let bytes = frame.encoded(with: cipher) else { return give(up: "OpenSSL failed") }
        state.session?.uplinkCounter = next
        state.session?.owesAcknowledgement = false
        let counted = session.uplinksSinceDownlink.addingReportingOverflow(1)
        state.session?.uplinksSinceDownlink = counted.overflow ? .max : counted.partialValue
        morePending = false
        return order(
            UplinkAttempt(
                frame: bytes, isConfirmed: frame.isConfirmed, isOwn: isOwn || uplink.port == Certification.port,
                asksTime: asksTime,
                isQuestion: frame.isConfirmed || asksTime || hasGone(.linkCheckRequest) || isADRAnswerOverdue(session),
                remaining: max(1, Int(session.nbTrans))),
            among: free, modulation: modulation, airTime: airTime, at: now)
    }

    /// The network has not answered ADRACKReq within ADR_ACK_DELAY uplinks, or again so many.
    private func isADRAnswerOverdue(_ session: Session) -> Bool {
        isADROn && session.uplinksSinceDownlink >= Self.adrAckLimit + Self.adrAckDelay
            && session.uplinksSinceDownlink % Self.adrAckDelay == 0
    }

    /// Sends a repetition, or what could not be stored before.
    private mutating func send(_ attempt: UplinkAttempt, at now: MonotonicInstant) -> [DeviceAction] {
        guard let session = state.session,
            let modulation = configuration.region.modulation(of: session.dataRate)
        else { return complete(attempt, at: now) }
        let airTime = AirTime.of(bytes: attempt.frame.count, modulation: modulation)
        switch selection(for: session, airTime: airTime, at: now) {
        case .now(let free):
            return order(attempt, among: free, modulation: modulation, airTime: airTime, at: now)
        case .later(let until, let reason):
            // The next report is worth more than a late repetition of this one.
            if attempt.wentOut, until - now > .minutes(1) { return complete(attempt, at: now) }
            phase = .waiting(until: until)
            return [.waiting(until: until, reason: reason)]
        case .never: return complete(attempt, at: now)
        }
    }

    private mutating func order(
        _ attempt: UplinkAttempt, among free: ChannelMask, modulation: Modulation, airTime: TimeSpan,
        at now: MonotonicInstant
    ) -> [DeviceAction] {
        var attempt = attempt
        guard let session = state.session, let hop = hop(among: free, used: session.usedChannels) else {
            return complete(attempt, at: now)
        }
        state.session?.usedChannels = hop.used
        attempt.remaining -= 1
        work = .uplink(attempt)
        return transmit(
            attempt.frame, on: session.channels[hop.channel], modulation: modulation, powerIndex: session.powerIndex,
            airTime: airTime, countsDaily: true, at: now)
    }

    mutating func transmit(
        _ frame: [UInt8], on channel: Channel, modulation: Modulation, powerIndex: UInt8, airTime: TimeSpan,
        countsDaily: Bool, at now: MonotonicInstant
    ) -> [DeviceAction] {
        account(
            for: airTime, on: channel, countsDaily: countsDaily, endsByItself: modulation != .fsk, at: now)
        let transmission = Transmission(
            payload: frame, frequency: channel.frequency, modulation: modulation,
            power: max(
                configuration.conductedPower.lowerBound,
                conductedPower(
                    index: powerIndex, code: state.session?.maximumEIRPCode, subBand: channel.subBand)),
            carrierSense: configuration.region.carrierSense)
        return [.persist(state), .transmit(transmission)]
    }

    /// Commit before transmit: what it costs is in the state that goes to the disk ahead of it.
    ///
    /// - Parameter endsByItself: whether the chip stops to send without being told (``DeviceState/LatestTransmission``).
    mutating func account(
        for airTime: TimeSpan, on channel: Channel, countsDaily: Bool, endsByItself: Bool, at now: MonotonicInstant
    ) {
        withdrawal = Withdrawal(
            latest: state.latest, airTime: airTime, subBand: channel.subBand, countsDaily: countsDaily)
        state.ledger.record(band: channel.subBand, start: now, airTime: airTime)
        if countsDaily { state.dailyAirTime?.record(start: now, airTime: airTime) }
        state.latest = DeviceState.LatestTransmission(
            end: now + airTime, airTime: airTime, subBand: channel.subBand, isOpen: true, countsDaily: countsDaily,
            endsByItself: endsByItself)
        sentOn = channel
        phase = .transmitting(overdueAt: now + airTime + .seconds(30))
    }

    /// The transmission of the latest call did not take place: its air-time is given back, its counter is kept.
    mutating func withdraw() {
        guard let withdrawal else { return }
        state.ledger.removeLast(band: withdrawal.subBand)
        if withdrawal.countsDaily { state.dailyAirTime?.removeLast() }
        state.latest = withdrawal.latest
        switch work {
        case .joining(var attempt):
            // It was on no air, so its DevNonce is free.
            state.joinBudget.withdrawLatest(airTime: withdrawal.airTime)
            if state.session != nil { state.contact.withdrawTry() }
            if let nonce = attempt.devNonce { state.nextDevNonce = UInt32(nonce.rawValue) }
            attempt.devNonce = nil
            work = .joining(attempt)
        case .uplink(var attempt):
            attempt.remaining += 1
            work = .uplink(attempt)
        case .none: break
        }
        self.withdrawal = nil
    }

    private mutating func give(up reason: String) -> [DeviceAction] {
        let isOwn = pending?.port == Certification.port
        pending = nil
        work = .none
        phase = .idle
        return isOwn ? [] : [.uplinkDone(.failed(reason))]
    }

    /// The uplink and its repetitions are over.
    mutating func complete(_ attempt: UplinkAttempt, at now: MonotonicInstant) -> [DeviceAction] {
        work = .none
        backOff()
        planRenewalWhereLost(at: now)
        // One state to store in each call: what waits is begun by the next.
        phase = pending == nil ? .idle : .waiting(until: now)
        return attempt.isOwn ? [] : [.uplinkDone(attempt.result)]
    }

    /// ADR back-off (TS001 4.3.1.1): after 96 uplinks without a downlink full power, after 128 and then every 32 one
    /// data rate down, and one step after the lowest NbTrans 1 and all default channels.
    mutating func backOff() {
        // In a private network a device is told, or looks for its base: another data rate would only lose it.
        guard isADROn, configuration.privateNetwork == nil, let session = state.session,
            session.uplinksSinceDownlink >= Self.adrAckLimit + Self.adrAckDelay,
            session.uplinksSinceDownlink % Self.adrAckDelay == 0, session.uplinksSinceDownlink != session.backedOffAt
        else { return }
        state.session?.backedOffAt = session.uplinksSinceDownlink
        guard session.uplinksSinceDownlink > Self.adrAckLimit + Self.adrAckDelay else {
            state.session?.powerIndex = 0
            return
        }
        // The next rate that some channel carries: there may be none for the one just below FSK.
        let mask = session.channelMask | startMask
        let slower = (0..<session.dataRate.index).reversed().map { DataRate($0) }.first {
            configuration.region.isUsable($0, dwell: session.uplinkDwell) && session.carries($0, mask: mask)
        }
        if let slower {
            state.session?.dataRate = slower
            // No enabled channel may carry the slower rate.
            if !session.carries(slower) { state.session?.channelMask |= startMask }
        } else {
            state.session?.nbTrans = 1
            state.session?.channelMask |= startMask
        }
    }
}
