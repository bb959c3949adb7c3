import Timekeeping

extension Device {
    mutating func transmitted(endedAt end: MonotonicInstant) -> [DeviceAction] {
        guard case .transmitting = phase else { return [] }
        closeTransmission(endedAt: end)
        busyCount = 0
        let region = configuration.region
        let first: DeviceWindow?
        let second: DeviceWindow?
        switch work {
        case .joining(let attempt):
            let opens = end + Self.joinAcceptDelay
            first = region.rx1DataRate(
                uplink: attempt.dataRate, offset: 0, dwell: region.txParameters?.downlinkDwell ?? false
            ).flatMap { window(at: opens, frequency: sentOn.downlinkFrequency, dataRate: $0) }
            second = window(at: opens + .seconds(1), frequency: region.rx2Frequency, dataRate: region.rx2DataRate)
        case .uplink(var attempt):
            if !attempt.wentOut, configuration.watchesContact {
                state.contact.noteUplink(isQuestion: attempt.isQuestion, at: end, utc: utc(at: end))
            }
            attempt.wentOut = true
            work = .uplink(attempt)
            if attempt.asksTime { timeAskedAt = end }
            guard let session = state.session else { return windowsOver(at: end) }
            let opens = end + .seconds(Int64(session.rxDelay))
            first = region.rx1DataRate(
                uplink: session.dataRate, offset: session.rx1Offset, dwell: session.downlinkDwell
            ).flatMap { window(at: opens, frequency: sentOn.downlinkFrequency, dataRate: $0) }
            second = window(
                at: opens + .seconds(1), frequency: session.rx2Frequency, dataRate: session.rx2DataRate,
                isContinuous: continuousReception != nil)
            if attempt.isConfirmed {
                // RP002 2.x, RETRANSMIT_TIMEOUT: 2 s, one more or less at random, after RX2 opened.
                let pause = TimeSpan.milliseconds(1_000 + Int64(random.number(below: 2_001)))
                quietUntil = opens + .seconds(1) + pause
            }
        case .none: return windowsOver(at: end)
        }
        guard let opening = first ?? second else { return windowsOver(at: end) }
        phase = .receiving(opening, second: first == nil ? nil : second)
        guard let continuousReception else { return [.receive(opening.window)] }
        // Class C listens until RX1 opens, and its RX2 is what it listens to anyway.
        return first == nil ? [] : [.listen(continuousReception), .receive(opening.window)]
    }

    /// Someone else is sending: tries another channel soon, and ever less often while all are busy.
    mutating func channelBusy(at now: MonotonicInstant) -> [DeviceAction] {
        guard case .transmitting = phase else { return [] }
        withdraw()
        busyCount += 1
        if state.session != nil, busyCount > Self.busyLimit, case .joining = work { return planNextRenewal(at: now) }
        if case .uplink(var attempt) = work, busyCount > Self.busyLimit {
            attempt.failure = "the channel was never free"
            return complete(attempt, at: now)
        }
        let longest = Int64(100) << Int64(min(busyCount, 6))
        let until = now + .milliseconds(longest / 5 + Int64(random.number(below: Int(longest))))
        phase = .waiting(until: until)
        return [.waiting(until: until, reason: .channelBusy)]
    }

    /// Nobody knows whether the frame went out, so it did (TR007 2.3: its counter is used).
    mutating func transmitFailed(_ reason: String, at now: MonotonicInstant) -> [DeviceAction] {
        guard case .transmitting = phase else { return [] }
        closeTransmission(endedAt: now)
        if case .uplink(var attempt) = work {
            attempt.failure = reason
            work = .uplink(attempt)
        }
        return windowsOver(at: now)
    }

    mutating func received(_ frame: ReceivedFrame) -> [DeviceAction] {
        guard case .receiving(let window, let second) = phase,
            second == nil || deviceClass == .a || frame.at >= window.window.opensAt
        else { return holdUntilWindowsEnd(heardBetween(frame)) }
        do throws(DiscardReason) {
            switch work {
            case .joining(let attempt): return try acceptJoin(frame, attempt: attempt)
            case .uplink(let attempt): return try accept(frame, at: window.dataRate, attempt: attempt)
            case .none: throw .unexpected
            }
        } catch {
            if case .joinNonceRepeated(let nonce) = error { refusedNonce = nonce }
            // A class C radio goes on listening.
            if second == nil, listening != nil { return [.discarded(error)] }
            // Our downlink may still begin, or be in its preamble.
            guard frame.at > window.lastUsefulOpening else { return [.discarded(error), .receive(window.window)] }
            return [.discarded(error)] + windowEnded(at: frame.at)
        }
    }

    /// A window ended without a downlink for us: opens the next.
    mutating func windowEnded(at now: MonotonicInstant) -> [DeviceAction] {
        guard case .receiving(_, let second) = phase else { return [] }
        guard let second, now <= (continuousReception == nil ? second.lastUsefulOpening : second.overdueAt) else {
            return windowsOver(at: now)
        }
        phase = .receiving(second, second: nil)
        return continuousReception == nil ? [.receive(second.window)] : []
    }

    /// Both windows passed without a downlink for us, or the frame never went out.
    private mutating func windowsOver(at now: MonotonicInstant) -> [DeviceAction] {
        phase = .idle
        switch work {
        case .joining: return planJoin(notBefore: now, at: now, isFirst: false)
        case .uplink(let attempt):
            return attempt.remaining > 0 ? proceed(at: now) : complete(attempt, at: now)
        case .none: return []
        }
    }

    private func window(
        at opens: MonotonicInstant, frequency: Int, dataRate: DataRate, isContinuous: Bool = false
    ) -> DeviceWindow? {
        let region = configuration.region
        return region.modulation(of: dataRate).map {
            let longest = AirTime.of(
                bytes: region.maximumMACPayload(at: dataRate) + UplinkFrame.overhead, modulation: $0, hasCRC: false)
            return DeviceWindow(
                window: ReceiveWindow(opensAt: opens, frequency: frequency, modulation: $0), dataRate: dataRate,
                overdueAt: opens + (isContinuous ? longest : .seconds(15)))
        }
    }

    private mutating func closeTransmission(endedAt end: MonotonicInstant) {
        guard let latest = state.latest else { return }
        if latest.endsByItself {
            state.ledger.moveLast(band: latest.subBand, toEndAt: end)
        } else {
            state.ledger.stretchLast(band: latest.subBand, toEndAt: end)
        }
        if latest.countsDaily { state.dailyAirTime?.moveLast(toEndAt: end) }
        state.latest?.end = end
        state.latest?.isOpen = false
    }

    /// Checks a frame and does what it says.
    ///
    /// - Parameter attempt: the uplink in whose windows it came; nil for a downlink at any other time, which class C
    ///   devices hear and which ends neither repetitions nor what waits for a class A downlink.
    mutating func accept(_ received: ReceivedFrame, at dataRate: DataRate, attempt: UplinkAttempt?)
        throws(DiscardReason) -> [DeviceAction]
    {
        guard let session = state.session, let cipher else { throw .unexpected }
        let frame = try DownlinkFrame(
            decoding: received.payload, cipher: cipher, address: session.devAddr, after: session.downlinkCounter,
            limit: configuration.region.maximumMACPayload(at: dataRate, dwell: session.isDownlinkDwellOrdered))
        state.session?.downlinkCounter = frame.counter
        state.contact.noteWord(at: received.at, utc: utc(at: received.at))
        if !state.contact.isRenewalOrdered { planned = nil }
        if frame.isConfirmed { state.session?.owesAcknowledgement = true }
        morePending = frame.morePending
        var finished = attempt
        if let attempt {
            state.session?.uplinksSinceDownlink = 0
            state.session?.commands.forgetSticky()
            if frame.acknowledges, attempt.isConfirmed { finished?.isAcknowledged = true }
            if frame.acknowledges || !attempt.isConfirmed { quietUntil = nil }
        }

        var actions: [DeviceAction] = []
        execute(frame.port == 0 ? frame.payload : frame.options, snrQuarters: received.snrQuarters, into: &actions)
        switch frame.port {
        case .some(let port) where (1...223).contains(port):
            certification?.countDownlink()
            actions.append(
                .deliver(
                    Downlink(
                        port: port, payload: frame.payload, confirmed: frame.isConfirmed, counter: frame.counter,
                        at: received.at, rssi: received.rssi, snrQuarters: received.snrQuarters)))
        case Certification.port: certify(frame.payload, at: received.at, into: &actions)
        default: break  // Port 0 is done, those above 224 are reserved.
        }
        if let finished { actions += complete(finished, at: received.at) }
        return [.persist(state)] + actions
    }
}
