import Timekeeping

extension Device {
    mutating func transmitted(endedAt end: MonotonicInstant) -> [DeviceAction] {
        guard case .transmitting = phase else { return [] }
        closeTransmission(endedAt: end)
        uplinkEnd = end
        let region = configuration.region
        let first: DeviceWindow?
        let second: DeviceWindow?
        switch work {
        case .joining(let attempt):
            let opens = end + Self.joinAcceptDelay
            first = window(at: opens, frequency: sentOn.downlinkFrequency, dataRate: attempt.dataRate)
            second = window(at: opens + .seconds(1), frequency: region.rx2Frequency, dataRate: region.rx2DataRate)
        case .uplink(var attempt):
            attempt.wentOut = true
            work = .uplink(attempt)
            guard let session = state.session else { return windowsOver(at: end) }
            let opens = end + .seconds(Int64(session.rxDelay))
            first = region.rx1DataRate(uplink: session.dataRate, offset: session.rx1Offset).flatMap {
                window(at: opens, frequency: sentOn.downlinkFrequency, dataRate: $0)
            }
            second = window(
                at: opens + .seconds(1), frequency: session.rx2Frequency, dataRate: session.rx2DataRate)
            if attempt.isConfirmed {
                // RP002 2.x, RETRANSMIT_TIMEOUT: 2 s, one more or less at random, after RX2 opened.
                let pause = TimeSpan.milliseconds(1_000 + Int64(random.number(below: 2_001)))
                quietUntil = opens + .seconds(1) + pause
            }
        case .none: return windowsOver(at: end)
        }
        guard let opening = first ?? second else { return windowsOver(at: end) }
        phase = .receiving(opening, second: first == nil ? nil : second)
        return [.receive(opening.window)]
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
        guard case .receiving(let window, _) = phase else { return [.discarded(.unexpected)] }
        do throws(DiscardReason) {
            switch work {
            case .joining(let attempt): return try acceptJoin(frame, attempt: attempt)
            case .uplink(let attempt): return try accept(frame, in: window, attempt: attempt)
            case .none: throw .unexpected
            }
        } catch {
            // Our downlink may still begin, or be in its preamble.
            guard frame.at > window.lastUsefulOpening else { return [.discarded(error), .receive(window.window)] }
            return [.discarded(error)] + windowEnded(at: frame.at)
        }
    }

    /// A window ended without a downlink for us: opens the next.
    mutating func windowEnded(at now: MonotonicInstant) -> [DeviceAction] {
        guard case .receiving(_, let second) = phase else { return [] }
        guard let second, now <= second.lastUsefulOpening else { return windowsOver(at: now) }
        phase = .receiving(second, second: nil)
        return [.receive(second.window)]
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

    private func window(at opens: MonotonicInstant, frequency: Int, dataRate: DataRate) -> DeviceWindow? {
        configuration.region.modulation(of: dataRate).map {
            DeviceWindow(
                window: ReceiveWindow(opensAt: opens, frequency: frequency, modulation: $0), dataRate: dataRate)
        }
    }

    private mutating func closeTransmission(endedAt end: MonotonicInstant) {
        guard let latest = state.latest else { return }
        state.ledger.moveLast(band: latest.subBand, toEndAt: end)
        if latest.isInPurse { state.purse?.moveLast(toEndAt: end) }
        state.latest?.end = end
        state.latest?.isOpen = false
    }

    /// Checks a frame that came in a window of an uplink, and does what it says.
    private mutating func accept(_ received: ReceivedFrame, in window: DeviceWindow, attempt: UplinkAttempt)
        throws(DiscardReason) -> [DeviceAction]
    {
        guard let session = state.session, let cipher else { throw .unexpected }
        let frame = try DownlinkFrame(
            decoding: received.payload, cipher: cipher, address: session.devAddr, after: session.downlinkCounter,
            limit: configuration.region.maximumMACPayload(at: window.dataRate))
        state.session?.downlinkCounter = frame.counter
        state.session?.uplinksSinceDownlink = 0
        state.session?.commands.forgetSticky()
        if frame.isConfirmed { state.session?.owesAcknowledgement = true }
        morePending = frame.morePending
        var attempt = attempt
        if frame.acknowledges, attempt.isConfirmed { attempt.isAcknowledged = true }
        if frame.acknowledges || !attempt.isConfirmed { quietUntil = nil }

        var actions: [DeviceAction] = []
        execute(frame.port == 0 ? frame.payload : frame.options, snrQuarters: received.snrQuarters, into: &actions)
        if let port = frame.port, port > 0 {
            actions.append(
                .deliver(
                    Downlink(
                        port: port, payload: frame.payload, confirmed: frame.isConfirmed, counter: frame.counter,
                        at: received.at, rssi: received.rssi, snrQuarters: received.snrQuarters)))
        }
        actions += complete(attempt, at: received.at)
        return [.persist(state)] + actions
    }
}
