import Ciphers
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Timekeeping

/// The MAC by itself, and a bridge's radio side in the simulated world.
enum DeviceBenchmarks {
    static func all() throws -> [Benchmark] {
        let plain = try DeviceCycle(isStored: false)
        let stored = try DeviceCycle(isStored: true)
        let world = try SimulatedYears()
        return [
            Benchmark(name: "device uplink cycle (4 events)", thing: "cycle", bytes: 33, run: plain.run),
            Benchmark(
                name: "device uplink cycle, state encoded", thing: "cycle", bytes: stored.recordSize, run: stored.run),
            Benchmark(name: "device hourly uplink in the world", thing: "uplink", bytes: 33, run: world.run),
        ]
    }

    static func configuration() throws -> DeviceConfiguration {
        DeviceConfiguration(
            region: .eu868, devEUI: DevEUI(rawValue: 1), joinEUI: JoinEUI(rawValue: 2),
            appKey: try AES128Key(hex: "000102030405060708090A0B0C0D0E0F"), randomSeed: 1)
    }
}

/// One uplink an hour of a device in ABP: sent, transmitted, and both windows closed.
final class DeviceCycle {
    private var device: Device
    private var now = MonotonicInstant(nanoseconds: 1)
    private let isStored: Bool
    private let uplink = Uplink(port: 1, payload: [UInt8](repeating: 7, count: 20))
    private(set) var recordSize = 0

    init(isStored: Bool) throws {
        let key = try AES128Key(hex: "000102030405060708090A0B0C0D0E0F")
        var configuration = DeviceConfiguration(
            region: .eu868, devEUI: DevEUI(rawValue: 1),
            activation: .personalized(
                Personalization(
                    devAddr: DevAddr(rawValue: 1), keys: SessionKeys(network: key, application: key))),
            randomSeed: 1)
        configuration.dataRate = DataRate(5)
        // Nobody answers here: back-off would change what is measured.
        configuration.adr = false
        configuration.dailyAirTime = .seconds(30)
        device = try Device(configuration: configuration, bootIdentifier: "benchmark", at: now)
        self.isStored = isStored
        run(repetitions: 100)
        recordSize = device.state.encoded().count
    }

    func run(repetitions: Int) {
        var failures = 0
        for _ in 0..<repetitions where !cycle() { failures += 1 }
        if failures > 0 { print("\(failures) cycles failed") }
    }

    private func cycle() -> Bool {
        guard let actions = try? device.send(uplink, at: now), carryOut(actions) else { return false }
        let end = now + .milliseconds(72)
        _ = carryOut(device.handle(.transmitted(endedAt: end)))
        _ = carryOut(device.handle(.windowClosed(at: end + .milliseconds(1_050))))
        let result = device.handle(.windowClosed(at: end + .milliseconds(2_050)))
        now = now + .hours(1)
        return result == [.uplinkDone(.sent)]
    }

    /// Whether something was sent.
    private func carryOut(_ actions: [DeviceAction]) -> Bool {
        var hasSent = false
        for action in actions {
            switch action {
            case .persist(let state): if isStored { recordSize = state.encoded().count }
            case .transmit: hasSent = true
            default: break
            }
        }
        return hasSent
    }
}

/// A device at the registers of a simulated SX1276, the air, a gateway, and a network server that controls its data
/// rate: an uplink each hour, years on end.
final class SimulatedYears {
    private let world: SimulatedWorld
    private let air: Air
    private let server: NetworkServer
    private let gateway: SimulatedGateway
    private let chip: SX1276Simulator
    private let radio: SX127x
    private var device: Device
    private var next: MonotonicInstant

    init() throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_790_000_000))
        self.world = world
        air = Air(world: world, seed: 1)
        server = NetworkServer(clock: world.clock, settings: .init(controlsDataRate: true))
        gateway = SimulatedGateway(air: air, server: server)
        chip = SX1276Simulator(world: world, air: air)
        chip.recordsAccesses = false
        radio = SX127x(bus: chip, reset: chip.resetPin, dio0: chip.dio0) { world.run(until: world.now + $0) }
        let configuration = try DeviceBenchmarks.configuration()
        try server.register(devEUI: 1, joinEUI: 2, appKey: try AES128Key(hex: "000102030405060708090A0B0C0D0E0F"))
        device = try Device(
            configuration: configuration, bootIdentifier: world.clock.bootIdentifier, at: world.now)
        next = world.now
        try radio.start(at: world.now)
        perform(device.start(at: world.now))
        while !device.isJoined || !device.isIdle { step() }
    }

    func run(repetitions: Int) {
        let before = server.uplinks.count
        for _ in 0..<repetitions {
            next = max(world.now, next + .hours(1))
            world.run(until: next)
            if let actions = try? device.send(Uplink(port: 1, payload: [UInt8](repeating: 7, count: 20)), at: next) {
                perform(actions)
            }
            while !device.isIdle { step() }
        }
        let lost = repetitions - (server.uplinks.count - before)
        if lost > repetitions / 100 { print("\(lost) of \(repetitions) uplinks were lost") }
    }

    private func step() {
        let deadlines = [radio.nextDeadline, device.nextDeadline].compactMap { $0 }
        world.wait(for: [], until: deadlines.min())
        for event in radio.poll(at: world.now) { perform(device.handle(event)) }
        if let due = device.nextDeadline, due <= world.now { perform(device.tick(at: world.now)) }
    }

    private func perform(_ actions: [DeviceAction]) {
        for action in actions {
            switch action {
            case .transmit(let transmission):
                do { try radio.transmit(transmission, at: world.now) } catch { print(error) }
            case .receive(let window):
                do { try radio.receive(window, at: world.now) } catch { print(error) }
            default: break
            }
        }
    }
}
