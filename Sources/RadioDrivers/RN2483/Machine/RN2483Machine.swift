import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// The link to an RN2483 as a state machine: lines and times in, orders out.
///
/// Whatever goes wrong ends in one of three cures, each stronger than the one before: wake the module (a break, 0x55, a
/// question), reset it, or say why it does not work and start over after a pause. A session outlives all three: the
/// module has its keys in EEPROM, and its counters are set from the record.
struct RN2483Machine: ModuleMachine {
    typealias Order = ModuleOrder

    enum Phase: Hashable, Sendable {
        /// No line, or not started.
        case off
        case resetPin(until: MonotonicInstant)
        /// Waits for the banner.
        case booting(until: MonotonicInstant)
        case breaking(until: MonotonicInstant)
        /// The first command of the script waits for its answer.
        case running(until: MonotonicInstant)
        case awaitingGrant(ModuleTransmission, ModuleRecord)
        /// The module sends and listens; the last line is to come.
        case listening(until: MonotonicInstant)
        case pausing(until: MonotonicInstant, Next)
        case idle
    }

    /// What follows a pause.
    enum Next: Hashable, Sendable {
        case startOver, setUp, join, prepare, repeatCommand
    }

    /// What the script is for.
    enum Job: Hashable, Sendable {
        case waking, curing, probing, settingUp, resuming, joining, adopting, preparing, sending, finishing
        /// Counts repetitions.
        case measuring
    }

    let configuration: DeviceConfiguration
    /// What is sent where only the number of its repetitions matters.
    let probe: Uplink

    var phase = Phase.off
    var job = Job.waking
    /// The command in flight, then those that follow.
    var script: ArraySlice<RN2483Command> = []
    var record: ModuleRecord
    var firmware: RN2483Firmware?
    var quirks = RN2483Quirks(nil)

    // Each with a state of its own.
    var cure: ModuleCure
    var join: ModuleJoin
    var session: ModuleSession
    var uplink = ModuleUplink()
    /// Of how often the network lets each uplink go out.
    var count = RepetitionCount()

    init(
        configuration: DeviceConfiguration, record: ModuleRecord, probe: Uplink, hasResetPin: Bool,
        random: any RandomSource
    ) {
        self.configuration = configuration
        self.probe = probe
        self.record = record
        cure = ModuleCure(hasResetPin: hasResetPin)
        join = ModuleJoin(region: configuration.region, random: random)
        session = ModuleSession(region: configuration.region)
    }

    var region: Region { configuration.region }
    var isReady: Bool { phase == .idle && session.isJoined }

    var nextDeadline: MonotonicInstant? {
        switch phase {
        case .idle: count.dueAt
        case .off, .awaitingGrant: nil
        case .resetPin(let until), .booting(let until), .breaking(let until), .running(let until),
            .listening(let until), .pausing(let until, _):
            until
        }
    }

    // MARK: What comes in

    /// A line from the module, without its end.
    mutating func take(_ line: String, at now: MonotonicInstant) -> [Order] {
        let answer = RN2483Answer(line)
        if case .banner(let firmware) = answer, !isAwaitingBanner { return moduleReset(firmware, at: now) }
        switch phase {
        case .booting:
            guard case .banner(let firmware) = answer else { return [] }
            session.hasBegunAnew = true
            return started(firmware, at: now)
        case .running: return answered(answer, at: now)
        case .listening: return ended(answer, at: now)
        case .off, .resetPin: return []
        case .breaking, .awaitingGrant, .pausing, .idle: return late(answer, at: now)
        }
    }

    private var isAwaitingBanner: Bool {
        switch phase {
        case .off, .resetPin, .booting: true
        case .running: script.first?.meaning == .version
        default: false
        }
    }

    /// Time has passed.
    mutating func tick(at now: MonotonicInstant) -> [Order] {
        guard let due = nextDeadline, due <= now else { return [] }
        switch phase {
        case .idle: return measure(at: now)
        case .off, .awaitingGrant: return []
        case .resetPin:
            phase = .booting(until: now + .seconds(2))
            return [.driveReset(.high)]
        case .booting: return wake(at: now)
        case .breaking: return askVersion(at: now)
        case .running: return commandTimedOut(at: now)
        case .listening: return recover("the module did not say how it ended", at: now)
        case .pausing(_, let next): return resume(next, at: now)
        }
    }

    private mutating func resume(_ next: Next, at now: MonotonicInstant) -> [Order] {
        switch next {
        case .startOver: startOver(at: now)
        case .setUp: setUp(at: now)
        case .join: planJoin(at: now)
        case .prepare: prepare(at: now)
        case .repeatCommand: run(script, for: job, at: now)
        }
    }

    /// A line that answers nothing: the end of an uplink that was given up.
    func late(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        guard case .received(let port, let payload) = answer, port > 0 else { return [] }
        return [.event(.downlink(ModuleDownlink(port: port, payload: payload, at: now)))]
    }

    // MARK: Scripts

    mutating func run(_ commands: some Sequence<RN2483Command>, for job: Job, at now: MonotonicInstant) -> [Order] {
        self.job = job
        script = ArraySlice(commands)
        guard let first = script.first else { return completed(at: now) }
        phase = .running(until: now + first.patience)
        return [.write(Array("\(first.text)\r\n".utf8))]
    }

    /// The command in flight is answered: the next one.
    mutating func proceed(inserting commands: [RN2483Command] = [], at now: MonotonicInstant) -> [Order] {
        return run(commands + script.dropFirst(), for: job, at: now)
    }

    /// All commands of the script were answered.
    private mutating func completed(at now: MonotonicInstant) -> [Order] {
        switch job {
        case .waking, .probing, .resuming, .sending: []
        case .curing: setUp(at: now)
        case .settingUp: planJoin(at: now)
        case .joining: authorizeJoin(at: now)
        case .adopting: adopted(at: now)
        case .preparing: authorizeUplink(at: now)
        case .measuring: authorizeMeasurement(at: now)
        case .finishing: finished(at: now)
        }
    }

    private mutating func finished(at now: MonotonicInstant) -> [Order] {
        guard session.takeSave(at: now) else { return [.keep] + settle(at: now) }
        return run([RN2483Command("mac save", .save)], for: .finishing, at: now)
    }

    /// Nothing more is to be done for the session: takes what waits, or rests.
    mutating func settle(at now: MonotonicInstant) -> [Order] {
        guard uplink.pending == nil else { return prepare(at: now) }
        guard !count.isUnderWay else { return endMeasurement(at: now) }
        phase = .idle
        return []
    }
}
