import LoRaWAN
import Timekeeping

/// Joining over the air: each `mac join otaa` is one join-request, paid from TR007's budget like any other.
extension RN2483Machine {
    mutating func planJoin(at now: MonotonicInstant) -> [Order] {
        if let until = join.notBefore, until > now {
            phase = .pausing(until: until, .join)
            return []
        }
        join.drawDataRate()
        let channels = join.channels.map { session.switchChannels(to: $0) } ?? []
        return run(channels + [.set("dr \(join.dataRate.index)")], for: .joining, at: now)
    }

    mutating func authorizeJoin(at now: MonotonicInstant) -> [Order] {
        guard let modulation = region.modulation(of: join.dataRate) else { return planJoin(at: now) }
        let transmission = ModuleTransmission(
            kind: .joinRequest, dataRate: join.dataRate,
            once: AirTime.of(bytes: ModuleJoin.requestLength, modulation: modulation),
            subBands: session.subBands.sorted()
        )
        phase = .awaitingGrant(transmission, record)
        return [.authorize(transmission, record)]
    }

    /// The answer to `mac join`, before the network's.
    mutating func answeredJoin(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        let isOverTheAir = job == .sending
        guard answer != .ok else {
            cure.tookCommand()
            phase = .listening(until: now + .seconds(isOverTheAir ? 25 : 5))
            return []
        }
        let withdrawn: [Order] = isOverTheAir && answer.isRefusal ? [.withdraw] : []
        return withdrawn + refusedJoin(answer, isOverTheAir: isOverTheAir, at: now)
    }

    private mutating func refusedJoin(_ answer: RN2483Answer, isOverTheAir: Bool, at now: MonotonicInstant) -> [Order] {
        switch answer {
        case .busy: return waitForModule(then: isOverTheAir ? .setUp : .repeatCommand, at: now)
        case .noFreeChannel where join.isRenewal: return endRenewal(at: now)
        case .noFreeChannel:
            return waitForChannel(for: join.pauseAfterDenial(), then: .join, at: now)
        case .silent: return enable("mac forceENABLE", at: now)
        case .paused: return enable("mac resume", at: now)
        // What was set is gone, or was never there.
        case .keysNotInitialised, .notJoined:
            guard session.isResuming else { return recover("the module has lost its keys", at: now) }
            cure.note()
            return forgetSession(at: now)
        default: return recover("\"mac join\" was answered with \"\(answer)\"", at: now)
        }
    }

    /// Silence and pauses are ended, then all is set up again: they may have ended more than they say.
    private mutating func enable(_ command: String, at now: MonotonicInstant) -> [Order] {
        guard cure.note() else { return recover("the module stays silent", at: now) }
        return run([RN2483Command(command, .wish)], for: .curing, at: now)
    }

    /// The module's own duty cycle forbids it, though the ledger does not: it knows of more than the ledger.
    mutating func waitForChannel(for span: TimeSpan, then next: Next, at now: MonotonicInstant) -> [Order] {
        let until = now + span
        if next == .join { join.wait(until: until) }
        phase = .pausing(until: until, next)
        return [.event(.waiting(until: until, reason: .dutyCycle))]
    }

    mutating func joinEnded(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        switch answer {
        case .accepted:
            join.wasAccepted()
            session.forgetChannels()
            guard job == .sending else { return run(survey, for: .adopting, at: now) }
            session.joined()
            count.saw(nil)
            let rate = configuration.dataRate ?? join.dataRate
            return [.close(nil)]
                + run(
                    [.get("devaddr", .newAddress), RN2483Command.set("dr \(rate.index)").asWish] + survey
                        + [RN2483Command("mac save", .save)],
                    for: .adopting, at: now)
        case .denied:
            guard job == .sending else { return recover("the module refuses its own session", at: now) }
            guard !join.isRenewal else { return [.close(nil)] + endRenewal(at: now) }
            let next = now + join.pauseAfterDenial()
            join.wait(until: next)
            phase = .pausing(until: next, .join)
            return [.close(nil), .event(.joinFailed(nextAttempt: next))]
        default: return late(answer, at: now)
        }
    }

    /// Leaves the session and joins anew.
    mutating func rejoin(at now: MonotonicInstant) -> [Order] {
        guard phase == .idle, session.isJoined, case .overTheAir = configuration.activation else { return [] }
        return forgetSession(at: now)
    }
}
