import ArgumentParser
import BridgeConfiguration
import HardwareInterfaces
import LoRaWAN
import RadioDrivers
import Timekeeping
import UnixSignals
import UplinkBridge

struct Radio: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bench work with the chip or module of a configuration.",
        discussion: "The service has to be stopped: the radio is one program's alone.",
        subcommands: [RadioRegisters.self, RadioTransmissionTest.self, RadioReception.self])
}

/// What the commands of the bench begin with.
struct BenchOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    /// The radio, taken and awake.
    func open() throws -> Bench {
        let configuration = try configuration.loadAsOwner()
        do {
            let devices = try ExaminedDevices.ofThisMachine()
            switch try configuration.radio.family() {
            case .chip(let kind):
                let radio = try devices.openRadio(kind)
                try radio.start(at: devices.clock.monotonic)
                return Bench(configuration: configuration, devices: devices, radio: .chip(radio))
            case .module(let settings):
                let module = try settings.make.makeBench(
                    line: devices.openModule(settings).0, clock: devices.clock, waiter: devices.waiter)
                return Bench(configuration: configuration, devices: devices, radio: .module(module))
            case .gateway, .simulated:
                throw RadioError(
                    "the configuration has no radio on SPI or a serial port: [radio] type must be \(RadioKinds.namesOfDevices)"
                )
            }
        } catch {
            throw failure("\(error)")
        }
    }
}

struct Bench {
    enum Radio {
        case chip(any BenchRadio)
        case module(any ModuleBench)
    }

    let configuration: BridgeConfiguration
    let devices: ExaminedDevices
    let radio: Radio
}

struct RadioRegisters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registers",
        abstract: "Print all registers of the chip and its temperature, or what a module has set.",
        discussion: """
            One line each: of a chip address, value, and the name where the driver uses it; of a module the question and \
            its answer. No key is among them.
            """)

    @OptionGroup var bench: BenchOptions

    func run() throws {
        let bench = try bench.open()
        do {
            switch bench.radio {
            case .chip(let radio): try show(radio, at: bench.devices.clock.monotonic)
            case .module(var module):
                for setting in try module.settings(of: bench.configuration.lorawan.region) {
                    StandardOutput.line("\(setting.name)  \(setting.value)")
                }
            }
        } catch {
            throw failure("\(error)")
        }
    }

    private func show(_ radio: any BenchRadio, at now: MonotonicInstant) throws {
        defer { try? radio.sleep() }
        for register in try radio.registers(at: now) {
            let name = register.name.map { "  \($0)" } ?? ""
            let address = UInt8(exactly: register.address).map { hex($0) } ?? hex(register.address)
            StandardOutput.line("0x\(address)  0x\(hex(register.value))\(name)")
        }
        if let degrees = try radio.temperature(at: now) {
            StandardOutput.line("about \(degrees) degrees Celsius (uncalibrated)")
        }
    }

    /// All digits of the type.
    private func hex(_ number: some FixedWidthInteger) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: number.bitWidth / 4 - digits.count) + digits
    }
}

struct RadioTransmissionTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tx-test", abstract: "Send a frame, or a carrier, within the law.",
        discussion: """
            The frame is of LoRaWAN's type Proprietary, which servers pass over; a monitor or a second radio shows it. Its \
            air-time is booked in the state file before it is sent, and it is not sent where the duty cycle, the daily \
            air-time or the limit of power forbid it.

            With --carrier an unmodulated carrier is sent instead, for a spectrum analyser or a power meter: it costs the duty \
            cycle its whole length, has 17 dBm at most, and ends after its time, with the interrupt key or SIGTERM. If this \
            program is killed by SIGKILL meanwhile, the chip sends on, until any of these commands or the service is started.
            """)

    @OptionGroup var bench: BenchOptions

    @Option(help: "Hertz; the region's first default channel when left out.")
    var frequency: Int?

    @Option(help: "0 to 15; in EU868 0 is SF12 and 5 is SF7. 5 when left out.")
    var dataRate: UInt8?

    @Option(help: "dBm at the chip; the most that the law allows behind the antenna when left out.")
    var power: Int?

    @Option(help: "Send an unmodulated carrier for so many seconds, 1 to 3600.")
    var carrier: Int64?

    func validate() throws {
        guard dataRate ?? 0 < 16 else { throw ValidationError("--data-rate: 0 to 15 are possible.") }
        guard (1...3_600).contains(carrier ?? 1) else { throw ValidationError("--carrier: 1 to 3600 are possible.") }
        if carrier != nil, dataRate != nil { throw ValidationError("--carrier: a carrier has no --data-rate.") }
    }

    func run() async throws {
        let bench = try bench.open()
        let frame = TestFrame(frequency: frequency, dataRate: DataRate(dataRate ?? 5), power: power)
        do {
            switch bench.radio {
            case .chip(let radio):
                defer { try? radio.sleep() }
                if let carrier { return try await radiate(carrier, bench.configuration, radio, bench.devices) }
                let sent = try RadioBench(bench.configuration, radio: radio, devices: bench.devices).send(frame)
                StandardOutput.line(
                    "\(sent); its end was \(sent.cameByEdge ? "told by \(radio.edgeName)" : "found by asking the chip")"
                )
            case .module(let module):
                // Only a reset would end it.
                guard carrier == nil else {
                    throw RadioError("--carrier is for an SX127x: a module does not end one by itself")
                }
                StandardOutput.line(
                    try ModuleRadioBench(bench.configuration, module: module, devices: bench.devices).send(frame))
            }
        } catch {
            throw failure("\(error)")
        }
    }

    /// Sends a carrier, and waits beside it for what ends it early.
    private func radiate(
        _ seconds: Int64, _ configuration: BridgeConfiguration, _ radio: any BenchRadio, _ devices: ExaminedDevices
    ) async throws {
        let stop = StopSignal()
        if let waiter = devices.waiter as? any Waking { stop.add(waiter) }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let listener = Task { for await _ in signals { stop.raise() } }
        defer { listener.cancel() }
        let frequency = frequency ?? configuration.lorawan.region.defaultChannels.first?.frequency ?? 0
        let wanted = Carrier(frequency: frequency, power: power ?? 20, duration: .seconds(seconds))
        let sent = try RadioBench(configuration, radio: radio, devices: devices).radiate(
            wanted,
            begun: { StandardError.line("\($0.power) dBm on \($0.frequency) Hz for \($0.duration)") },
            isStopped: { stop.raised })
        StandardOutput.line("\(sent)")
    }
}
