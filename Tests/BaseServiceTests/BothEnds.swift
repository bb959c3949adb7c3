import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import PrivateLink
import RadioDrivers
import Timekeeping

@testable import BaseService
@testable import BridgeStore

/// A base and a device, each with driver and chip, on one air.
final class BothEnds {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
    let air: Air
    let link: BaseLink
    let radio: any BenchRadio
    var device: Device
    var events: [BaseAction] = []
    var deliveries: [Downlink] = []
    var results: [UplinkResult] = []
    /// What the chips were told that they do not take.
    let violations: () -> [String]

    static let network = PrivateNetwork(frequency: 869_525_000, dataRate: DataRate(5), pairingDataRate: DataRate(0))

    /// - Parameter isBaseNew: the base has an SX1262 and the device an SX1276, else the other way about.
    /// - Parameter mailbox: of a broker, where one is to be told.
    init(isBaseNew: Bool, store: BaseStore, mailbox: BaseMailbox? = nil) throws {
        let world = world
        let air = Air(world: world)
        self.air = air
        func old() -> (SX1276Simulator, SX127x) {
            let chip = SX1276Simulator(world: world, air: air)
            var configuration = SX127x.Configuration()
            configuration.syncWord = .privateNetwork
            let radio = SX127x(
                bus: chip, reset: chip.resetPin, dio0: chip.dio0, configuration: configuration,
                pause: { world.run(until: world.now + $0) })
            return (chip, radio)
        }
        func new() -> (SX126xSimulator, SX126x) {
            let chip = SX126xSimulator(world: world, air: air, hasTCXO: true)
            var configuration = SX126xChip.Configuration()
            configuration.syncWord = .privateNetwork
            let radio = SX126x(
                bus: chip, wiring: .init(busy: chip.busyPin, reset: chip.resetPin, dio1: chip.dio1),
                configuration: configuration, pause: { world.run(until: world.now + $0) })
            return (chip, radio)
        }
        let (oldChip, oldRadio) = old()
        let (newChip, newRadio) = new()
        violations = { oldChip.violations.map { "\($0)" } + newChip.violations.map { "\($0)" } }
        let key = try AES128Key([UInt8](repeating: 3, count: 16))
        let registration = DeviceRegistration(devEUI: DevEUI(rawValue: 5), joinEUI: JoinEUI(rawValue: 6), appKey: key)
        let base = BaseConfiguration(
            region: .eu868, frequency: Self.network.frequency, dataRate: DataRate(5), pairingDataRate: DataRate(0),
            devices: [registration], randomSeed: 1)
        let outbox = try mailbox.map {
            try BaseOutbox(
                store: store, mailbox: $0,
                messages: BaseMessages(
                    application: "home", gateway: "base", region: .eu868, frequency: base.frequency,
                    name: { "\($0)" }), clock: world.clock)
        }
        var happened: (BaseAction) -> Void = { _ in }
        link = try BaseLink(
            configuration: base, radio: isBaseNew ? newRadio : oldRadio, store: store, outbox: outbox,
            clock: world.clock
        ) { if case .happened(let action) = $0 { happened(action) } }
        radio = isBaseNew ? oldRadio : newRadio
        var configuration = DeviceConfiguration(
            region: .eu868, devEUI: registration.devEUI, joinEUI: registration.joinEUI, appKey: key, randomSeed: 5)
        configuration.join(Self.network)
        device = try Device(
            configuration: configuration, bootIdentifier: world.clock.bootIdentifier, at: world.now)
        try radio.start(at: world.now)
        happened = { [weak self] in self?.events.append($0) }
    }

    func start() throws { try perform(device.start(at: world.now)) }

    func send(_ payload: [UInt8], confirmed: Bool = false) throws {
        try perform(try device.send(Uplink(port: 1, payload: payload, confirmed: confirmed), at: world.now))
        try run(for: .minutes(1)) { device.isIdle }
    }

    func run(for span: TimeSpan, until isDone: () -> Bool = { false }) throws {
        let end = world.now + span
        while world.now < end, !isDone() {
            let deadlines = [radio.nextDeadline, device.nextDeadline, link.nextDeadline, end].compactMap { $0 }
            world.wait(for: [], until: deadlines.min())
            link.poll()
            for event in radio.poll(at: world.now) { try perform(device.handle(event)) }
            if let due = device.nextDeadline, due <= world.now { try perform(device.tick(at: world.now)) }
        }
    }

    private func perform(_ actions: [DeviceAction]) throws {
        for action in actions {
            switch action {
            case .transmit(let transmission): try radio.transmit(transmission, at: world.now)
            case .receive(let window): try radio.receive(window, at: world.now)
            case .deliver(let downlink): deliveries.append(downlink)
            case .uplinkDone(let result): results.append(result)
            default: break
            }
        }
    }

    var uplinks: [BaseUplink] {
        events.compactMap { if case .deliver(let uplink) = $0 { uplink } else { nil } }
    }
}
