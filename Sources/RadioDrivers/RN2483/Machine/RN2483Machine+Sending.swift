import Ciphers
import LoRaWAN
import Timekeeping

/// Uplinks: ask the module what it would do, ask the budget, store, send, and read the counters back.
extension RN2483Machine {
    /// MHDR, FHDR without FOpts, FPort, MIC (TS001 4).
    static let frameOverhead = 13

    /// NbTrans has four bits (TS001 5.3).
    static let mostRepetitions: Int64 = 15

    /// Bytes that an uplink without MAC commands can carry: those of the data rate (RP002: M, less FHDR and FPort).
    var largestPayload: Int {
        guard let session = record.session else { return 0 }
        let room = region.maximumMACPayload(at: session.dataRate, dwell: region.txParameters?.uplinkDwell ?? false) - 8
        return max(0, min(room, ModuleUplink.longestPayload))
    }

    /// Bytes that the next uplink can carry beside what the module may have to answer.
    var maximumPayload: Int { max(0, largestPayload - session.optionBytes) }

    /// How often an unconfirmed uplink goes out at most.
    var repetitions: Int64 { record.session?.repetitions.map { Int64($0) } ?? Self.mostRepetitions }

    /// How often the next uplink is likely to go out: once, while nobody has counted.
    var likelyRepetitions: Int64 { Int64(record.session?.repetitions ?? 1) }

    func airTime(payloadCount: Int) -> TimeSpan {
        airTime(payloadCount: payloadCount, at: record.session?.dataRate ?? DataRate(0)) * likelyRepetitions
    }

    private func airTime(payloadCount: Int, at rate: DataRate) -> TimeSpan {
        guard record.session != nil, let modulation = region.modulation(of: rate) else { return .zero }
        return AirTime.of(bytes: Self.frameOverhead + session.optionBytes + payloadCount, modulation: modulation)
    }

    mutating func send(_ uplink: Uplink, at now: MonotonicInstant) throws(UplinkRefusal) -> [Order] {
        guard record.session != nil, session.isJoined else { throw .notJoined }
        guard phase == .idle, self.uplink.pending == nil else { throw .busy }
        // The module always sends a port and a payload.
        guard let port = uplink.port, (1...223).contains(port), !uplink.payload.isEmpty else {
            throw .wrongPort(uplink.port)
        }
        // The module knows what it has to answer: it may fit all the same.
        guard uplink.payload.count <= largestPayload else {
            throw .payloadTooLong(bytes: uplink.payload.count, limit: largestPayload)
        }
        self.uplink.take(uplink)
        return prepare(at: now)
    }

    mutating func prepare(at now: MonotonicInstant) -> [Order] {
        uplink.prepare()
        guard uplink.mayTryAgain else {
            return end(.failed("the module did not take it in \(uplink.attempts) attempts")) + settle(at: now)
        }
        let counter: [RN2483Command] = quirks.hasCounters ? [.get("upctr", .uplinkCounter)] : []
        return run([.get("status", .status), .get("dr", .dataRate)] + counter, for: .preparing, at: now)
    }

    mutating func authorizeUplink(at now: MonotonicInstant) -> [Order] {
        guard let pending = uplink.pending, let session = record.session else { return settle(at: now) }
        guard let next = session.nextUplink.next else {
            return end(.failed("\(UplinkRefusal.counterExhausted)")) + forgetSession(at: now)
        }
        // The network may have changed the data rate since the payload was made.
        guard pending.payload.count <= largestPayload else {
            let refusal = UplinkRefusal.payloadTooLong(bytes: pending.payload.count, limit: largestPayload)
            return end(.failed("\(refusal)")) + settle(at: now)
        }
        // A confirmed one goes out once ("retx 0").
        let times = pending.confirmed || uplink.goesOnce ? 1 : repetitions
        let transmission = ModuleTransmission(
            kind: .uplink(session.nextUplink), dataRate: session.dataRate,
            once: airTime(payloadCount: pending.payload.count, at: slowestRate(of: session, times: times)),
            times: times,
            subBands: self.session.subBands.sorted())
        var after = record
        after.session?.nextUplink = next
        phase = .awaitingGrant(transmission, after)
        return [.authorize(transmission, after)]
    }

    /// The module's ADR steps down by itself when the network is long silent (TS001 4.3.1.1: after 96 uplinks), between a
    /// frame and its repetition too.
    private func slowestRate(of session: ModuleRecord.Session, times: Int64) -> DataRate {
        guard configuration.adr, times > 1, self.session.unheardUplinks >= 64, session.dataRate.index > 0 else {
            return session.dataRate
        }
        return DataRate(session.dataRate.index - 1)
    }

    func transmitCommand(_ uplink: Uplink) -> RN2483Command {
        let kind = uplink.confirmed || self.uplink.goesOnce ? "cnf" : "uncnf"
        return RN2483Command("mac tx \(kind) \(uplink.port ?? 1) \(uplink.payload.hex)", .transmit)
    }

    /// The answer to `mac tx`, before the air's.
    mutating func answeredTransmit(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        uplink.begun()
        guard answer != .ok else {
            cure.tookCommand()
            let (airTime, times) = uplink.sent.map { ($0.transmission.airTime, $0.transmission.times) } ?? (.zero, 1)
            // It may have to wait for a channel.
            let cycles = (session.receiveDelay + .seconds(4)) * max(3, times) + airTime * 3
            phase = .listening(until: now + cycles + .seconds(10))
            return []
        }
        // What has a name was not sent; its counter stays used all the same.
        let withdrawn: [Order] = answer.isRefusal ? [.withdraw] : []
        return withdrawn + refusedTransmit(answer, at: now)
    }

    private mutating func refusedTransmit(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        if count.isUnderWay, answer.isRefusal {
            uplink.sent = nil
            return endMeasurement(at: now)
        }
        switch answer {
        case .busy:
            uplink.takeBackAttempt()
            return waitForModule(then: .prepare, at: now)
        case .noFreeChannel: return waitForChannel(for: .seconds(30), then: .prepare, at: now)
        // The status, which is read first, tells of both.
        case .silent: return run([RN2483Command("mac forceENABLE", .wish)], for: .finishing, at: now)
        case .paused: return run([RN2483Command("mac resume", .wish)], for: .finishing, at: now)
        case .notJoined:
            session.isJoined = false
            uplink.sent = nil
            guard uplink.mayTryAgain else { return recover("the module forgets its session", at: now) }
            return setUp(at: now)
        case .rejoinNeeded:
            return end(.failed("\(UplinkRefusal.counterExhausted)")) + forgetSession(at: now)
        case .invalidDataLength:
            session.hasMuchToAnswer()
            return end(.failed("the module has MAC commands to send, and no room for them")) + settle(at: now)
        case .invalidParameter:
            return end(.failed("the module refuses the uplink")) + settle(at: now)
        default: return recover("\"mac tx\" was answered with \"\(answer)\"", at: now)
        }
    }

    /// The last line of a join or an uplink.
    mutating func ended(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        guard job == .sending, let sent = uplink.sent, sent.transmission.kind != .joinRequest else {
            return joinEnded(answer, at: now)
        }
        let confirmed = uplink.pending?.confirmed ?? false
        let times = sent.transmission.times
        let once = sent.transmission.airTime / times
        let seen = cycles(of: sent.shortest, since: sent.at, until: now)
        let wasSentOnce = uplink.goesOnce
        var orders: [Order] = []
        switch answer {
        case .transmitted:
            if !confirmed, !wasSentOnce { count.saw(seen) }
            orders = end(confirmed ? .acknowledged : .sent)
        case .received(let port, let payload):
            if port > 0 { orders.append(.event(.downlink(ModuleDownlink(port: port, payload: payload, at: now)))) }
            orders += end(confirmed ? .acknowledged : .sent)
        // It was sent: an acknowledgement did not come, or a window has heard somebody else's frame.
        case .macError: orders = end(confirmed ? .notAcknowledged : .sent)
        case .radioError: orders = end(.failed("the module reports radio_err"))
        case .invalidDataLength:
            session.hasMuchToAnswer()
            orders = end(.failed("the data rate has become too slow for the payload"))
        default: return late(answer, at: now)
        }
        cure.worked()
        session.sentUplink()
        uplink.sent = nil
        if wasSentOnce { wantMeasurement(at: now) }
        // Without counters nobody knows whether a downlink has ended the repetitions early.
        let counters: [RN2483Command] =
            quirks.hasCounters ? [.get("upctr", .uplinkCounter), .get("dnctr", .downlinkCounter)] : []
        let status: [RN2483Command] = count.isUnderWay ? [.get("status", .status)] : []
        return [.close(once * min(seen, times))] + orders + run(status + counters, for: .finishing, at: now)
    }

    /// NbTrans can't be read, but it takes its time: each transmission is followed by both windows. Never less than were
    /// made: the second window opens a little early.
    private func cycles(of airTime: TimeSpan, since start: MonotonicInstant, until now: MonotonicInstant) -> Int64 {
        let cycle = airTime + session.receiveDelay + .milliseconds(900)
        return max(1, min(Self.mostRepetitions, (now - start).nanoseconds / cycle.nanoseconds))
    }

    /// The latest uplink, in whose windows nothing was heard, went out as often as it had the time for, or less often:
    /// the module may have waited for a channel. So the least that was seen since the network's last change is kept.
    mutating func learnRepetitions() {
        guard let seen = count.takeSeen() else { return }
        guard record.session?.repetitions == nil || seen < repetitions else { return }
        record.session?.repetitions = Int(seen)
    }
}
