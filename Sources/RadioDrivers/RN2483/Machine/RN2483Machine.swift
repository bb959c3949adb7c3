import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// The link to an RN2483 as a state machine: lines and times in, orders out.
///
/// Whatever goes wrong ends in one of three cures, each stronger than the one before: wake the module (a break, 0x55, a
/// question), reset it, or say why it does not work and start over after a pause. A session outlives all three: the
/// module has its keys in EEPROM, and its counters are set from the record.
struct RN2483Machine {
    enum Order: Hashable, Sendable {
        case write([UInt8])
        case setBreak(Bool)
        case driveReset(PinLevel)
        /// Ask the budget; the answer is ``grant(at:)``, ``postpone(until:reason:)`` or ``refuse(at:)``.
        case authorize(ModuleTransmission, RN2483Record)
        /// What was granted last is over, and took so long at most; nil where nobody knows.
        case close(TimeSpan?)
        /// What was granted last was not sent.
        case withdraw
        case keep
        case event(RN2483Event)
    }

    enum Phase: Hashable, Sendable {
        /// No line, or not started.
        case off
        case resetPin(until: MonotonicInstant)
        /// Waits for the banner.
        case booting(until: MonotonicInstant)
        case breaking(until: MonotonicInstant)
        /// The first command of the script waits for its answer.
        case running(until: MonotonicInstant)
        case awaitingGrant(ModuleTransmission, RN2483Record)
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
    let hasResetPin: Bool
    var random: any RandomSource

    var phase = Phase.off
    var job = Job.waking
    /// The command in flight, then those that follow.
    var script: ArraySlice<RN2483Command> = []
    var record: RN2483Record
    var firmware: RN2483Firmware?
    var quirks = RN2483Quirks(nil)

    /// Whether the module has its session and may send.
    var isJoined = false
    /// The session of the record was taken up again, and is not told as new.
    var isResuming = false
    var pending: Uplink?
    /// How often the pending uplink was begun.
    var attempts = 0
    var sent: Sent?
    /// The pending uplink goes out as a confirmed one, though nobody has asked for that: the module sends those once.
    var goesOnce = false
    /// Of how often the network lets each uplink go out.
    var measurement = Measurement.none
    var measuredAt: MonotonicInstant?

    /// Sub-bands in which the module has channels.
    var subBands: Set<Int> = []
    /// Seconds to RX1.
    var receiveDelay = TimeSpan.seconds(1)
    /// How many transmissions the latest uplink had the time for; nil when that says nothing.
    var cyclesSeen: Int64?
    /// Uplinks since the network was last heard, as the module's ADR counts them.
    var unheardUplinks = 0
    /// Bytes of FOpts to reckon with: the module answers MAC commands by itself and does not say so.
    var optionBytes = 0
    /// The network has changed a window: the answer is in each uplink until a downlink comes (TS001 5.4).
    var owesStickyAnswers = false
    var joinNotBefore: MonotonicInstant?
    var joinDataRate = DataRate(0)
    /// A join-request goes out beside the session, which is kept until it is answered.
    var renewal = Renewal.none
    /// The session is taken up again after such a join-request, and nobody need be told.
    var isReturning = false
    var joinFailures = 0
    /// The channels of a fixed plan that are switched on; nil where nobody knows.
    var channelMask: ChannelMask?
    /// The session has changed since it was saved, or was never saved.
    var wantsSave = false
    var savedAt: MonotonicInstant?
    /// The slowest of the cures that were tried since something last worked.
    var trouble = 0
    var wakeAttempts = 0
    var hasAskedAgain = false
    var wasResetByPin = false
    /// The module has begun anew since its session was last taken up: each uplink goes out once (NbTrans is not in its
    /// EEPROM).
    var hasBegunAnew = false
    var wantsReset = false
    var busyAnswers = 0
    var patience = RN2483Machine.shortestPause

    /// EEPROM wears out: what the network changes is saved at most this often.
    static let savePause = TimeSpan.hours(24)
    static let shortestPause = TimeSpan.seconds(5)
    static let longestPause = TimeSpan.minutes(1)

    /// What the module was told to send.
    struct Sent {
        /// When it took the command.
        let at: MonotonicInstant
        let transmission: ModuleTransmission
        /// On-time of one transmission, should the module have nothing to answer.
        let shortest: TimeSpan
    }

    enum Renewal: Hashable, Sendable {
        case none
        /// By the data rate of the join-request.
        case slowest, any
    }

    enum Measurement: Hashable, Sendable {
        case none
        /// From that time on, when nothing else is to be done.
        case wanted(MonotonicInstant)
        case underWay
    }

    init(
        configuration: DeviceConfiguration, record: RN2483Record, probe: Uplink, hasResetPin: Bool,
        random: any RandomSource
    ) {
        self.configuration = configuration
        self.probe = probe
        self.record = record
        self.hasResetPin = hasResetPin
        self.random = random
        subBands = defaultSubBands
    }

    var region: Region { configuration.region }
    var defaultSubBands: Set<Int> { Set(region.defaultChannels.compactMap { region.subBand(of: $0.frequency) }) }
    var isReady: Bool { phase == .idle && isJoined }

    var nextDeadline: MonotonicInstant? {
        switch phase {
        case .idle: if case .wanted(let due) = measurement { due } else { nil }
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
            hasBegunAnew = true
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
        let isDue = savedAt.map { now - $0 >= Self.savePause } ?? true
        guard wantsSave, isDue, isJoined else { return [.keep] + settle(at: now) }
        (wantsSave, savedAt) = (false, now)
        return run([RN2483Command("mac save", .save)], for: .finishing, at: now)
    }

    /// Nothing more is to be done for the session: takes what waits, or rests.
    mutating func settle(at now: MonotonicInstant) -> [Order] {
        guard pending == nil else { return prepare(at: now) }
        guard measurement != .underWay else { return endMeasurement(at: now) }
        phase = .idle
        return []
    }
}
