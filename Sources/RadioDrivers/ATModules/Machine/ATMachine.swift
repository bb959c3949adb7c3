import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// The link to a module with AT commands as a state machine: lines and times in, orders out. What the makes differ in is in
/// an ``ATDialect``.
///
/// The module counts its frames and keeps its keys in memory that a reset clears. So it is asked at each start whether it
/// is still joined, is reset only when nothing else helps, and joins anew after that.
struct ATMachine: ModuleMachine {
    typealias Order = ModuleOrder

    enum Phase {
        /// No line, or not started.
        case off
        case resetPin(until: MonotonicInstant)
        /// It begins anew, and is not spoken to.
        case starting(until: MonotonicInstant)
        /// Between two commands: those that come too fast run together.
        case gap(until: MonotonicInstant)
        /// The first command of the script waits for its answer.
        case running(until: MonotonicInstant)
        case awaitingGrant(ModuleTransmission, ModuleRecord)
        /// The module sends and listens; the last line is to come.
        case listening(until: MonotonicInstant)
        /// What was heard may be told behind the last line.
        case trailing(until: MonotonicInstant)
        case pausing(until: MonotonicInstant, Next)
        case idle
    }

    /// What follows a pause.
    enum Next { case startOver, look, join, prepare, repeatCommand }

    /// What the script is for.
    enum Job { case greeting, looking, leavingMode, settingUp, joining, sending, adopting, preparing, finishing }

    let dialect: any ATDialect
    let configuration: DeviceConfiguration

    var phase = Phase.off
    var job = Job.greeting
    /// The command in flight, then those that follow.
    var script: ArraySlice<ATCommand> = []
    /// The setting that is asked for differs from what it should be.
    var differs = false
    var record: ModuleRecord
    var found = ATFindings()
    /// The firmware that was told last.
    var firmware: ATVersion?
    var questions: Set<NetworkQuestion> = []

    // Each with a state of its own.
    var cure: ModuleCure
    var join: ModuleJoin
    var session = ATSession()
    var uplink = ModuleUplink()
    var exchange = ATExchange()

    init(_ dialect: any ATDialect, _ parts: ModuleParts) throws(DeviceError) {
        self.dialect = dialect
        configuration = parts.configuration
        record = try parts.knownRecord(make: dialect.name)
        cure = ModuleCure(hasResetPin: parts.hasResetPin)
        join = ModuleJoin(region: parts.configuration.region, random: parts.random)
    }

    var region: Region { configuration.region }
    var asksNetwork: Bool { true }
    mutating func ask(_ question: NetworkQuestion) { questions.insert(question) }

    var isReady: Bool {
        if case .idle = phase { session.isJoined } else { false }
    }

    var nextDeadline: MonotonicInstant? {
        switch phase {
        case .idle: session.settling?.until
        case .off, .awaitingGrant: nil
        case .resetPin(let until), .starting(let until), .gap(let until), .running(let until), .listening(let until),
            .trailing(let until), .pausing(let until, _):
            until
        }
    }

    // MARK: What comes in

    mutating func take(_ line: String, at now: MonotonicInstant) -> [Order] {
        dialect.reports(line, answering: inFlight).flatMap { take($0, at: now) }
    }

    private var inFlight: ATCommand? {
        switch phase {
        case .running, .listening, .trailing: script.first
        default: nil
        }
    }

    private mutating func take(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        if case .fact(let fact) = report { found.take(fact) }
        switch phase {
        case .off, .resetPin, .starting: return []
        // It was told to.
        case .running where report == .restarted && script.first?.meaning == .restart: return answered(.done, at: now)
        case _ where report == .restarted: return restarted(at: now)
        case .running: return answered(report, at: now)
        case .listening, .trailing: return heard(report, at: now)
        case .gap, .awaitingGrant, .pausing, .idle: return unasked(report, at: now)
        }
    }

    mutating func tick(at now: MonotonicInstant) -> [Order] {
        guard let due = nextDeadline, due <= now else { return [] }
        switch phase {
        case .idle: return closeSettled()
        case .off, .awaitingGrant: return []
        case .resetPin:
            phase = .starting(until: now + Self.startSpan)
            return [.driveReset(.floating)]
        case .starting: return greet(at: now)
        case .gap: return write(at: now)
        case .running: return commandTimedOut(at: now)
        case .listening:
            guard exchange.refusal == nil else { return uplinkEnded(at: now) }
            return recover(
                "the module did not say how it ended: if that happens time and again, is its supply strong enough?",
                at: now)
        case .trailing: return uplinkEnded(at: now)
        case .pausing(_, let next): return resume(next, at: now)
        }
    }

    private mutating func resume(_ next: Next, at now: MonotonicInstant) -> [Order] {
        switch next {
        case .startOver: startOver(at: now)
        case .look: look(at: now)
        case .join: planJoin(at: now)
        case .prepare: prepare(at: now)
        case .repeatCommand: run(script, for: job, at: now)
        }
    }

    // MARK: Scripts

    private static let gap = TimeSpan.milliseconds(20)
    /// How long a module takes from a reset to its first answer.
    static let startSpan = TimeSpan.seconds(2)

    /// - Parameter pause: the module may have more to say of what came before.
    mutating func run(
        _ commands: some Sequence<ATCommand>, for job: Job, after pause: TimeSpan = Self.gap, at now: MonotonicInstant
    ) -> [Order] {
        self.job = job
        script = ArraySlice(commands)
        guard !script.isEmpty else { return completed(at: now) }
        phase = .gap(until: now + pause)
        return []
    }

    private mutating func write(at now: MonotonicInstant) -> [Order] {
        guard let first = script.first else { return completed(at: now) }
        differs = false
        phase = .running(until: now + first.patience)
        return [.write(Array("\(first.text)\r\n".utf8))]
    }

    /// The command in flight is answered: the next one.
    mutating func proceed(at now: MonotonicInstant) -> [Order] {
        var rest = script.dropFirst()
        if differs, case .agreement(_, let change) = script.first?.meaning {
            rest = [ATCommand(change, .setting, shown: script.first?.shown ?? .max)] + rest
        }
        return run(rest, for: job, at: now)
    }

    /// All commands of the script were answered.
    private mutating func completed(at now: MonotonicInstant) -> [Order] {
        switch job {
        case .greeting: look(at: now)
        case .leavingMode, .sending: []
        case .looking: judge(at: now)
        case .settingUp: planJoin(at: now)
        case .joining: authorizeJoin(at: now)
        case .adopting: adopted(at: now)
        case .preparing: authorizeUplink(at: now)
        case .finishing: [.keep] + settle(at: now)
        }
    }

    /// Nothing more is to be done for the session: takes what waits, or rests.
    mutating func settle(at now: MonotonicInstant) -> [Order] {
        guard uplink.pending == nil else { return prepare(at: now) }
        phase = .idle
        return []
    }
}
