import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// The start, resets, and the way back from trouble.
extension ATMachine {
    mutating func startOver(at now: MonotonicInstant) -> [Order] {
        session.isJoined = false
        // A reset would cost the session: only after all else has failed.
        let remedy = cure.begin(mayReset: cure.wasGivenUp)
        return remedy == .reset ? pullReset(at: now) : greet(at: now)
    }

    mutating func lineLost(_ reason: String) -> [Order] {
        let lost = abandonSent(reason)
        phase = .off
        session.isJoined = false
        firmware = nil
        return lost + end(.failed(reason)) + [.event(.lineLost(RadioError(reason)))]
    }

    mutating func greet(at now: MonotonicInstant) -> [Order] {
        cure.asks()
        return run([ATCommand("AT", .attention)], for: .greeting, at: now)
    }

    private mutating func pullReset(at now: MonotonicInstant) -> [Order] {
        cure.pulledReset()
        forgetKeptSession()
        phase = .resetPin(until: now + .milliseconds(20))
        return [.keep, .driveReset(.low)]
    }

    /// It has begun anew, and nobody told it to.
    mutating func restarted(at now: MonotonicInstant) -> [Order] {
        // It was given up; in a while all begins anew.
        if case .pausing(_, .startOver) = phase { return [] }
        let lost = abandonSent("the module was reset in the middle of it")
        forgetKeptSession()
        firmware = nil
        guard cure.wasReset() else {
            return lost + giveUp("the module resets itself time and again: check its supply", at: now)
        }
        phase = .starting(until: now + Self.startSpan)
        return [.keep, .event(.resetByItself)] + lost
    }

    /// The module has not the session any more.
    mutating func forgetKeptSession() {
        record.session = nil
        session.begin(isResuming: false)
    }

    /// It says so itself, or has counted backwards; whoever waits goes out in the next.
    mutating func sessionLost(at now: MonotonicInstant) -> [Order] {
        uplink.sent = nil
        forgetKeptSession()
        return [.keep] + beginJoin(at: now)
    }

    /// What was handed to the module may or may not have gone out.
    private mutating func abandonSent(_ reason: String) -> [Order] {
        let isUplink = uplink.sent.map { $0.transmission.kind != .joinRequest } ?? false
        let isOpen = uplink.sent != nil
        uplink.sent = nil
        exchange = ATExchange()
        session.settling = nil
        return (isOpen ? [.close(nil)] : [])
            + (isUplink ? end(.failed("\(reason); it may have gone out")) : [])
    }

    /// Something did not go as it should.
    mutating func recover(_ reason: String, at now: MonotonicInstant) -> [Order] {
        let lost = abandonSent(reason)
        session.isJoined = false
        switch cure.remedy() {
        case .wake: return lost + greet(at: now)
        case .reset: return lost + reset(at: now)
        case .giveUp: return lost + giveUp(reason, at: now)
        }
    }

    /// By the pin where there is one, else by the command.
    private mutating func reset(at now: MonotonicInstant) -> [Order] {
        guard !cure.hasResetPin else { return pullReset(at: now) }
        return run([dialect.restart], for: .greeting, at: now)
    }

    mutating func giveUp(_ reason: String, at now: MonotonicInstant) -> [Order] {
        let (next, event) = cure.giveUp(reason, at: now)
        session.isJoined = false
        firmware = nil
        phase = .pausing(until: next, .startOver)
        return end(.failed(reason)) + [.event(event)]
    }

    mutating func commandTimedOut(at now: MonotonicInstant) -> [Order] {
        guard let command = script.first, job != .greeting else { return deaf(at: now) }
        return recover("\(command.title) was not answered", at: now)
    }

    private mutating func deaf(at now: MonotonicInstant) -> [Order] {
        switch cure.remedyForDeafness {
        case .wake: return greet(at: now)
        case .reset: return pullReset(at: now)
        case .giveUp:
            return giveUp(
                "no \(dialect.name) answers: check its power, that TX and RX are crossed, and that it is no board for SPI "
                    + "(then type is \"sx126x\" or \"sx127x\")", at: now)
        }
    }

    /// Says that it is busy: waits, and resets it when that lasts.
    mutating func waitForModule(then next: Next, at now: MonotonicInstant) -> [Order] {
        guard !cure.isStuck() else { return recover("the module has been busy for \(ModuleCure.busySpan)", at: now) }
        phase = .pausing(until: now + ModuleCure.busyPause, next)
        return []
    }

    /// Lets go of the pending uplink.
    mutating func end(_ result: UplinkResult) -> [Order] {
        uplink.letGo() ? [.event(.uplinkDone(result))] : []
    }
}
