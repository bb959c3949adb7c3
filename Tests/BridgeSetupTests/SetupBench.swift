import BridgeConfiguration
import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import RadioDrivers
import Timekeeping
import UplinkBridge

@testable import BridgeSetup

/// A machine with a meter and a radio, simulated, on which a bridge is set up.
final class SetupBench {
    static let key = "404142434445464748494A4B4C4D4E4F"
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let air: Air
    let chip: SX1276Simulator
    let folder: URL
    let meters: [MeterOnTerminal]
    let service = SimulatedService()
    var ports: [DeviceList.Port] = []
    var buses: [String: any SPIBus] = [:]
    var busyPorts: Set<String> = []
    /// What else is on a port, or why it can't be opened.
    var others: [String: Result<any SerialLine, HardwareError>] = [:]
    /// On a serial port.
    var module: (path: String, baudRate: Int, line: any BreakableLine)?
    /// Every port that was opened.
    private(set) var opened: [String] = []
    var path: String { folder.appending(path: "p1lora.toml").path }

    init(meters count: Int = 1) throws {
        air = Air(world: world)
        chip = SX1276Simulator(world: world, air: air)
        folder = FileManager.default.temporaryDirectory.appending(path: "p1lora-setup-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let world = world
        meters = try (0..<count).map { number in
            try MeterOnTerminal(
                meter: SimulatedMeter(
                    household: HouseholdProfile(seed: UInt64(number) + 3),
                    sealer: try FrameSealer(key: AES128Key(hex: Self.key)), startingAt: world.clock.utc), world: world)
        }
        for meter in meters { meter.start() }
        ports = meters.map { .init(path: $0.terminal.path, node: $0.terminal.path) }
        buses = ["/dev/spidev0.0": chip]
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func run(_ dialogue: ScriptedDialogue, _ change: (inout SetupOptions) -> Void = { _ in }) throws {
        var options = SetupOptions()
        change(&options)
        try Setup(path: path, options: options, dialogue: dialogue, devices: devices).run()
    }

    /// - Returns: why it ended; nil when it came to its end.
    func stop(
        _ dialogue: ScriptedDialogue, _ change: (inout SetupOptions) -> Void = { _ in }
    ) -> SetupStop? {
        do {
            try run(dialogue, change)
            return nil
        } catch {
            return error as? SetupStop
        }
    }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    var devicesForTests: SetupDevices { devices }

    private var devices: SetupDevices {
        SetupDevices(
            examined: examined, ports: { [self] in ports }, spiDevices: { [self] in buses.keys.sorted() },
            holders: { [self] in busyPorts.contains($0) ? ["minicom (process 812)"] : [] },
            listen: { [self] path, settings throws(HardwareError) in
                opened.append(path)
                if busyPorts.contains(path) {
                    throw HardwareError(.busy, device: path, message: "another program is using it")
                }
                if let other = others[path] { return try other.get() }
                guard path.hasPrefix("/dev/") else { return try MeterLine.open(path, settings: settings) }
                return try SerialPort(path: path, settings: settings, use: .listening)
            },
            openBus: { [self] path throws(HardwareError) in
                guard let bus = buses[path] else { throw HardwareError(.notFound, device: path, message: "none") }
                return bus
            }, service: service)
    }

    private var examined: ExaminedDevices {
        ExaminedDevices(
            clock: world.clock, waiter: world,
            openLine: { meter throws(HardwareError) in try SerialPort(path: meter.input) },
            openPulses: { _ throws(HardwareError) in SimulatedEdgePin() },
            openRadio: { [self] _ throws(HardwareError) in
                SX127x(bus: chip, reset: chip.resetPin, dio0: chip.dio0) { [world] in world.run(until: world.now + $0) }
            },
            openModule: { [self] kind throws(HardwareError) in
                guard let module, kind.device == module.path else {
                    throw HardwareError(.notFound, device: "/dev/serial0", message: "there is none")
                }
                // At another speed nothing that is said is understood.
                return (kind.make.baudRate == module.baudRate ? module.line : DeafLine(), nil)
            },
            openGateway: { _ in nil }, openLink: { _, _, _ in throw RadioError("nothing joins here") },
            freeSpace: { _ in 1 << 40 })
    }
}

final class SimulatedService: ServiceControl {
    var isManaged = false
    var isRunning = false
    private(set) var starts = 0
    var statuses: [BridgeStatus?] = []

    func stop() { isRunning = false }
    func start() {
        starts += 1
        isRunning = true
    }
    func orderLinkCheck(socket: String) {}
    func status(socket: String) -> BridgeStatus? { statuses.isEmpty ? nil : statuses.removeFirst() }
}

/// Something that sends the same bytes each second, whoever listens at whatever speed.
final class Chatter: SerialLine {
    private let world: SimulatedWorld
    private let words: [UInt8]
    private var next: MonotonicInstant

    init(_ words: [UInt8], in world: SimulatedWorld) {
        self.world = world
        self.words = words
        next = world.now
    }

    /// None that poll(2) would look at. nil would mean a file.
    var pollDescriptor: Int32? { -1 }

    func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        guard world.now >= next else { return .nothingYet }
        next = world.now + .seconds(1)
        buffer += words.prefix(limit)
        return .bytes(min(words.count, limit))
    }

    func write(_ bytes: [UInt8]) {}
}

/// Nobody answers.
final class DeafLine: BreakableLine {
    var pollDescriptor: Int32? { nil }
    func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome { .nothingYet }
    func write(_ bytes: [UInt8]) {}
    func setBreak(_ isOn: Bool) {}
}
