import ArgumentParser
import HardwareInterfaces
import LoRaWAN
import RadioDrivers
import Timekeeping
import UnixSignals
import UplinkBridge

struct Radio: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bench work with the SX127x of a configuration.",
        discussion: "The service has to be stopped: the chip is one program's alone.",
        subcommands: [RadioRegisters.self, RadioTransmissionTest.self, RadioReception.self])
}

/// What the commands of the bench begin with.
struct BenchOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption

    /// The chip, taken and started.
    func open() throws -> (configuration: BridgeConfiguration, radio: SX127x, devices: ExaminedDevices) {
        let configuration = try configuration.load()
        guard case .sx127x(let settings) = configuration.radio else {
            throw failure("the configuration has no radio of type = \"sx127x\"")
        }
        do {
            let devices = try ExaminedDevices.ofThisMachine()
            let radio = try devices.openRadio(settings)
            try radio.start(at: devices.clock.monotonic)
            return (configuration, radio, devices)
        } catch {
            throw failure("\(error)")
        }
    }
}

struct RadioRegisters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registers", abstract: "Print all registers of the chip, and its temperature.",
        discussion: "One line each: address, value, and the name where the driver uses it.")

    @OptionGroup var bench: BenchOptions

    func run() throws {
        let (_, radio, devices) = try bench.open()
        defer { try? radio.sleep() }
        do {
            let now = devices.clock.monotonic
            for register in try radio.registers(at: now) {
                let name = register.name.map { "  \($0)" } ?? ""
                StandardOutput.line("0x\(hex(register.address))  0x\(hex(register.value))\(name)")
            }
            StandardOutput.line("about \(try radio.temperature(at: now)) degrees Celsius (uncalibrated)")
        } catch {
            throw failure("\(error)")
        }
    }

    private func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
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
        let (configuration, radio, devices) = try bench.open()
        defer { try? radio.sleep() }
        do {
            if let carrier { return try await radiate(carrier, configuration, radio, devices) }
            let sent = try RadioBench(configuration, radio: radio, devices: devices).send(
                TestFrame(frequency: frequency, dataRate: DataRate(dataRate ?? 5), power: power))
            StandardOutput.line("\(sent); its end was \(sent.cameByEdge ? "told by DIO0" : "found by asking the chip")")
        } catch {
            throw failure("\(error)")
        }
    }

    /// Sends a carrier, and waits beside it for what ends it early.
    private func radiate(
        _ seconds: Int64, _ configuration: BridgeConfiguration, _ radio: SX127x, _ devices: ExaminedDevices
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
