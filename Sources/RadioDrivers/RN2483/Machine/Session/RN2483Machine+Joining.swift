import LoRaWAN
import Timekeeping

/// Joining over the air: each `mac join otaa` is one join-request, paid from TR007's budget like any other.
extension RN2483Machine {
    /// MHDR, JoinEUI, DevEUI, DevNonce, MIC (TS001 6.2.5).
    static let joinRequestLength = 23

    mutating func planJoin(at now: MonotonicInstant) -> [Order] {
        if let until = joinNotBefore, until > now {
            phase = .pausing(until: until, .join)
            return []
        }
        // In a fixed plan the firmware takes SF10 and the wide channels in turns, whatever it is told.
        let rates = region.plan == .dynamic ? region.joinDataRates : Array(region.joinDataRates.prefix(1))
        joinDataRate = rates.isEmpty ? DataRate(0) : rates[Int(random.next() % UInt64(rates.count))]
        if renewal == .slowest, let slowest = rates.min() { joinDataRate = slowest }
        return run(joinChannels() + [.set("dr \(joinDataRate.index)")], for: .joining, at: now)
    }

    mutating func authorizeJoin(at now: MonotonicInstant) -> [Order] {
        guard let modulation = region.modulation(of: joinDataRate) else { return planJoin(at: now) }
        let transmission = ModuleTransmission(
            kind: .joinRequest, dataRate: joinDataRate,
            once: AirTime.of(bytes: Self.joinRequestLength, modulation: modulation), subBands: subBands.sorted())
        phase = .awaitingGrant(transmission, record)
        return [.authorize(transmission, record)]
    }

    /// Of a fixed plan the network listens on a group of eight and one: each attempt takes the next group, the one of
    /// most networks (the second) first.
    private mutating func joinChannels() -> [RN2483Command] {
        guard region.plan != .dynamic else { return [] }
        // Each round begins one further, lest the same groups be called on their narrow channels each time.
        let turn = (joinFailures + joinFailures / Self.joinGroups) % Self.joinGroups
        let group = [1, 0, 2, 3, 4, 5, 6, 7][turn]
        return switchChannels(to: 0xFF << ChannelMask(8 * group) | 1 << ChannelMask(64 + group))
    }

    static let joinGroups = 8

    /// The answer to `mac join`, before the network's.
    mutating func answeredJoin(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        let isOverTheAir = job == .sending
        guard answer != .ok else {
            busyAnswers = 0
            phase = .listening(until: now + .seconds(isOverTheAir ? 25 : 5))
            return []
        }
        let withdrawn: [Order] = isOverTheAir && answer.isRefusal ? [.withdraw] : []
        return withdrawn + refusedJoin(answer, isOverTheAir: isOverTheAir, at: now)
    }

    private mutating func refusedJoin(_ answer: RN2483Answer, isOverTheAir: Bool, at now: MonotonicInstant) -> [Order] {
        switch answer {
        case .busy: return waitForModule(then: isOverTheAir ? .setUp : .repeatCommand, at: now)
        case .noFreeChannel where renewal != .none: return endRenewal(at: now)
        case .noFreeChannel:
            return waitForChannel(for: pauseAfterDenial(), then: .join, at: now)
        case .silent: return cure("mac forceENABLE", at: now)
        case .paused: return cure("mac resume", at: now)
        // What was set is gone, or was never there.
        case .keysNotInitialised, .notJoined:
            guard isResuming else { return recover("the module has lost its keys", at: now) }
            trouble += 1
            return forgetSession(at: now)
        default: return recover("\"mac join\" was answered with \"\(answer)\"", at: now)
        }
    }

    /// Silence and pauses are ended, then all is set up again: they may have ended more than they say.
    private mutating func cure(_ command: String, at now: MonotonicInstant) -> [Order] {
        trouble += 1
        guard trouble <= Self.troubleLimit else { return recover("the module stays silent", at: now) }
        return run([RN2483Command(command, .wish)], for: .curing, at: now)
    }

    /// The module's own duty cycle forbids it, though the ledger does not: it knows of more than the ledger.
    mutating func waitForChannel(for span: TimeSpan, then next: Next, at now: MonotonicInstant) -> [Order] {
        let until = now + span
        if next == .join { joinNotBefore = until }
        phase = .pausing(until: until, next)
        return [.event(.waiting(until: until, reason: .dutyCycle))]
    }

    mutating func joinEnded(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        switch answer {
        case .accepted:
            (joinFailures, joinNotBefore) = (0, nil)
            subBands = defaultSubBands
            guard job == .sending else { return run(survey, for: .adopting, at: now) }
            isResuming = false
            cyclesSeen = nil
            savedAt = nil
            (optionBytes, owesStickyAnswers) = (0, false)
            let rate = configuration.dataRate ?? joinDataRate
            return [.close(nil)]
                + run(
                    [.get("devaddr", .newAddress), RN2483Command.set("dr \(rate.index)").asWish] + survey
                        + [RN2483Command("mac save", .save)],
                    for: .adopting, at: now)
        case .denied:
            guard job == .sending else { return recover("the module refuses its own session", at: now) }
            guard renewal == .none else { return [.close(nil)] + endRenewal(at: now) }
            let next = now + pauseAfterDenial()
            joinNotBefore = next
            phase = .pausing(until: next, .join)
            return [.close(nil), .event(.joinFailed(nextAttempt: next))]
        default: return late(answer, at: now)
        }
    }

    /// Half a minute, doubled to an hour, and by chance half as long or half as long again, so that a street of devices
    /// does not call together. In a fixed plan all groups of channels are tried before it is doubled.
    private mutating func pauseAfterDenial() -> TimeSpan {
        let rounds = region.plan == .dynamic ? joinFailures : joinFailures / Self.joinGroups
        let base = TimeSpan.seconds(30) * Int64(1 << min(rounds, 7))
        joinFailures += 1
        return base / 2 + base * Int64(random.next() % 1_001) / 1_000
    }

    /// Leaves the session and joins anew.
    mutating func rejoin(at now: MonotonicInstant) -> [Order] {
        guard phase == .idle, isJoined, case .overTheAir = configuration.activation else { return [] }
        return forgetSession(at: now)
    }
}
