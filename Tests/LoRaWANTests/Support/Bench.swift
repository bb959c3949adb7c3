import Ciphers
import Timekeeping

@testable import LoRaWAN

/// Carries the device's actions out in virtual time, as the bridge does: a store, a radio, and a peer that answers.
final class Bench {
    struct OnAir {
        let start: MonotonicInstant
        let airTime: TimeSpan
        let transmission: Transmission
    }

    enum Reply {
        case silence
        case rx1([UInt8])
        case rx2([UInt8])
        /// A frame that is not ours in RX1, ending so long after the window opened; then our own in RX2.
        case foreign([UInt8], after: TimeSpan, then: [UInt8]?)
    }

    var device: Device
    let configuration: DeviceConfiguration
    let peer: Peer
    var now: MonotonicInstant
    var stored: [UInt8]?
    var persists = 0
    var air: [OnAir] = []
    var windows: [ReceiveWindow] = []
    var log: [DeviceAction] = []
    /// What the network does with each frame; joins are answered unless this says otherwise.
    var reply: (Transmission) throws -> Reply = { _ in .silence }
    /// The store refuses as long as this is true.
    var isStoreBroken = false
    /// Whether someone else is sending, for those who listen before they talk.
    var isBusy: (Transmission) -> Bool = { _ in false }
    /// What the radio listens to between its other duties (class C).
    var listening: ContinuousReception?
    /// The power is cut when so many states have been stored: before or after the bytes are on the disk.
    var cutAtPersist: Int?
    var cutsBeforeStoring = false
    var isCut = false

    private var event: (at: MonotonicInstant, RadioEvent)?
    private var answer = Reply.silence
    private var failure: (any Error)?

    init(
        _ configuration: DeviceConfiguration = Bench.configuration(), peer: Peer? = nil, restoring: DeviceState? = nil,
        boot: String = "boot-1", at now: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000)
    ) throws {
        self.configuration = configuration
        self.peer = try peer ?? Peer()
        self.now = now
        device = try Device(configuration: configuration, restoring: restoring, bootIdentifier: boot, at: now)
        let network = self.peer
        reply = { $0.payload.first == 0 ? .rx1(try network.joinAccept(to: $0.payload)) : .silence }
    }

    static func configuration(_ change: (inout DeviceConfiguration) -> Void = { _ in }) -> DeviceConfiguration {
        var configuration = DeviceConfiguration(
            region: .eu868, devEUI: DevEUI(rawValue: 0x70B3_D57E_D000_0001), joinEUI: JoinEUI(rawValue: 1),
            appKey: key(Peer.appKeyHex), randomSeed: 7)
        change(&configuration)
        return configuration
    }

    static func key(_ hex: String) -> AES128Key {
        do { return try AES128Key(hex: hex) } catch { fatalError("\(error)") }
    }

    /// The table of EU868 with join-requests at these data rates only.
    static func region(joinAt rates: [UInt8]) -> Region {
        var region = Region.eu868
        region.joinDataRates = rates.map { DataRate($0) }
        return region
    }

    /// A carrier as commands have it, in steps of 100 Hz.
    static func frequency(_ hertz: Int) -> [UInt8] {
        let steps = hertz / 100
        return [UInt8(steps & 255), UInt8(steps >> 8 & 255), UInt8(steps >> 16 & 255)]
    }

    func perform(_ actions: [DeviceAction]) {
        for action in actions {
            if isCut { return }
            log.append(action)
            switch action {
            case .persist(let state):
                if isStoreBroken {
                    perform(device.persistFailed(at: now))
                    return
                }
                persists += 1
                if persists == cutAtPersist, cutsBeforeStoring { isCut = true; return }
                stored = state.encoded()
                if persists == cutAtPersist { isCut = true; return }
            case .listen(let reception): listening = reception
            case .transmit(let transmission):
                listening = nil
                if let sense = transmission.carrierSense, isBusy(transmission) {
                    event = (now + sense.duration, .channelBusy(rssi: -40, at: now + sense.duration))
                    continue
                }
                let airTime = AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation)
                // The radio takes a moment to start.
                let start = now + .milliseconds(3)
                air.append(OnAir(start: start, airTime: airTime, transmission: transmission))
                do { answer = try reply(transmission) } catch { failure = error }
                event = (start + airTime, .transmitted(endedAt: start + airTime))
            case .receive(let window):
                windows.append(window)
                event = outcome(of: window)
            default: break
            }
        }
    }

    private var rx2Delay: TimeSpan {
        guard air.last?.transmission.payload.first != 0 else { return .seconds(6) }
        return .seconds(Int64(device.state.session?.rxDelay ?? 0) + 1)
    }

    private func outcome(of window: ReceiveWindow) -> (MonotonicInstant, RadioEvent) {
        func frame(_ bytes: [UInt8], _ at: MonotonicInstant) -> (MonotonicInstant, RadioEvent) {
            (at, .received(ReceivedFrame(payload: bytes, at: at, rssi: -80, snrQuarters: 30)))
        }
        func whole(_ bytes: [UInt8]) -> MonotonicInstant {
            window.opensAt + AirTime.of(bytes: bytes.count, modulation: window.modulation, hasCRC: false)
        }
        let isFirst = window.opensAt - (air.last.map { $0.start + $0.airTime } ?? now) != rx2Delay
        switch answer {
        case .rx1(let bytes) where isFirst: return frame(bytes, whole(bytes))
        case .rx2(let bytes) where !isFirst: return frame(bytes, whole(bytes))
        case .foreign(let bytes, let after, let then) where isFirst:
            answer = then.map { .rx2($0) } ?? .silence
            return frame(bytes, window.opensAt + after)
        default: return (window.opensAt + .milliseconds(50), .windowClosed(at: window.opensAt + .milliseconds(50)))
        }
    }

    /// Lets time pass until `isDone`, or until nothing is left to do before `limit`.
    func run(for limit: TimeSpan = .hours(2), until isDone: () -> Bool = { false }) throws {
        let end = now + limit
        while !isCut {
            if let failure { throw failure }
            if isDone() { return }
            let deadline = device.nextDeadline
            if let (at, radio) = event, at <= deadline ?? at {
                guard at <= end else { break }
                event = nil
                now = max(now, at)
                perform(device.handle(radio))
            } else if let deadline {
                guard deadline <= end else { break }
                now = max(now, deadline)
                perform(device.tick(at: now))
            } else {
                break
            }
        }
        if let failure { throw failure }
        if !isCut, limit < .hours(2) || device.nextDeadline == nil { now = max(now, limit < .hours(2) ? end : now) }
    }

    func join() throws {
        perform(device.start(at: now))
        try run { device.isJoined }
    }

    /// Sends and waits for the end.
    @discardableResult
    func send(_ uplink: Uplink = Uplink(port: 1, payload: [1, 2, 3]), reply once: Reply? = nil) throws
        -> UplinkResult?
    {
        let before = log.count
        if let once {
            let usual = reply
            reply = { [weak self] transmission in
                self?.reply = usual
                return once
            }
        }
        perform(try device.send(uplink, at: now))
        try run { device.isIdle }
        return results(since: before).last
    }

    func results(since index: Int = 0) -> [UplinkResult] {
        log.dropFirst(index).compactMap { if case .uplinkDone(let result) = $0 { result } else { nil } }
    }

    func discards() -> [DiscardReason] {
        log.compactMap { if case .discarded(let reason) = $0 { reason } else { nil } }
    }

    func deliveries() -> [Downlink] {
        log.compactMap { if case .deliver(let downlink) = $0 { downlink } else { nil } }
    }

    /// The uplinks on air so far, as the network reads them; repetitions included.
    func uplink(_ index: Int) throws -> Peer.Uplink { try peer.open(air[index].transmission.payload) }
    func lastUplink() throws -> Peer.Uplink { try uplink(air.count - 1) }
}
