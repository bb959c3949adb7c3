import Ciphers
public import LoRaWAN
public import Timekeeping

/// The network's side of LoRaWAN 1.0.4 class A on one channel, as a state machine without I/O: events with their times go in,
/// actions come out.
///
/// Each call returns the actions that follow from it, to be carried out in order before the next call. Call ``tick(at:)`` when
/// ``nextDeadline`` has come. Not `Sendable`: it belongs to one thread.
public struct BaseStation {
    /// What it was made with.
    public let configuration: BaseConfiguration
    /// UTC less the clock of the events, in nanoseconds; nil while nobody knows the date: DeviceTimeReq is not answered then.
    public var utcOffset: Int64?
    /// Frames that were passed over, by ``FrameRefusal/kind``.
    public internal(set) var refusals: [String: Int] = [:]
    /// Devices that wanted to join and are not in the configuration, newest last; at most ``rememberedStrangers``.
    public internal(set) var strangers: [DevEUI] = []
    /// Answers that were ready and did not go out: too late, or the radio failed.
    public internal(set) var missedAnswers = 0

    let known: [DevEUI: KnownDevice]
    /// What the store's failure undoes.
    var core: Core
    private var before: Core
    /// Sessions' keys, set up once.
    var ciphers: [SessionKeys: SessionCipher] = [:]
    var random: DeviceRandom
    let startedAt: MonotonicInstant
    /// From which the periods are counted in whose last minutes lost devices are listened to. Drawn within that before the
    /// start: a base that is started each half hour listens for them as great a share of its time as any other.
    let periodBegan: MonotonicInstant
    /// Time of the latest call: what is due after it is still to be done.
    private var seenAt: MonotonicInstant
    /// What the radio was told to listen to; nil while it sends or has failed.
    var listening: DataRate?
    var listenRetry: MonotonicInstant?
    /// Until when what needs the store is not begun by time alone.
    var storeRetry: MonotonicInstant?
    /// On the air, or about to be.
    var sending: PlannedAnswer?

    /// All that a call changes and a failed store takes back.
    struct Core {
        var state: BaseState
        var tracks: [DevEUI: DeviceTrack] = [:]
        /// In the order of their time.
        var plans: [PlannedAnswer] = []
        var move: RateMove?
        var movedAt: MonotonicInstant?
    }

    /// How many strangers are remembered.
    public static let rememberedStrangers = 8
    /// How many downlinks may wait for a device.
    public static let queueLimit = 16
    /// The radio gets an answer so long before its first symbol.
    static let lead = TimeSpan.milliseconds(50)
    static let listenPause = TimeSpan.seconds(5)
    /// After a store that failed: an end of a move that is due would be tried without pause.
    static let storePause = TimeSpan.seconds(30)

    /// - Parameters:
    ///   - configuration: the channel, and who may join.
    ///   - restored: the state that was stored last; nil for a base that has never spoken.
    ///   - isStateLost: there was a state, and it can't be read: the law's hour is taken as used up, and nothing is answered
    ///     in the first.
    ///   - bootIdentifier: differs from one boot of the board to the next.
    ///   - now: the present, on that boot's clock.
    public init(
        configuration: BaseConfiguration, restoring restored: BaseState? = nil, isStateLost: Bool = false,
        bootIdentifier: String, at now: MonotonicInstant
    ) throws(BaseError) {
        try configuration.check()
        self.configuration = configuration
        var state =
            restored?.adopted(by: configuration, bootIdentifier: bootIdentifier, at: now)
            ?? BaseState(configuration: configuration, bootIdentifier: bootIdentifier)
        if restored == nil, isStateLost { state.ledger.assumeSpent(at: now) }
        var known: [DevEUI: KnownDevice] = [:]
        var random = DeviceRandom(seed: configuration.randomSeed)
        for registration in configuration.devices {
            let device: KnownDevice
            do { device = try KnownDevice(registration) } catch { throw .cipher(error) }
            known[registration.devEUI] = device
            // Another key makes another device of it.
            if state.devices[registration.devEUI]?.keyCheck != device.keyCheck {
                state.devices[registration.devEUI] = DeviceRecord(
                    keyCheck: device.keyCheck, firstJoinNonce: 1 + UInt32(random.number(below: 1 << 22)))
            }
        }
        self.known = known
        core = Core(state: state)
        before = core
        startedAt = now
        periodBegan =
            now
            - .milliseconds(
                Int64(random.number(below: Int(BaseConfiguration.pairingPeriod.nanoseconds / 1_000_000))))
        self.random = random
        seenAt = now
    }

    /// What is to be stored, as it is now.
    public var state: BaseState { core.state }

    // MARK: Events

    /// Begins to listen.
    public mutating func start(at now: MonotonicInstant) -> [BaseAction] { tick(at: now) }

    /// Takes what the radio reports.
    public mutating func handle(_ event: RadioEvent) -> [BaseAction] {
        before = core
        switch event {
        case .transmitted(let end): return answered(at: end) + keepListening(at: end)
        case .transmitFailed(_, let at), .channelBusy(_, let at):
            missed()
            return keepListening(at: at)
        case .received(let frame): return received(frame) + keepListening(at: frame.at)
        case .windowClosed(let at), .windowFailed(_, let at):
            listening = nil
            listenRetry = at + Self.listenPause
            return []
        }
    }

    /// Time has passed: does what is due.
    public mutating func tick(at now: MonotonicInstant) -> [BaseAction] {
        before = core
        seenAt = max(seenAt, now)
        if let sending, now >= sending.overdueAt { missed() }
        if let retry = listenRetry, now >= retry { listenRetry = nil }
        if let retry = storeRetry, now >= retry { storeRetry = nil }
        if let until = core.move?.confirmsUntil, now >= until { core.move?.confirmsUntil = nil }
        if let order = nextAnswer(at: now) { return [order] }
        return finishMove(at: now) + keepListening(at: now)
    }

    /// The state of the latest call could not be stored: nothing of that call has happened. A device that was not answered
    /// asks again.
    public mutating func persistFailed(at now: MonotonicInstant) -> [BaseAction] {
        core = before
        storeRetry = now + Self.storePause
        // An order to listen may have been among what was dropped.
        listening = nil
        return keepListening(at: now)
    }

    /// When ``tick(at:)`` is to be called.
    public var nextDeadline: MonotonicInstant {
        let due = [
            sending?.overdueAt, sending == nil ? core.plans.first.map { $0.startsAt - Self.lead } : nil,
            listenRetry,
            core.move.map { max(end(of: $0, at: seenAt), storeRetry ?? $0.began) }, core.move?.confirmsUntil,
        ]
        return due.compactMap { $0 }.reduce(nextPairingChange(after: seenAt), min)
    }

    /// Queues a downlink for the device's next uplink.
    public mutating func enqueue(_ downlink: QueuedDownlink, for device: DevEUI) throws(QueueRefusal) {
        guard known[device] != nil else { throw .unknownDevice(device) }
        guard (1...223).contains(downlink.port) else { throw .wrongPort(downlink.port) }
        let region = configuration.region
        let limit = region.narrowDataRates.map { region.maximumPayload(at: $0) }.max() ?? 0
        guard downlink.payload.count <= limit else { throw .tooLong(bytes: downlink.payload.count, limit: limit) }
        guard core.tracks[device, default: DeviceTrack()].queue.count < Self.queueLimit else {
            throw .full(Self.queueLimit)
        }
        core.tracks[device, default: DeviceTrack()].queue.append(downlink)
    }
}

/// A device of the configuration, with its root key set up.
struct KnownDevice {
    let joinEUI: JoinEUI
    let cipher: AES128
    let authentication: AESCMAC
    let keyCheck: UInt32

    init(_ registration: DeviceRegistration) throws(CipherError) {
        joinEUI = registration.joinEUI
        cipher = try AES128(registration.appKey)
        authentication = try AESCMAC(registration.appKey)
        var identity = Array("p1lora base".utf8)
        identity.append(littleEndian: registration.joinEUI.rawValue, bytes: 8)
        guard let check = authentication.code(for: identity)?.littleEndian(at: 0, bytes: 4) else {
            throw .libraryFailed("CMAC")
        }
        keyCheck = UInt32(check)
    }
}
