import Ciphers
public import Timekeeping

/// A LoRaWAN 1.0.4 device of class A or C, as a state machine without I/O: events with their times go in, actions come out.
///
/// Each call returns the actions that follow from it, to be carried out in order. Call ``tick(at:)`` when
/// ``nextDeadline`` has come. Not `Sendable`: it belongs to one thread.
public struct Device {
    /// What it was made with.
    public let configuration: DeviceConfiguration
    /// What is to be stored, as it is now.
    public internal(set) var state: DeviceState
    /// DevStatusAns: 0 external power, 1 (empty) to 254 (full), 255 unknown.
    public var battery: UInt8
    /// As it is configured, or as a certification bench has ordered.
    public internal(set) var deviceClass: DeviceClass
    /// Whether the network may choose data rate, power and NbTrans.
    var isADROn: Bool

    /// With the root key; of no use to a device that never joins.
    let joinCipher: AES128
    let joinAuthentication: AESCMAC
    var cipher: SessionCipher?
    var random: DeviceRandom
    /// The default channels that were used in this round of join-requests, and their groups of eight.
    var usedJoinChannels: ChannelMask = 0
    var usedJoinGroups: UInt16 = 0
    /// What join-requests are sent on, as far as ``startMask`` has them.
    let joinChannels: [Channel]
    /// The channels that are used until the network, or what it answered to, shows others.
    let startMask: ChannelMask

    /// Where the latest frame went out; RX1 is on the same channel.
    var sentOn = Channel.undefined
    var phase = DevicePhase.idle
    var work = DeviceWork.none
    /// The next join-request beside the session; nil while the session is not taken as lost.
    var planned: PlannedJoin?
    /// The latest join-request was answered, with this JoinNonce, which came before.
    var refusedNonce: JoinNonce?
    /// UTC less the clock of the events, in nanoseconds; nil while nobody knows the date.
    public var utcOffset: Int64?
    /// Accepted, and not yet begun.
    var pending: Uplink?
    /// Nothing is sent before, because an ACK may still come.
    var quietUntil: MonotonicInstant?
    /// When the latest uplink with a DeviceTimeReq ended, which is what DeviceTimeAns speaks of.
    var timeAskedAt: MonotonicInstant?
    /// How often in a row the channel was not free.
    var busyCount = 0
    /// What the radio was told to listen to between its other duties; nil when it does not (class C).
    var listening: ContinuousReception?
    /// The radio could not listen; it is told again then.
    var listenRetry: MonotonicInstant?
    /// Under the control of a certification bench; nil outside of that.
    var certification: Certification?
    /// FPending of the latest downlink.
    var morePending = false

    /// Actions of the latest call that only a stored state allows.
    var conditional: [DeviceAction] = []
    /// What can be taken back when the state of the latest call could not be stored.
    var withdrawal: Withdrawal?
    /// Actions that wait for the store to recover.
    var held: [DeviceAction] = []
    /// What downlinks between a frame and its windows led to: it waits for their end, because to store takes time (class C).
    var heard: [DeviceAction] = []
    var isHeardUnstored = false
    var storageRetry: MonotonicInstant?

    /// How long to wait before the state is stored again.
    static let storagePause = TimeSpan.seconds(30)
    /// How often an uplink finds the channel busy before it is given up: after about a minute.
    static let busyLimit = 16

    /// - Parameters:
    ///   - configuration: region, identity, and what is left to choice.
    ///   - restored: the state that was stored last; nil for a device that has never spoken.
    ///   - bootIdentifier: differs from one boot of the board to the next.
    ///   - now: the present, on that boot's clock.
    /// - Throws: ``DeviceError`` when the state is of another device, or the configuration cannot be met.
    public init(
        configuration: DeviceConfiguration, restoring restored: DeviceState? = nil, bootIdentifier: String,
        at now: MonotonicInstant
    ) throws(DeviceError) {
        let region = configuration.region
        // Joins need a default channel that the antenna may be used on.
        let allowed =
            region.defaultChannels.compactMap { region.subBand(of: $0.frequency) }
            .map { min(region.maximumPower, region.subBands[$0].maximumPower) }.max() ?? region.maximumPower
        guard configuration.lowestPower <= allowed else {
            throw .antennaGainTooHigh(
                gain: configuration.antennaGain, lowestPower: configuration.conductedPower.lowerBound,
                allowed: allowed)
        }
        if let restored, restored.devEUI != configuration.devEUI {
            throw .stateOfAnotherDevice(seen: restored.devEUI, wanted: configuration.devEUI)
        }
        self.configuration = configuration
        battery = configuration.battery
        deviceClass = configuration.deviceClass
        isADROn = configuration.adr
        random = DeviceRandom(seed: configuration.randomSeed ^ configuration.devEUI.rawValue)
        joinChannels = region.initialChannels
        startMask = region.startMask(configuration.channelMask)
        do {
            let rootKey = configuration.activation.identifyingKey
            joinCipher = try AES128(rootKey)
            joinAuthentication = try AESCMAC(rootKey)
            let check = joinAuthentication.code(for: configuration.activation.identity)?.littleEndian(at: 0, bytes: 4)
            let keyCheck = UInt32(truncatingIfNeeded: check ?? 0)
            state =
                restored?.adopted(by: configuration, keyCheck: keyCheck, bootIdentifier: bootIdentifier, at: now)
                ?? DeviceState(configuration: configuration, keyCheck: keyCheck, bootIdentifier: bootIdentifier)
            if state.session == nil, case .personalized(let given) = configuration.activation {
                state.session = Session(
                    given, region: region, mask: configuration.channelMask, dataRate: configuration.dataRate)
            }
            if let session = state.session { cipher = try SessionCipher(session.keys) }
        } catch {
            throw .cipher(error)
        }
        state.contact.isPrivate = configuration.privateNetwork != nil
        // Someone has written the network's channels down since: nobody else had chosen among all of them.
        if state.session?.channelMask == region.defaultMask { state.session?.channelMask = startMask }
        // A start without the mode opens the port again for the next bench.
        if !configuration.certificationMode { state.isCertificationOver = false }
        if configuration.certificationMode, !state.isCertificationOver { certification = Certification() }
        // The stored state is that of the latest uplink's start: what its silence meant is still to be done.
        backOff()
    }

    // MARK: Events

    /// Begins to join, at a moment drawn at random so that a street does not speak at once after a power cut; resumes
    /// a stored session without a word on air.
    public mutating func start(at now: MonotonicInstant) -> [DeviceAction] {
        guard state.session == nil, case .overTheAir = configuration.activation, case .none = work else {
            planRenewalWhereLost(at: now)
            return finish([])
        }
        let moment = now + .milliseconds(Int64(random.number(below: 8_000)))
        return finish(planJoin(notBefore: moment, at: now, isFirst: true))
    }

    /// Gives the session up and joins anew, because a person says so; ``renewSession(at:)`` keeps it until then. Nothing
    /// happens unless the device is idle, nor to one that never joins.
    public mutating func rejoin(at now: MonotonicInstant) -> [DeviceAction] {
        guard isIdle, case .overTheAir = configuration.activation else { return finish([]) }
        state.session = nil
        cipher = nil
        planned = nil
        quietUntil = nil
        return start(at: now)
    }

    /// Takes an uplink, to be sent as soon as it may be. Its end is reported by ``DeviceAction/uplinkDone(_:)``.
    public mutating func send(_ uplink: Uplink, at now: MonotonicInstant) throws(UplinkRefusal) -> [DeviceAction] {
        try check(uplink, at: now)
        pending = uplink
        if let storageRetry, storageRetry > now {
            phase = .waiting(until: storageRetry)
            return finish([.waiting(until: storageRetry, reason: .storage)])
        }
        return finish(proceed(at: now))
    }

    /// Takes what the radio reports.
    public mutating func handle(_ event: RadioEvent) -> [DeviceAction] {
        switch event {
        case .transmitted(let end): finish(transmitted(endedAt: end))
        case .transmitFailed(let reason, let at): finish(transmitFailed(reason, at: at))
        case .channelBusy(_, let at): finish(channelBusy(at: at))
        case .received(let frame): finish(received(frame))
        case .windowClosed(let at), .windowFailed(_, let at):
            finish(hasLostRadio(at: at) ? [] : windowEnded(at: at))
        }
    }

    /// Time has passed: does what is due.
    public mutating func tick(at now: MonotonicInstant) -> [DeviceAction] {
        if let retry = storageRetry {
            guard now >= retry else { return finish([]) }
            storageRetry = nil
            if !held.isEmpty {
                let actions = [.persist(state)] + held
                held = []
                if case .none = work, pending == nil { phase = .idle } else { phase = .waiting(until: now) }
                return finish(actions)
            }
        }
        if let retry = listenRetry, now >= retry { listenRetry = nil }
        switch phase {
        case .idle: return finish(sendRenewal(at: now) ?? sendForCertification(at: now))
        case .waiting(let until): return finish(now >= until ? proceed(at: now) : [])
        case .transmitting(let overdue):
            return finish(now >= overdue ? transmitFailed("the radio did not report the end", at: now) : [])
        case .receiving(let window, _):
            return finish(now >= window.overdueAt ? windowEnded(at: now) : [])
        }
    }

    /// The state of the latest call could not be stored, and the actions behind it were not carried out: what was to
    /// go on air did not. The device tries again later, with the same counter.
    public mutating func persistFailed(at now: MonotonicInstant) -> [DeviceAction] {
        let retry = now + Self.storagePause
        storageRetry = retry
        held += conditional
        conditional = []
        withdraw()
        phase = .waiting(until: retry)
        // No join without the disk, but uplinks there may be (``TransmissionReserve``).
        if state.session != nil, case .joining(let attempt) = work {
            postponeRenewal(attempt, until: retry + state.contact.tryPause)
            phase = .waiting(until: retry)
        }
        // Whatever the radio was to do next, it was not told.
        listening = nil
        return [.waiting(until: retry, reason: .storage)] + keepListening(after: [])
    }

    /// The next uplink asks the network for its time (TS001 5.12).
    public mutating func requestDeviceTime() {
        state.session?.commands.append(.deviceTimeRequest)
    }

    /// The next uplink asks how well it was heard (TS001 5.2).
    public mutating func requestLinkCheck() {
        state.session?.commands.append(.linkCheckRequest)
    }

    /// Ends every call: remembers what the store's failure would undo.
    mutating func finish(_ found: [DeviceAction]) -> [DeviceAction] {
        let actions = releaseHeard(with: found)
        conditional.removeAll(keepingCapacity: true)
        var isStored = false
        for action in actions {
            switch action {
            case .persist: isStored = true
            case .transmit, .radiate, .listen: continue
            default: if isStored { conditional.append(action) }
            }
        }
        if case .transmitting = phase {} else { withdrawal = nil }
        return actions + keepListening(after: actions)
    }
}
