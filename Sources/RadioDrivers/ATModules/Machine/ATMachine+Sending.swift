import LoRaWAN
import Timekeeping

/// Uplinks: ask the module what it would do, ask the budget, store, send, and see what it has sent.
extension ATMachine {
    /// MHDR, FHDR without FOpts, FPort, MIC (TS001 4).
    private static let frameOverhead = 13
    /// Behind an uplink the module may send another by itself for so long.
    private static let ownSpan = TimeSpan.seconds(12)

    var largestPayload: Int {
        guard let session = record.session else { return 0 }
        let room = region.maximumMACPayload(at: session.dataRate, dwell: region.txParameters?.uplinkDwell ?? false) - 8
        return max(0, min(room, ModuleUplink.longestPayload))
    }

    var maximumPayload: Int { max(0, largestPayload - session.optionBytes) }

    /// How often an uplink goes out, as far as anybody has seen.
    var repetitions: Int64 { Int64(record.session?.repetitions ?? 1) }

    func airTime(payloadCount: Int) -> TimeSpan {
        guard let rate = record.session?.dataRate else { return .zero }
        return airTime(payloadCount: payloadCount, at: rate) * repetitions
    }

    private func airTime(payloadCount: Int, at rate: DataRate) -> TimeSpan {
        guard let modulation = region.modulation(of: rate) else { return .zero }
        return AirTime.of(bytes: Self.frameOverhead + session.optionBytes + payloadCount, modulation: modulation)
    }

    mutating func send(_ uplink: Uplink, at now: MonotonicInstant) throws(UplinkRefusal) -> [Order] {
        guard record.session != nil, session.isJoined else { throw .notJoined }
        guard isReady, self.uplink.pending == nil else { throw .busy }
        guard let port = uplink.port, (1...223).contains(port), !uplink.payload.isEmpty else {
            throw .wrongPort(uplink.port)
        }
        guard uplink.payload.count <= largestPayload else {
            throw .payloadTooLong(bytes: uplink.payload.count, limit: largestPayload)
        }
        self.uplink.take(uplink)
        return prepare(at: now)
    }

    /// - Parameter once: as a confirmed one, for whose repetitions law or daily air-time have no room.
    mutating func prepare(once: Bool = false, at now: MonotonicInstant) -> [Order] {
        uplink.prepare()
        uplink.goesOnce = once
        guard let pending = uplink.ordered else { return settle(at: now) }
        guard uplink.mayTryAgain else {
            return end(.failed("the module did not take it in \(uplink.attempts) attempts")) + settle(at: now)
        }
        exchange = ATExchange()
        exchange.questions = questions
        found.room = nil
        let asked = questions.map { dialect.ask($0) }
        return run(
            [dialect.readCounters].compactMap { $0 } + dialect.prepare(pending) + asked, for: .preparing, at: now)
    }

    mutating func authorizeUplink(at now: MonotonicInstant) -> [Order] {
        guard let pending = uplink.ordered, let known = record.session else { return settle(at: now) }
        guard found.isJoined != false else { return sessionLost(at: now) }
        guard let next = known.nextUplink.next else {
            return end(.failed("\(UplinkRefusal.counterExhausted)")) + sessionLost(at: now)
        }
        // The network may have changed the data rate since the payload was made.
        let room = min(found.room ?? largestPayload, largestPayload)
        let mustEmpty = room < pending.payload.count && room < largestPayload && dialect.transmitEmpty != nil
        guard mustEmpty || pending.payload.count <= room else {
            let refusal = UplinkRefusal.payloadTooLong(bytes: pending.payload.count, limit: room)
            return end(.failed("\(refusal)")) + settle(at: now)
        }
        exchange.isEmpty = mustEmpty
        let transmission = ModuleTransmission(
            kind: .uplink(known.nextUplink), dataRate: known.dataRate,
            once: mustEmpty
                ? ownAirTime(at: known.dataRate) : airTime(payloadCount: pending.payload.count, at: known.dataRate),
            times: pending.confirmed && !mustEmpty ? 1 : repetitions,
            beside: ownAirTime(at: known.dataRate) * repetitions,
            subBands: subBands)
        var after = record
        after.session?.nextUplink = next
        phase = .awaitingGrant(transmission, after)
        // What was set aside for the one before stays spent: nobody knows better by now.
        let settled: [Order] = session.settling.map { [.close(max($0.granted, $0.spent))] } ?? []
        session.settling = nil
        return settled + [.authorize(transmission, after)]
    }

    // MARK: What the budget says

    mutating func grant(at now: MonotonicInstant) -> [Order] {
        guard case .awaitingGrant(let transmission, let after) = phase else { return [] }
        record = after
        let command: ATCommand
        switch transmission.kind {
        case .joinRequest:
            command = dialect.join
            exchange = ATExchange()
            // However it ends, even in a reset of the module: the next is not sent at once.
            join.wait(until: now + .seconds(15))
        case .uplink:
            guard let pending = uplink.ordered else { return settle(at: now) }
            command = exchange.isEmpty ? dialect.transmitEmpty ?? dialect.transmit(pending) : dialect.transmit(pending)
            session.ordersUplink()
            if !exchange.isEmpty { uplink.begun() }
        }
        let shortest = transmission.airTime
        uplink.sent = ModuleUplink.Sent(at: now, transmission: transmission, shortest: shortest)
        return [.event(.transmitting(transmission))] + run([command], for: .sending, at: now)
    }

    mutating func postpone(until: MonotonicInstant, reason: WaitReason, at now: MonotonicInstant) -> [Order] {
        guard case .awaitingGrant(let transmission, _) = phase else { return [] }
        phase = .pausing(until: until, transmission.kind == .joinRequest ? .join : .prepare)
        return [.event(.waiting(until: until, reason: reason))]
    }

    mutating func refuse(at now: MonotonicInstant) -> [Order] {
        guard case .awaitingGrant(let transmission, _) = phase else { return [] }
        guard transmission.kind != .joinRequest else {
            phase = .pausing(until: now + .minutes(1), .join)
            return [.event(.waiting(until: now + .minutes(1), reason: .joinBudget))]
        }
        guard transmission.times == 1 || exchange.isEmpty else { return prepare(once: true, at: now) }
        return end(.failed("\(UplinkRefusal.neverAllowed(airTime: transmission.airTime))")) + settle(at: now)
    }

    // MARK: What the module says

    /// The answer to an uplink, before the air's.
    mutating func answeredTransmit(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        switch report {
        case .done:
            cure.tookCommand()
            let granted = uplink.sent?.transmission.airTime ?? .zero
            let times = max(3, uplink.sent?.transmission.times ?? 1)
            // It may have to wait for a channel, and repeat.
            phase = .listening(until: now + (session.receiveDelay + .seconds(4)) * times + granted * 3 + .seconds(10))
            return []
        case .busy:
            uplink.takeBackAttempt()
            uplink.sent = nil
            return [.withdraw] + waitForModule(then: .prepare, at: now)
        case .wait(let span):
            uplink.takeBackAttempt()
            uplink.sent = nil
            let until = now + max(span ?? .seconds(30), .seconds(1))
            phase = .pausing(until: until, .prepare)
            return [.withdraw, .event(.waiting(until: until, reason: .dutyCycle))]
        case .notJoined: return [.withdraw] + sessionLost(at: now)
        case .wrongMode: return [.withdraw] + leaveMode(at: now)
        case .tooLong(let room):
            session.hasMuchToAnswer()
            uplink.sent = nil
            guard room == 0, dialect.transmitEmpty != nil, uplink.mayTryAgain else {
                let words = room.map { "; it has room for \($0)" } ?? ""
                return [.withdraw] + end(.failed("the payload is too long for the module\(words)")) + settle(at: now)
            }
            found.room = 0
            return [.withdraw] + authorizeUplink(at: now)
        case .refused(let words):
            guard dialect.sendsThoughRefused else {
                return recover("the module refuses the uplink (\(words))", at: now)
            }
            session.hasMuchToAnswer()
            exchange.refusal = words
            phase = .listening(until: now + (uplink.sent?.transmission.airTime ?? .zero) + .seconds(8))
            return []
        default: return heard(report, at: now)
        }
    }

    /// What is told while a frame and its windows are under way, and just after.
    mutating func heard(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        guard let sent = uplink.sent, sent.transmission.kind != .joinRequest else { return joinHeard(report, at: now) }
        exchange.take(report)
        switch report {
        case .sent, .notAcknowledged: return lastLine(at: now)
        case .acknowledged where dialect.tellsOwnUplinks: return lastLine(at: now)
        case .fact(let fact): return learn(fact, at: now)
        case .busy, .wait, .notJoined, .tooLong: return answeredTransmit(report, at: now)
        default: return []
        }
    }

    private mutating func lastLine(at now: MonotonicInstant) -> [Order] {
        // One that comes behind the last line is of a frame that the module sent by itself.
        guard exchange.endedAt == nil else { return unasked(.sent, at: now) }
        exchange.endedAt = now
        phase = .trailing(until: now + .milliseconds(200))
        return []
    }

    mutating func uplinkEnded(at now: MonotonicInstant) -> [Order] {
        guard let sent = uplink.sent else { return settle(at: now) }
        let (ended, isEmpty) = (exchange, exchange.isEmpty)
        let spent = price(of: sent, heard: ended.isHeard, at: ended.endedAt ?? now)
        session.settling = (sent.transmission.airTime, spent, now + Self.ownSpan)
        var orders: [Order] = dialect.tellsEveryDownlink && !ended.isHeard ? closeSettled() : []
        if ended.isHeard { orders.append(.event(.heard(ended.signal))) }
        orders += answers(to: ended)
        for data in ended.payloads where data.port > 0 {
            orders.append(
                .event(
                    .downlink(
                        ModuleDownlink(port: data.port, payload: data.payload, at: now, signal: ended.signal))))
        }
        session.ended(isHeard: ended.isHeard)
        cure.worked()
        uplink.sent = nil
        questions.subtract(ended.questions)
        if !isEmpty { orders += end(result(of: ended)) }
        let clock = ended.questions.contains(.time) ? [dialect.readTime] : []
        return orders + run([dialect.readCounters].compactMap { $0 } + clock, for: .finishing, at: now)
    }

    private func result(of ended: ATExchange) -> UplinkResult {
        if let refusal = ended.refusal { return .failed("the module refuses the uplink (\(refusal))") }
        guard uplink.pending?.confirmed == true else { return .sent }
        return ended.isAcknowledged && !ended.isNotAcknowledged ? .acknowledged : .notAcknowledged
    }

    private func answers(to ended: ATExchange) -> [Order] {
        guard ended.questions.contains(.linkCheck) else { return [] }
        guard let check = ended.linkCheck else { return [.event(.linkCheckUnanswered)] }
        return [.event(.linkCheck(margin: check.margin, gateways: check.gateways))]
    }

    /// What it took: how often the network lets a frame go out the module does not tell, but it takes its time.
    private mutating func price(of sent: ModuleUplink.Sent, heard: Bool, at now: MonotonicInstant) -> TimeSpan {
        let times = sent.transmission.times
        let own = ownAirTime(at: sent.transmission.dataRate) * repetitions
        let once = (sent.transmission.airTime - own) / times
        let cycle = once + session.receiveDelay + .milliseconds(900)
        let seen = max(1, min(15, (now - sent.at).nanoseconds / cycle.nanoseconds))
        // One that was answered has ended its repetitions early.
        if !heard, uplink.ordered?.confirmed != true, !exchange.isEmpty { record.session?.repetitions = Int(seen) }
        return once * seen
    }
}
