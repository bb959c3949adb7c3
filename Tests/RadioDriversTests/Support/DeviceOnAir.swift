import Ciphers
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Timekeeping

/// The MAC, the driver, the chip, the air, a gateway and a network server together, in any region and class.
final class DeviceOnAir {
    let radio: RadioBench
    let server: NetworkServer
    let gateway: SimulatedGateway
    var device: Device
    var deliveries: [Downlink] = []
    var results: [UplinkResult] = []
    var busy = 0

    init(
        region: Region, server settings: NetworkServer.Settings, masks: [UInt16] = [], deviceClass: DeviceClass = .a,
        radio: RadioBench = RadioBench()
    ) throws {
        self.radio = radio
        var settings = settings
        settings.channelMasks = masks
        let key = try AES128Key([UInt8](repeating: 1, count: 16))
        server = NetworkServer(clock: radio.world.clock, settings: settings)
        try server.register(devEUI: 1, joinEUI: 2, appKey: key)
        gateway = SimulatedGateway(air: radio.air, server: server)
        var configuration = DeviceConfiguration(
            region: region, devEUI: DevEUI(rawValue: 1), joinEUI: JoinEUI(rawValue: 2), appKey: key, randomSeed: 5)
        configuration.deviceClass = deviceClass
        device = try Device(
            configuration: configuration, bootIdentifier: radio.world.clock.bootIdentifier, at: radio.world.now)
        try radio.radio.start(at: radio.world.now)
    }

    var now: MonotonicInstant { radio.world.now }

    func join() throws {
        try perform(device.start(at: now))
        try run(for: .hours(2)) { device.isJoined }
    }

    func send(_ uplink: Uplink) throws {
        try perform(try device.send(uplink, at: now))
        try run(for: .hours(2)) { device.isIdle }
    }

    func run(for span: TimeSpan, until isDone: () -> Bool = { false }) throws {
        let end = now + span
        while now < end, !isDone() {
            let deadlines = [radio.radio.nextDeadline, device.nextDeadline, end].compactMap { $0 }
            radio.world.wait(for: [], until: deadlines.min())
            for event in radio.radio.poll(at: now) {
                if case .channelBusy = event { busy += 1 }
                try perform(device.handle(event))
            }
            if let due = device.nextDeadline, due <= now { try perform(device.tick(at: now)) }
        }
    }

    private func perform(_ actions: [DeviceAction]) throws {
        for action in actions {
            switch action {
            case .transmit(let transmission): try radio.radio.transmit(transmission, at: now)
            case .receive(let window): try radio.radio.receive(window, at: now)
            case .listen(let reception): try radio.radio.listen(reception, at: now)
            case .deliver(let downlink): deliveries.append(downlink)
            case .uplinkDone(let result): results.append(result)
            default: break
            }
        }
    }
}
