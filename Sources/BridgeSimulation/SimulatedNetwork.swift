import BridgeConfiguration
import BridgeStore
import Ciphers
import HardwareInterfaces
package import HardwareSimulators
import LoRaWAN
import RadioDrivers
import SmartMeter
import Timekeeping
import UplinkBridge

/// The bridge's own code with everything around it simulated: an SX1276 at its registers, or the module that the
/// configuration names, the air, a gateway and a network server that knows the device.
package final class SimulatedNetwork {
    package let world: SimulatedWorld
    package let air: Air
    package let server: NetworkServer
    private let gateway: SimulatedGateway
    private let chip: SX1276Simulator
    /// Where the configuration has one.
    private let module: SimulatedModule?

    init(configuration: BridgeConfiguration, world: SimulatedWorld, seed: UInt64) throws {
        self.world = world
        air = Air(world: world, seed: seed)
        let device = configuration.lorawan
        guard let region = Self.regions[device.region.name] else {
            throw RadioError(SimulatedRadioKind.cannotDo(device.region))
        }
        server = NetworkServer(
            clock: world.clock,
            settings: .init(
                receive2DataRate: Int(device.region.rx2DataRate.index),
                extraChannels: region == .eu868 ? NetworkServer.Settings().extraChannels : [],
                controlsDataRate: true, region: region))
        gateway = SimulatedGateway(air: air, server: server)
        switch device.activation {
        case .overTheAir(let joinEUI, let appKey):
            try server.register(devEUI: device.devEUI.rawValue, joinEUI: joinEUI.rawValue, appKey: appKey)
        case .personalized(let session):
            try server.activate(
                devEUI: device.devEUI.rawValue, devAddr: session.devAddr.rawValue, networkKey: session.keys.network,
                applicationKey: session.keys.application)
        }
        chip = SX1276Simulator(world: world, air: air)
        chip.recordsAccesses = false
        module = try SimulatedModule(configuration, world: world, air: air, seed: seed)
    }

    package static let regions: [String: ServerRegion] = [
        "EU868": .eu868, "IN865": .in865, "KR920": .kr920, "AS923": .as923, "US915": .us915, "AU915": .au915,
    ]

    /// What the driver did that no chip would forgive.
    var violations: [String] {
        chip.violations + (module?.refused().map { "the module refused \"\($0)\"" } ?? [])
    }

    /// What the radio's chip does wrong.
    var faults: SX1276Simulator.Faults {
        get { chip.faults }
        set { chip.faults = newValue }
    }

    /// The board lost its power, and the chip with it.
    func cutPower() {
        chip.brownOut()
        world.clock.reboot()
    }

    /// The driver of the simulated chip.
    /// - Parameter pause: lets time pass in the world.
    func makeRadio(pause: @escaping (TimeSpan) -> Void) -> SX127x {
        SX127x(bus: chip, reset: chip.resetPin, dio0: chip.dio0, pause: pause)
    }

    /// The server knows a session of before.
    func resume(_ session: Session, devEUI: DevEUI) throws {
        try server.activate(
            devEUI: devEUI.rawValue, devAddr: session.devAddr.rawValue, networkKey: session.keys.network,
            applicationKey: session.keys.application,
            lastUplink: session.uplinkCounter.rawValue > 0 ? session.uplinkCounter.rawValue - 1 : nil,
            nextDownlink: session.downlinkCounter.map { $0.rawValue &+ 1 } ?? 0)
    }

    /// Runs the bridge's loops in this world, in one thread.
    ///
    /// - Parameters:
    ///   - clock: the board's; nil for the world's.
    ///   - dataRate: after the join; nil for that of the join-request that was answered.
    ///   - watchesContact: ``DeviceConfiguration/watchesContact``.
    ///   - pulses: the pulse inputs, where there are any.
    ///   - isOver: asked before each step.
    func run(
        _ commons: BridgeCommons, seed: UInt64, dataRate: DataRate? = nil, watchesContact: Bool = true,
        clock: (any Clock)? = nil,
        log: SimulationLog, pulses: PulseLoop? = nil, meters: MeterLoop,
        until isOver: () -> Bool
    ) throws {
        let (configuration, health) = (commons.configuration, commons.health)
        let clock = clock ?? world.clock
        let radio: any RadioKind = module == nil ? SimulatedRadioKind() : configuration.radio
        var device = configuration.lorawan.deviceConfiguration(radio: radio, randomSeed: seed)
        device.dataRate = dataRate
        device.watchesContact = watchesContact
        let link = try makeLink(device, store: commons.store, clock: clock, seed: seed) { [world] event in
            log.link(event)
            health.note(link: event, at: world.now)
        }
        let uplinks = UplinkLoop(commons, link: link, clock: clock, report: log.uplink)
        while !isOver() {
            pulses?.poll()
            meters.poll()
            uplinks.poll()
            let deadlines = [pulses?.nextDeadline, meters.nextDeadline, uplinks.nextDeadline]
            world.wait(for: [], until: deadlines.compactMap { $0 }.min())
        }
    }
}

extension SimulatedNetwork {
    private func makeLink(
        _ device: DeviceConfiguration, store: StateStore, clock: any Clock, seed: UInt64,
        report: @escaping (LinkEvent) -> Void
    ) throws -> any NetworkLink {
        let clock = NetworkClock(clock)
        guard let module else {
            let radio = makeRadio { [world] in world.run(until: world.now + $0) }
            return try LoRaWANLink(configuration: device, radio: radio, store: store, clock: clock, report: report)
        }
        return try ModuleLink(
            module.make, configuration: device, store: store, clock: clock, reset: module.reset,
            random: SeededRandom(seed: seed), report: report
        ) { () throws(HardwareError) in module.line }
    }
}

/// Who is told what happens in a simulation.
struct SimulationLog {
    var link: (LinkEvent) -> Void = { _ in }
    var uplink: (UplinkEvent) -> Void = { _ in }
}
