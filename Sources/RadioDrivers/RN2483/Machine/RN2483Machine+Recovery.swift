import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// Reset, automatic speed, and the way back from trouble.
extension RN2483Machine {
    mutating func startOver(at now: MonotonicInstant) -> [Order] {
        session.isJoined = false
        session.hasBegunAnew = false
        return cure.begin() == .reset ? pullReset(at: now) : wake(at: now)
    }

    /// The line is gone.
    mutating func lineLost(_ reason: String) -> [Order] {
        phase = .off
        session.isJoined = false
        firmware = nil
        return end(.failed(reason)) + [.event(.lineLost(RadioError(reason)))]
    }

    private mutating func pullReset(at now: MonotonicInstant) -> [Order] {
        cure.pulledReset()
        phase = .resetPin(until: now + .milliseconds(20))
        return [.driveReset(.low)]
    }

    /// Automatic speed (DS40001784 1.4): a break, then 0x55, then a command.
    mutating func wake(at now: MonotonicInstant) -> [Order] {
        phase = .breaking(until: now + cure.nextBreak(shortest: quirks.shortestBreak))
        return [.setBreak(true)]
    }

    mutating func askVersion(at now: MonotonicInstant) -> [Order] {
        [.setBreak(false), .write([0x55])] + run([RN2483Command("sys get ver", .version)], for: .waking, at: now)
    }

    /// The module tells what it is.
    mutating func started(_ firmware: RN2483Firmware, at now: MonotonicInstant) -> [Order] {
        let isNews = self.firmware != firmware
        self.firmware = firmware
        quirks = RN2483Quirks(firmware)
        if cure.isAwake() {
            script = []
            phase = .booting(until: now + .seconds(3))
            return [.write(Array("sys reset\r\n".utf8))]
        }
        return (isNews ? [.event(.started("\(firmware)"))] : []) + setUp(at: now)
    }

    /// It has begun anew, and nobody told it to.
    mutating func moduleReset(_ firmware: RN2483Firmware, at now: MonotonicInstant) -> [Order] {
        // It was given up; in a while all begins anew.
        if case .pausing(_, .startOver) = phase { return [] }
        session.isJoined = false
        session.hasBegunAnew = true
        // That it answers again is news.
        self.firmware = nil
        let lost = abandonSent("the module was reset in the middle of it")
        guard cure.wasReset() else {
            return lost + giveUp("the module resets itself time and again: check its supply", at: now)
        }
        return [.event(.resetByItself)] + lost + started(firmware, at: now)
    }

    /// What was handed to the module may or may not have gone out; its counter stays used.
    func wasHandedOver() -> Bool {
        switch phase {
        case .listening: uplink.sent != nil
        case .running: script.first?.meaning == .transmit
        default: false
        }
    }

    private mutating func abandonSent(_ reason: String) -> [Order] {
        let isUplink = uplink.sent.map { $0.transmission.kind != .joinRequest } ?? false
        let isOut = wasHandedOver() && isUplink
        let isOpen = uplink.sent != nil
        uplink.sent = nil
        // Its data rate is set again with the session.
        count.end()
        return (isOpen ? [.close(nil)] : []) + (isOut ? end(.failed("\(reason); it may have gone out")) : [])
    }

    /// Something did not go as it should.
    mutating func recover(_ reason: String, at now: MonotonicInstant) -> [Order] {
        let lost = abandonSent(reason)
        session.isJoined = false
        switch cure.remedy() {
        case .wake: return lost + wake(at: now)
        case .reset: return lost + reset(at: now)
        case .giveUp: return lost + giveUp(reason, at: now)
        }
    }

    /// By the pin where there is one, else by the command.
    mutating func reset(at now: MonotonicInstant) -> [Order] {
        session.isJoined = false
        guard !cure.hasResetPin else { return pullReset(at: now) }
        cure.resetWhenAwake()
        return wake(at: now)
    }

    mutating func giveUp(_ reason: String, at now: MonotonicInstant) -> [Order] {
        let (next, event) = cure.giveUp(reason, at: now)
        session.isJoined = false
        firmware = nil
        phase = .pausing(until: next, .startOver)
        return end(.failed(reason)) + [.event(event)]
    }

    mutating func commandTimedOut(at now: MonotonicInstant) -> [Order] {
        guard let command = script.first else { return recover("the module is silent", at: now) }
        guard command.meaning == .version else { return recover("\(name(of: command)) was not answered", at: now) }
        switch cure.remedyForDeafness {
        case .wake: return wake(at: now)
        case .reset: return pullReset(at: now)
        case .giveUp:
            return giveUp(
                "the module does not answer at any speed: check its power, and that TX and RX are crossed", at: now)
        }
    }

    /// Says that it is busy: waits, and resets it when that lasts.
    mutating func waitForModule(then next: Next, at now: MonotonicInstant) -> [Order] {
        guard !cure.isStuck() else {
            return recover("the module has been busy for \(ModuleCure.busySpan)", at: now)
        }
        phase = .pausing(until: now + ModuleCure.busyPause, next)
        return []
    }

    /// For people: a command without what may be secret in it.
    func name(of command: RN2483Command) -> String {
        "\"" + command.text.split(separator: " ").prefix(3).joined(separator: " ") + "\""
    }
}
