import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import RadioDrivers
import TestSupport
import Timekeeping
import UplinkBridge

@testable import BridgeConfiguration

/// A bridge's whole surroundings, simulated, for a doctor to look at.
final class DoctorBench {
    static let key = "404142434445464748494A4B4C4D4E4F"
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let air: Air
    let server: NetworkServer
    let gateway: SimulatedGateway
    let chip: SX1276Simulator
    let module: RN2483Simulator
    let folder: TemporaryFolder
    let meter: MeterOnTerminal
    /// What the doctor is given.
    var resetPin: (any OutputPin)?
    var moduleReset: (any OutputPin)?
    /// Instead of the RN2483.
    var otherModule: (any BreakableLine)?
    var dio0: (any EdgePin)?
    /// Instead of the SX127x.
    var otherRadio: (any BenchRadio)?
    var openLine: (() throws(HardwareError) -> any SerialLine)?
    var freeSpace: Int? = 1 << 40
    var opened: [String] = []
    var configurationPath: String { folder.path("p1lora.toml") }
    var statePath: String { folder.path("state.db") }

    init(radio: String = "", meterKey: String = key) throws {
        air = Air(world: world)
        server = NetworkServer(clock: world.clock)
        gateway = SimulatedGateway(air: air, server: server)
        chip = SX1276Simulator(world: world, air: air)
        module = RN2483Simulator(world: world, air: air)
        folder = try TemporaryFolder()
        meter = try MeterOnTerminal(
            meter: SimulatedMeter(
                household: HouseholdProfile(seed: 3), sealer: try FrameSealer(key: AES128Key(hex: Self.key)),
                startingAt: world.clock.utc), world: world)
        resetPin = chip.resetPin
        dio0 = chip.dio0
        try server.register(
            devEUI: 0x70B3_D57E_D000_1234, joinEUI: 1,
            appKey: AES128Key(hex: "0F1E2D3C4B5A69788796A5B4C3D2E1F0"))
        try write(radio: radio, meterKey: meterKey)
    }

    func write(
        radio: String = "", meterKey: String = key, mode: Int = 0o600, input: String? = nil,
        fields: String = "\"1-0:1.8.0\"", more: String = ""
    ) throws {
        let text = """
            [[meter]]
            name = "main"
            input = "\(input ?? meter.terminal.path)"
            key = "\(meterKey)"
            [lorawan]
            join_eui = "0000000000000001"
            dev_eui = "70B3D57ED0001234"
            app_key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
            [radio]
            \(radio)
            [[report]]
            fields = [\(fields)]
            \(more)
            [state]
            path = "\(statePath)"
            """
        try Data(text.utf8).write(to: URL(filePath: configurationPath))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: configurationPath)
    }

    /// What the doctor says.
    func examine(
        clock: (any HardwareInterfaces.Clock)? = nil, _ change: (inout Examination.Options) -> Void = { _ in }
    ) -> [Finding] {
        var options = Examination.Options()
        change(&options)
        var findings: [Finding] = []
        Examination(
            configurationPath: configurationPath, options: options, devices: devices(clock: clock ?? world.clock)
        ) { findings.append($0) }.run()
        return findings
    }

    func devices(clock: any HardwareInterfaces.Clock) -> ExaminedDevices {
        ExaminedDevices(
            clock: clock, waiter: world,
            openLine: { [self] meter throws(HardwareError) in
                opened.append("line")
                if let openLine { return try openLine() }
                return try SerialPort(path: meter.input)
            },
            openPulses: { [self] _ throws(HardwareError) in
                opened.append("pulses")
                return SimulatedEdgePin()
            },
            openRadio: { [self] _ throws(HardwareError) in
                opened.append("radio")
                return otherRadio ?? makeRadio()
            },
            openModule: { [self] _ throws(HardwareError) in
                opened.append("module")
                return (otherModule ?? module, moduleReset)
            },
            openGateway: { _ in nil },
            openLink: { [self] configuration, store, report in
                opened.append("radio")
                return try LoRaWANLink(
                    configuration: configuration.lorawan.deviceConfiguration(
                        radio: configuration.radio, randomSeed: 1),
                    radio: makeRadio(), store: store, clock: NetworkClock(world.clock), report: report)
            },
            freeSpace: { [self] _ in freeSpace })
    }

    func makeRadio() -> SX127x {
        SX127x(bus: chip, reset: resetPin, dio0: dio0) { [world] in world.run(until: world.now + $0) }
    }

    func configuration() throws -> BridgeConfiguration {
        try BridgeConfiguration(contentsOfFile: configurationPath)
    }
}

extension [Finding] {
    subscript(_ subject: String) -> Finding? { first { $0.subject == subject } }
    var failed: [String] { filter { $0.verdict == .failed }.map(\.subject) }
}
