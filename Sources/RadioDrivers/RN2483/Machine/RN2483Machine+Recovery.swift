import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// Reset, automatic speed, and the way back from trouble.
extension RN2483Machine {
    /// Tries of a break and a question before the module counts as deaf.
    static let wakeLimit = 3
    /// What goes wrong before the module is given up for a while.
    static let troubleLimit = 4
    /// Busy answers in a row, three seconds apart, before the module counts as stuck.
    static let busyLimit = 10
    static let busyPause = TimeSpan.seconds(3)

    mutating func startOver(at now: MonotonicInstant) -> [Order] {
        isJoined = false
        (trouble, wakeAttempts) = (0, 0)
        wantsReset = false
        wasResetByPin = false
        hasBegunAnew = false
        return hasResetPin ? pullReset(at: now) : wake(at: now)
    }

    /// The line is gone.
    mutating func lineLost(_ reason: String) -> [Order] {
        phase = .off
        isJoined = false
        firmware = nil
        return end(.failed(reason)) + [.event(.lineLost(RadioError(reason)))]
    }

    private mutating func pullReset(at now: MonotonicInstant) -> [Order] {
        wasResetByPin = true
        wakeAttempts = 0
        phase = .resetPin(until: now + .milliseconds(20))
        return [.driveReset(.low)]
    }

    /// Automatic speed (DS40001784 1.4): a break, then 0x55, then a command. Each try holds the break for longer, for
    /// how long it must be depends on the firmware.
    mutating func wake(at now: MonotonicInstant) -> [Order] {
        let steps: [TimeSpan] = [quirks.shortestBreak, .milliseconds(50), .milliseconds(300)]
        hasAskedAgain = false
        phase = .breaking(until: now + steps[min(wakeAttempts, steps.count - 1)])
        wakeAttempts += 1
        return [.setBreak(true)]
    }

    mutating func askVersion(at now: MonotonicInstant) -> [Order] {
        [.setBreak(false), .write([0x55])] + run([RN2483Command("sys get ver", .version)], for: .waking, at: now)
    }

    /// The module tells what it is.
    mutating func started(_ firmware: RN2483Firmware, at now: MonotonicInstant) -> [Order] {
        wakeAttempts = 0
        let isNews = self.firmware != firmware
        self.firmware = firmware
        quirks = RN2483Quirks(firmware)
        if wantsReset {
            wantsReset = false
            script = []
            phase = .booting(until: now + .seconds(3))
            return [.write(Array("sys reset\r\n".utf8))]
        }
        return (isNews ? [.event(.started(firmware))] : []) + setUp(at: now)
    }

    /// It has begun anew, and nobody told it to.
    mutating func moduleReset(_ firmware: RN2483Firmware, at now: MonotonicInstant) -> [Order] {
        // It was given up; in a while all begins anew.
        if case .pausing(_, .startOver) = phase { return [] }
        isJoined = false
        hasBegunAnew = true
        busyAnswers = 0
        // That it answers again is news.
        self.firmware = nil
        let lost = abandonSent("the module was reset in the middle of it")
        trouble += 1
        guard trouble <= Self.troubleLimit else {
            return lost + giveUp("the module resets itself time and again: check its supply", at: now)
        }
        return [.event(.resetByItself)] + lost + started(firmware, at: now)
    }

    /// What was handed to the module may or may not have gone out; its counter stays used.
    func wasHandedOver() -> Bool {
        switch phase {
        case .listening: sent != nil
        case .running: script.first?.meaning == .transmit
        default: false
        }
    }

    private mutating func abandonSent(_ reason: String) -> [Order] {
        let isUplink = sent.map { $0.transmission.kind != .joinRequest } ?? false
        let isOut = wasHandedOver() && isUplink
        let isOpen = sent != nil
        sent = nil
        // Its data rate is set again with the session.
        measurement = .none
        return (isOpen ? [.close(nil)] : []) + (isOut ? end(.failed("\(reason); it may have gone out")) : [])
    }

    /// Something did not go as it should.
    mutating func recover(_ reason: String, at now: MonotonicInstant) -> [Order] {
        let lost = abandonSent(reason)
        isJoined = false
        trouble += 1
        busyAnswers = 0
        guard trouble <= Self.troubleLimit else { return lost + giveUp(reason, at: now) }
        wakeAttempts = 0
        guard trouble > 2 else { return lost + wake(at: now) }
        return lost + reset(at: now)
    }

    /// By the pin where there is one, else by the command.
    mutating func reset(at now: MonotonicInstant) -> [Order] {
        isJoined = false
        guard !hasResetPin else { return pullReset(at: now) }
        wantsReset = true
        return wake(at: now)
    }

    mutating func giveUp(_ reason: String, at now: MonotonicInstant) -> [Order] {
        let next = now + patience
        patience = min(patience * 2, Self.longestPause)
        busyAnswers = 0
        isJoined = false
        wantsReset = false
        firmware = nil
        phase = .pausing(until: next, .startOver)
        let cable = hasResetPin ? "" : "; a reset pin (reset_line) would let the bridge help itself"
        return end(.failed(reason)) + [.event(.failed(RadioError(reason + cable), retryAt: next))]
    }

    mutating func commandTimedOut(at now: MonotonicInstant) -> [Order] {
        guard let command = script.first else { return recover("the module is silent", at: now) }
        guard command.meaning == .version else { return recover("\(name(of: command)) was not answered", at: now) }
        guard wakeAttempts >= Self.wakeLimit else { return wake(at: now) }
        guard !hasResetPin || wasResetByPin else { return pullReset(at: now) }
        return giveUp(
            "the module does not answer at any speed: check its power, and that TX and RX are crossed", at: now)
    }

    /// Says that it is busy: waits, and resets it when that lasts.
    mutating func waitForModule(then next: Next, at now: MonotonicInstant) -> [Order] {
        busyAnswers += 1
        guard busyAnswers <= Self.busyLimit else {
            trouble = max(trouble, 2)
            return recover("the module has been busy for \(Self.busyPause * Int64(Self.busyLimit))", at: now)
        }
        phase = .pausing(until: now + Self.busyPause, next)
        return []
    }

    /// Something worked.
    mutating func recovered() {
        (trouble, busyAnswers) = (0, 0)
        wasResetByPin = false
        patience = Self.shortestPause
    }

    /// For people: a command without what may be secret in it.
    func name(of command: RN2483Command) -> String {
        "\"" + command.text.split(separator: " ").prefix(3).joined(separator: " ") + "\""
    }
}
