import Timekeeping

/// What a module that does not do as it should is treated with: each cure is stronger than the one before.
struct ModuleCure {
    enum Remedy: Hashable, Sendable {
        /// A break, 0x55, a question.
        case wake
        /// By the pin where there is one, else by the command.
        case reset
        /// All begins anew after a pause.
        case giveUp
    }

    let hasResetPin: Bool
    /// What went wrong since something last worked.
    private var trouble = 0
    private var wakeAttempts = 0
    private var hasAskedAgain = false
    private var wasResetByPin = false
    /// It is to be reset by the command as soon as it answers.
    private var wantsReset = false
    private var busyAnswers = 0
    /// It was given up, and has not worked since.
    private(set) var wasGivenUp = false
    private var patience = ModuleCure.shortestPause

    /// Tries of a break and a question before the module counts as deaf.
    private static let wakeLimit = 3
    /// What goes wrong before the module is given up for a while.
    private static let troubleLimit = 4
    /// Busy answers in a row, three seconds apart, before the module counts as stuck.
    private static let busyLimit = 10
    static let busyPause = TimeSpan.seconds(3)
    private static let shortestPause = TimeSpan.seconds(5)
    private static let longestPause = TimeSpan.minutes(1)
    /// How long a module has been busy that counts as stuck.
    static let busySpan = busyPause * Int64(busyLimit)

    init(hasResetPin: Bool) {
        self.hasResetPin = hasResetPin
    }

    /// All begins anew.
    /// - Parameter mayReset: where a reset costs nothing, or all else has failed.
    mutating func begin(mayReset: Bool = true) -> Remedy {
        (trouble, wakeAttempts) = (0, 0)
        (wantsReset, wasResetByPin, wasGivenUp) = (false, false, false)
        return hasResetPin && mayReset ? .reset : .wake
    }

    /// How long the next break is held. Each is longer than the one before, for how long it must be depends on the firmware.
    mutating func nextBreak(shortest: TimeSpan) -> TimeSpan {
        let steps: [TimeSpan] = [shortest, .milliseconds(50), .milliseconds(300)]
        hasAskedAgain = false
        defer { wakeAttempts += 1 }
        return steps[min(wakeAttempts, steps.count - 1)]
    }

    /// Whether the question after a break may be asked once more.
    mutating func mayAskAgain() -> Bool {
        defer { hasAskedAgain = true }
        return !hasAskedAgain
    }

    /// It is asked whether it is there.
    mutating func asks() { wakeAttempts += 1 }

    /// It is there.
    mutating func answered() { wakeAttempts = 0 }

    mutating func pulledReset() {
        wasResetByPin = true
        wakeAttempts = 0
    }

    mutating func resetWhenAwake() { wantsReset = true }

    /// The module tells what it is.
    /// - Returns: whether it is to be reset by the command now.
    mutating func isAwake() -> Bool {
        wakeAttempts = 0
        defer { wantsReset = false }
        return wantsReset
    }

    /// It did not answer a question that comes after a break.
    var remedyForDeafness: Remedy {
        if wakeAttempts < Self.wakeLimit { return .wake }
        return hasResetPin && !wasResetByPin ? .reset : .giveUp
    }

    /// Something did not go as it should.
    mutating func remedy() -> Remedy {
        busyAnswers = 0
        guard note() else { return .giveUp }
        wakeAttempts = 0
        return trouble > 2 ? .reset : .wake
    }

    /// It has begun anew, and nobody told it to.
    /// - Returns: whether it is worth going on with it.
    mutating func wasReset() -> Bool {
        busyAnswers = 0
        return note()
    }

    /// Something small went wrong.
    /// - Returns: whether it is worth going on.
    @discardableResult mutating func note() -> Bool {
        trouble += 1
        return trouble <= Self.troubleLimit
    }

    /// It says that it is busy.
    /// - Returns: whether that lasts too long; nothing but a reset helps then.
    mutating func isStuck() -> Bool {
        busyAnswers += 1
        guard busyAnswers > Self.busyLimit else { return false }
        trouble = max(trouble, 2)
        return true
    }

    /// It took a command that others may follow.
    mutating func tookCommand() { busyAnswers = 0 }

    /// Something worked.
    mutating func worked() {
        (trouble, busyAnswers) = (0, 0)
        wasResetByPin = false
        patience = Self.shortestPause
    }

    /// It is given up for a while.
    /// - Returns: until when, and what is told.
    mutating func giveUp(
        _ reason: String, at now: MonotonicInstant
    ) -> (until: MonotonicInstant, event: ModuleEvent) {
        busyAnswers = 0
        wasGivenUp = true
        wantsReset = false
        let next = now + patience
        patience = min(patience * 2, Self.longestPause)
        let cable = hasResetPin ? "" : "; a reset pin (reset_line) would let the bridge help itself"
        return (next, .failed(RadioError(reason + cable), retryAt: next))
    }
}
