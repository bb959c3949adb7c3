import Ciphers
import Timekeeping

@testable import LoRaWAN
@testable import PrivateLink

/// One base and its devices on one channel, in virtual time: walls by loss, collisions, ends that are deaf while they send,
/// disks, and power cuts at either end. What was on the air is remembered, for invariants over the whole history.
final class World {
    struct OnAir {
        let from: End
        let start: MonotonicInstant
        let end: MonotonicInstant
        let transmission: Transmission
    }

    enum End: Hashable {
        case base
        case device(Int)
        case stranger
    }

    /// A board with its disk: what survives a cut.
    final class Board {
        var device: Device
        let configuration: DeviceConfiguration
        var stored: [UInt8]?
        var event: (at: MonotonicInstant, event: RadioEvent)?
        var window: ReceiveWindow?
        var isSending = false
        var boots = 1
        var delivered: [Downlink] = []
        var results: [UplinkResult] = []
        /// When it says something next, and how often.
        var speaksAt: MonotonicInstant?
        var pace: TimeSpan?
        var sent: [[UInt8]] = []
        var isOff = false

        init(_ configuration: DeviceConfiguration, at now: MonotonicInstant) throws {
            self.configuration = configuration
            device = try Device(configuration: configuration, bootIdentifier: "device-1", at: now)
        }
    }

    var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    var base: BaseStation
    var baseStored: [UInt8]?
    var baseBoots = 1
    var isBaseOff = false
    var isDiskFull = false
    var boards: [Board] = []
    var air: [OnAir] = []
    var events: [BaseAction] = []
    /// The names of what was stored, sent and told, in their order.
    var order: [String] = []
    var uplinks: [BaseUplink] = []
    var persists = 0
    /// Of a frame, in percent, by its device.
    var loss: [Int: Int] = [:]
    var snr: [Int: Int] = [:]
    private var listening: ContinuousReception?
    private var listensSince = MonotonicInstant(nanoseconds: 0)
    private var pending: [(at: MonotonicInstant, frame: OnAir)] = []
    private var due: (transmission: Transmission, start: MonotonicInstant)?
    private var random: DeviceRandom

    static let network = PrivateNetwork(frequency: 869_525_000, dataRate: DataRate(5), pairingDataRate: DataRate(0))

    init(devices count: Int, seed: UInt64 = 1, change: (inout BaseConfiguration) -> Void = { _ in }) throws {
        random = DeviceRandom(seed: seed)
        var configuration = BaseConfiguration(
            region: .eu868, frequency: Self.network.frequency, dataRate: Self.network.dataRate,
            pairingDataRate: Self.network.pairingDataRate,
            devices: try (0..<count).map { try Self.registration($0) }, randomSeed: seed)
        change(&configuration)
        base = try BaseStation(configuration: configuration, bootIdentifier: "base-1", at: now)
        base.utcOffset = 1_800_000_000_000_000_000
        for index in 0..<count {
            let registration = try Self.registration(index)
            boards.append(try Board(Self.deviceConfiguration(registration, seed: seed), at: now))
        }
    }

    static func registration(_ index: Int) throws -> DeviceRegistration {
        DeviceRegistration(
            devEUI: DevEUI(rawValue: 0x70B3_D57E_D000_0100 + UInt64(index)), joinEUI: JoinEUI(rawValue: 7),
            appKey: try AES128Key([UInt8](repeating: UInt8(index + 1), count: 16)))
    }

    static func deviceConfiguration(_ registration: DeviceRegistration, seed: UInt64) -> DeviceConfiguration {
        var configuration = DeviceConfiguration(
            region: .eu868, devEUI: registration.devEUI, joinEUI: registration.joinEUI, appKey: registration.appKey,
            randomSeed: seed)
        configuration.join(network)
        return configuration
    }

    func start() {
        perform(base.start(at: now))
        for index in boards.indices { perform(boards[index].device.start(at: now), on: index) }
    }

    // MARK: The base

    func perform(_ actions: [BaseAction]) {
        for action in actions {
            if case .persist = action { order.append("persist") } else { events.append(action) }
            switch action {
            case .persist(let state):
                if isDiskFull {
                    perform(base.persistFailed(at: now))
                    return
                }
                persists += 1
                baseStored = state.encoded()
            case .transmit(let transmission):
                listening = nil
                order.append("transmit")
                due = transmission.startsAt.map { (transmission, $0) }
            case .listen(let reception): (listening, listensSince) = (reception, now)
            case .deliver(let uplink):
                order.append("deliver")
                uplinks.append(uplink)
            default: break
            }
        }
    }

    /// - Parameter isStateLost: its file was damaged.
    func cutBase(hours: Int64 = 0, isStateLost: Bool = false) throws {
        baseBoots += 1
        due = nil
        listening = nil
        now = now + .hours(hours)
        let restored = try baseStored.map { try BaseState(decoding: $0) }
        var configuration = base.configuration
        // As the service draws one at each start.
        configuration.randomSeed &+= 1
        base = try BaseStation(
            configuration: configuration, restoring: restored, isStateLost: isStateLost,
            bootIdentifier: "base-\(baseBoots)", at: now)
        base.utcOffset = 1_800_000_000_000_000_000
        perform(base.start(at: now))
    }

    // MARK: The devices

    func perform(_ actions: [DeviceAction], on index: Int) {
        let board = boards[index]
        for action in actions {
            switch action {
            case .persist(let state): board.stored = state.encoded()
            case .transmit(let transmission):
                let start = now + .milliseconds(3)
                let end = start + AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation)
                put(OnAir(from: .device(index), start: start, end: end, transmission: transmission))
                board.isSending = true
                board.event = (end, .transmitted(endedAt: end))
            case .receive(let window):
                board.window = window
                let closes = window.opensAt + .milliseconds(60)
                board.event = (closes, .windowClosed(at: closes))
            case .deliver(let downlink): board.delivered.append(downlink)
            case .uplinkDone(let result): board.results.append(result)
            default: break
            }
        }
    }

    func send(_ index: Int, _ payload: [UInt8], confirmed: Bool = false) throws {
        boards[index].sent.append(payload)
        perform(
            try boards[index].device.send(Uplink(port: 1, payload: payload, confirmed: confirmed), at: now), on: index)
    }

    func cut(_ index: Int) throws {
        let board = boards[index]
        board.boots += 1
        (board.event, board.window, board.isSending) = (nil, nil, false)
        let restored = try board.stored.map { try DeviceState(decoding: $0) }
        board.device = try Device(
            configuration: board.configuration, restoring: restored, bootIdentifier: "device-\(board.boots)", at: now)
        perform(board.device.start(at: now), on: index)
    }

    // MARK: The air

    /// A frame that no end of this world sends.
    func inject(_ payload: [UInt8], dataRate: DataRate = DataRate(5)) throws {
        guard let modulation = Region.eu868.modulation(of: dataRate) else { return }
        let end = now + AirTime.of(bytes: payload.count, modulation: modulation)
        put(
            OnAir(
                from: .stranger, start: now, end: end,
                transmission: Transmission(
                    payload: payload, frequency: Self.network.frequency, modulation: modulation, power: 14)))
    }

    private func put(_ frame: OnAir) {
        air.append(frame)
        pending.append((frame.end, frame))
        pending.sort { $0.at < $1.at }
    }

    private func collides(_ frame: OnAir) -> Bool {
        air.reversed().prefix(40).contains {
            $0.from != frame.from && $0.transmission.modulation == frame.transmission.modulation
                && $0.start < frame.end && frame.start < $0.end
        }
    }

    private func isLost(_ device: Int) -> Bool { random.number(below: 100) < loss[device] ?? 0 }

    /// A frame has ended: who hears it.
    private func arrive(_ frame: OnAir) {
        guard !collides(frame) else { return }
        switch frame.from {
        case .base:
            for (index, board) in boards.enumerated() where !board.isOff {
                guard let window = board.window, abs((window.opensAt - frame.start).nanoseconds) <= 1_000_000,
                    window.modulation == frame.transmission.modulation, !isLost(index)
                else { continue }
                board.window = nil
                board.event = (
                    frame.end,
                    .received(
                        ReceivedFrame(
                            payload: frame.transmission.payload, at: frame.end, rssi: -80, snrQuarters: 30))
                )
            }
        case .device, .stranger:
            var strength = 40
            if case .device(let index) = frame.from {
                guard !isLost(index) else { return }
                strength = snr[index] ?? 40
            }
            guard !isBaseOff, let listening, listensSince <= frame.start,
                listening.modulation == frame.transmission.modulation
            else { return }
            perform(
                base.handle(
                    .received(
                        ReceivedFrame(
                            payload: frame.transmission.payload, at: frame.end, rssi: -90, snrQuarters: strength))))
        }
    }

    // MARK: Time

    /// Lets time pass until `isDone`, or for so long.
    @discardableResult
    func run(for span: TimeSpan, until isDone: () -> Bool = { false }) throws -> Bool {
        let end = now + span
        while !isDone() {
            guard let next = nextStep(), next <= end else {
                now = end
                return isDone()
            }
            now = max(now, next)
            try step()
        }
        return true
    }

    private func nextStep() -> MonotonicInstant? {
        var times: [MonotonicInstant?] = [pending.first?.at]
        if !isBaseOff { times += [due?.start, due == nil ? base.nextDeadline : nil] }
        for board in boards where !board.isOff {
            times += [board.event?.at, board.device.nextDeadline, board.speaksAt]
            if owesWord(board) { times.append(now) }
        }
        return times.compactMap { $0 }.min()
    }

    private func step() throws {
        // A window that a downlink began in stays open until its end.
        if let (at, frame) = pending.first, at <= now {
            pending.removeFirst()
            arrive(frame)
            if frame.from == .base, !isBaseOff { perform(base.handle(.transmitted(endedAt: frame.end))) }
            return
        }
        if let (transmission, start) = due, start <= now, !isBaseOff {
            due = nil
            let airTime = AirTime.of(
                bytes: transmission.payload.count, modulation: transmission.modulation, hasCRC: false)
            let frame = OnAir(from: .base, start: start, end: start + airTime, transmission: transmission)
            for board in boards where board.window != nil && board.window?.opensAt == frame.start {
                board.event = (frame.end + .milliseconds(1), .windowClosed(at: frame.end + .milliseconds(1)))
            }
            put(frame)
            return
        }
        for (index, board) in boards.enumerated() where !board.isOff {
            if let (at, event) = board.event, at <= now {
                board.event = nil
                board.isSending = false
                perform(board.device.handle(event), on: index)
                return
            }
            if let deadline = board.device.nextDeadline, deadline <= now {
                perform(board.device.tick(at: now), on: index)
                return
            }
            if owesWord(board) {
                perform(try board.device.send(Uplink(port: nil, payload: []), at: now), on: index)
                return
            }
            if let at = board.speaksAt, at <= now, let pace = board.pace {
                board.speaksAt = at + pace
                try speak(index)
                return
            }
        }
        if !isBaseOff, due == nil, base.nextDeadline <= now { perform(base.tick(at: now)) }
    }

    /// FPending: the bridge's answer goes out at once.
    private func owesWord(_ board: Board) -> Bool {
        board.pace != nil && board.device.isIdle && board.device.expectation == .more
            && board.device.earliestTransmission(payloadCount: 0, at: now) == now
    }

    /// A report, when the device is free; with a question where its contact wants one, as the bridge does it.
    private func speak(_ index: Int) throws {
        let board = boards[index]
        guard board.device.isJoined, board.device.isIdle else { return }
        if board.device.state.contact.wantsQuestion(at: now) { board.device.requestLinkCheck() }
        let number = UInt32(board.sent.count)
        let payload = [UInt8(index)] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        guard board.device.earliestTransmission(payloadCount: payload.count, at: now) == now else { return }
        try send(index, payload)
    }
}
