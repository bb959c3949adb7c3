import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// Keeps accounts in memory, and all that was granted.
final class BenchBudget: TransmissionBudget {
    var accounts: AirTimeAccounts
    var record: ModuleRecord?
    var granted: [(transmission: ModuleTransmission, at: MonotonicInstant)] = []
    var withdrawn = 0
    /// What the module sent by itself.
    var booked: [ModuleTransmission] = []
    /// What the disk says.
    var isDiskFull = false

    init(_ configuration: DeviceConfiguration) {
        accounts = AirTimeAccounts(
            configuration: configuration, restoring: nil, bootIdentifier: "bench",
            at: MonotonicInstant(nanoseconds: 1_000_000_000))
    }

    func authorize(
        _ transmission: ModuleTransmission, record: ModuleRecord, at now: MonotonicInstant
    ) -> TransmissionGrant {
        guard !isDiskFull else { return .later(now + .seconds(10), .storage) }
        accounts.closeLatest(at: now)
        let grant = accounts.grant(transmission, at: now)
        guard grant == .granted else { return grant }
        accounts.record(transmission, at: now)
        granted.append((transmission, now))
        self.record = record
        return .granted
    }

    func close(at now: MonotonicInstant, airTime: TimeSpan?) { accounts.closeLatest(at: now, airTime: airTime) }

    func withdraw() {
        accounts.withdrawLatest()
        withdrawn += 1
    }

    func book(_ transmission: ModuleTransmission, record: ModuleRecord, at now: MonotonicInstant) {
        accounts.closeLatest(at: now)
        accounts.record(transmission, at: now)
        accounts.closeLatest(at: now)
        booked.append(transmission)
        self.record = record
    }

    func keep(_ record: ModuleRecord, at now: MonotonicInstant) { self.record = record }
}

/// The driver on a simulated module, the air around it, and a network.
class DriverBench {
    static let probe = Uplink(port: 223, payload: [0])
    static let devEUI: UInt64 = 0x70B3_D57E_D000_0001
    let world: SimulatedWorld
    let air: Air
    let server: NetworkServer
    let gateway: SimulatedGateway
    let budget: BenchBudget
    var configuration: DeviceConfiguration
    let make: any ModuleMake.Type
    /// The module's.
    let line: any BreakableLine
    let resetPin: (any OutputPin)?
    private let plugIn: () -> Void
    var radio: ModuleDriver
    var events: [(event: ModuleEvent, at: MonotonicInstant)] = []
    /// Whether the owner opens the line again when it is lost.
    var reopens = true

    static func key() throws -> AES128Key { try AES128Key((0..<16).map { 0xA0 + $0 }) }

    /// - Parameter plugIn: brings the line back that was lost.
    init(
        _ make: any ModuleMake.Type, world: SimulatedWorld, air: Air, line: any BreakableLine,
        reset: (any OutputPin)?, seed: UInt64, server settings: NetworkServer.Settings,
        configure: (inout DeviceConfiguration) -> Void, plugIn: @escaping () -> Void
    ) throws {
        (self.world, self.air, self.line, self.make, resetPin) = (world, air, line, make, reset)
        self.plugIn = plugIn
        server = NetworkServer(clock: world.clock, settings: settings)
        gateway = SimulatedGateway(air: air, server: server)
        try server.register(devEUI: Self.devEUI, joinEUI: 2, appKey: Self.key())
        configuration = DeviceConfiguration(
            region: .eu868, devEUI: DevEUI(rawValue: Self.devEUI), joinEUI: JoinEUI(rawValue: 2),
            appKey: try Self.key(), randomSeed: seed)
        configuration.dataRate = DataRate(5)
        configure(&configuration)
        budget = BenchBudget(configuration)
        radio = try ModuleDriver(
            make, configuration, record: nil, probe: Self.probe, budget: budget, reset: reset,
            random: SeededRandom(seed: seed))
    }

    var now: MonotonicInstant { world.now }

    func start() { radio.attach(line, at: now) }

    /// The bridge is started anew: all that it knows is what the budget kept.
    func restartBridge() throws {
        radio = try ModuleDriver(
            make, configuration, record: budget.record.flatMap { ModuleRecord(decoding: $0.encoded) },
            probe: Self.probe, budget: budget, reset: resetPin, random: SeededRandom(seed: 9))
        start()
    }

    /// As the bridge's loop. False when `isDone` did not become true.
    @discardableResult
    func run(for span: TimeSpan, until isDone: () -> Bool = { false }) -> Bool {
        let end = now + span
        while now < end {
            take(radio.poll(at: now))
            if isDone() { return true }
            if !radio.isAttached, reopens {
                plugIn()
                start()
            }
            world.wait(for: [], until: min(radio.nextDeadline ?? end, end))
        }
        take(radio.poll(at: now))
        return isDone()
    }

    private func take(_ new: [ModuleEvent]) { for event in new { events.append((event, now)) } }

    func join() throws {
        start()
        try #require(run(for: .minutes(1)) { radio.isReady })
    }

    /// Sends and waits for the result.
    func send(_ payload: [UInt8] = [1, 2, 3], confirmed: Bool = false) throws -> UplinkResult? {
        let before = results.count
        try radio.send(Uplink(port: 1, payload: payload, confirmed: confirmed), at: now)
        run(for: .minutes(10)) { results.count > before && radio.isReady }
        return results.count > before ? results.last : nil
    }

    var results: [UplinkResult] {
        events.compactMap { if case .uplinkDone(let result) = $0.event { result } else { nil } }
    }
    var downlinks: [ModuleDownlink] {
        events.compactMap { if case .downlink(let downlink) = $0.event { downlink } else { nil } }
    }
    var joins: Int { events.count { if case .joined = $0.event { true } else { false } } }
    var failures: [(error: RadioError, retryAt: MonotonicInstant)] {
        events.compactMap { if case .failed(let error, let next) = $0.event { (error, next) } else { nil } }
    }

    /// What must hold over all that was ever sent: no counter of a session twice on the air, each granted before.
    /// - Parameter repeats: the network has ordered repetitions, the same byte for byte.
    func checkCounters(_ context: String, repeats: Bool = false) {
        var seen: [[UInt8]: [UInt8]] = [:]
        for frame in air.uplinks where [0x40, 0x80].contains(frame.payload.first) {
            // DevAddr and FCnt.
            let name = Array(frame.payload[1..<5] + frame.payload[6..<8])
            let earlier = seen.updateValue(frame.payload, forKey: name)
            #expect(earlier == nil || repeats && earlier == frame.payload, "a counter twice on the air: \(context)")
        }
        let granted = budget.granted.reduce(0) { $0 + $1.transmission.times }
        #expect(air.uplinks.count <= granted, "sent without a grant: \(context)")
        let rejected = server.rejected.filter { if case .repetition = $0.reason { !repeats } else { true } }
        #expect(rejected.isEmpty, "\(rejected.map(\.reason)): \(context)")
    }
}
