import LoRaWAN
import Timekeeping

/// From a module that answers to one that may send.
extension ATMachine {
    mutating func look(at now: MonotonicInstant) -> [Order] {
        cure.answered()
        found = ATFindings()
        return run([dialect.version] + dialect.look, for: .looking, at: now)
    }

    /// It has told what it is: whether its session can be taken up again.
    mutating func judge(at now: MonotonicInstant) -> [Order] {
        guard let version = found.version else { return recover("the module does not tell its firmware", at: now) }
        guard version >= dialect.oldest else {
            return giveUp(
                "\(dialect.name) firmware \(version) is too old: load \(dialect.oldest) or newer into it", at: now)
        }
        let news: [Order] = firmware == version ? [] : [.event(.started("\(dialect.name) \(version)"))]
        firmware = version
        guard found.mode != .peerToPeer else { return news + leaveMode(at: now) }
        let isOurs = found.devAddr.map { DevAddr(rawValue: $0) == record.session?.devAddr } ?? true
        guard record.session != nil, isOurs, found.isJoined != false, dialect.isSetUp(found, for: configuration) else {
            forgetKeptSession()
            return news + [.keep] + beginJoin(at: now)
        }
        session.begin(isResuming: true)
        return news + run(dialect.habits(found, for: configuration) + dialect.survey, for: .adopting, at: now)
    }

    /// It speaks LoRa, not LoRaWAN.
    mutating func leaveMode(at now: MonotonicInstant) -> [Order] {
        guard cure.note() else { return recover("the module stays in its peer-to-peer mode", at: now) }
        guard let command = dialect.leaveOtherMode else { return beginJoin(at: now) }
        return run([command], for: .leavingMode, at: now)
    }

    /// Makes it the device of the configuration; the join follows.
    mutating func beginJoin(at now: MonotonicInstant) -> [Order] {
        run(
            dialect.setUp(found, for: configuration) + dialect.habits(found, for: configuration), for: .settingUp,
            at: now)
    }

    mutating func planJoin(at now: MonotonicInstant) -> [Order] {
        if let until = join.notBefore, until > now {
            phase = .pausing(until: until, .join)
            return []
        }
        join.drawDataRate()
        let channels = region.plan == .dynamic ? nil : configuration.channelMask ?? join.channels
        return run(dialect.prepareJoin(dataRate: join.dataRate, channels: channels), for: .joining, at: now)
    }

    mutating func authorizeJoin(at now: MonotonicInstant) -> [Order] {
        // The firmware may choose another data rate than it was told: the price is that of the slowest.
        let slowest = region.joinDataRates.min() ?? join.dataRate
        guard let modulation = region.modulation(of: slowest) else { return planJoin(at: now) }
        let transmission = ModuleTransmission(
            kind: .joinRequest, dataRate: join.dataRate,
            once: AirTime.of(bytes: ModuleJoin.requestLength, modulation: modulation), subBands: subBands)
        phase = .awaitingGrant(transmission, record)
        return [.authorize(transmission, record)]
    }

    /// The answer to the join, before the network's.
    mutating func answeredJoin(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        switch report {
        case .done:
            cure.tookCommand()
            phase = .listening(until: now + .seconds(25))
            return []
        case .busy:
            join.wait(until: now)
            uplink.sent = nil
            return [.withdraw] + waitForModule(then: .join, at: now)
        case .wait(let span):
            let pause = max(span ?? .zero, join.pauseAfterDenial())
            join.wait(until: now + pause)
            phase = .pausing(until: now + pause, .join)
            uplink.sent = nil
            return [.withdraw, .event(.waiting(until: now + pause, reason: .dutyCycle))]
        case .wrongMode: return [.withdraw] + leaveMode(at: now)
        case .refused(let words): return recover("the module refuses to join (\(words))", at: now)
        default: return joinHeard(report, at: now)
        }
    }

    /// How a join ends.
    mutating func joinHeard(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        switch report {
        case .joined, .stillJoined:
            join.wasAccepted()
            uplink.sent = nil
            session.begin(isResuming: report == .stillJoined && record.session != nil)
            found.devAddr = nil
            // The module has more to say, and then its address.
            let commands = dialect.prepareSession(dataRate: configuration.dataRate) + dialect.survey
            return [report == .joined ? .close(nil) : .withdraw]
                + run(commands, for: .adopting, after: .milliseconds(500), at: now)
        case .joinFailed:
            let next = now + join.pauseAfterDenial()
            join.wait(until: next)
            uplink.sent = nil
            phase = .pausing(until: next, .join)
            return [.close(nil), .event(.joinFailed(nextAttempt: next))]
        case .done, .fact: return []
        default: return unasked(report, at: now)
        }
    }

    /// The survey after a join or a resumption is done.
    mutating func adopted(at now: MonotonicInstant) -> [Order] {
        let address = DevAddr(rawValue: found.devAddr ?? record.session?.devAddr.rawValue ?? 0)
        if !session.isResuming {
            record.session = ModuleRecord.Session(
                devAddr: address, nextUplink: FrameCounter(rawValue: 0), nextDownlink: FrameCounter(rawValue: 0),
                dataRate: record.session?.dataRate ?? configuration.dataRate ?? join.dataRate, isSaved: false)
            cure.worked()
        }
        session.isJoined = true
        return [.keep, .event(session.isResuming ? .resumed(address) : .joined(address))] + settle(at: now)
    }

    mutating func rejoin(at now: MonotonicInstant) -> [Order] {
        guard isReady else { return [] }
        return closeSettled() + sessionLost(at: now)
    }

    /// The module gives its session up for a join, whatever becomes of that.
    mutating func renew(isSlowest: Bool, at now: MonotonicInstant) -> [Order] { rejoin(at: now) }
}
