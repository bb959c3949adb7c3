import ArgumentParser
import BridgeConfiguration
import Ciphers
import HardwareInterfaces
import LoRaWAN
import RadioDrivers
import Timekeeping
import UplinkBridge

struct RadioReception: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rx", abstract: "Print what is heard on a channel.",
        discussion: """
            One line for each frame: strength, signal over noise, bytes. Ends after --seconds, or with the interrupt key. \
            Without --uplinks the frames of gateways are heard, with it those of devices. A module's MAC is paused \
            meanwhile; after the interrupt key the service ends the pause.
            """)

    @OptionGroup var bench: BenchOptions

    @Option(help: "Hertz; the region's RX2 when left out.")
    var frequency: Int?

    @Option(help: "0 to 15; the region's RX2 when left out.")
    var dataRate: UInt8?

    @Flag(help: "Hear devices instead of gateways.")
    var uplinks = false

    @Option(help: "How long, 1 to 86400 s.")
    var seconds: Int64 = 60

    func validate() throws {
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds: 1 to 86400 are possible.") }
        guard dataRate ?? 0 < 16 else { throw ValidationError("--data-rate: 0 to 15 are possible.") }
        guard (137_000_000...1_020_000_000).contains(frequency ?? 868_100_000) else {
            throw ValidationError("--frequency: the chip does 137000000 to 1020000000 Hz.")
        }
    }

    func run() throws {
        let bench = try bench.open()
        let region = bench.configuration.lorawan.region
        let rate = dataRate.map { DataRate($0) } ?? region.rx2DataRate
        guard let modulation = region.modulation(of: rate) else {
            throw failure("\(region.name) has no LoRa data rate \(rate.index)")
        }
        let frequency = frequency ?? region.rx2Frequency
        do {
            switch bench.radio {
            case .chip(let radio):
                defer { try? radio.sleep() }
                let now = bench.devices.clock.monotonic
                let noise = try radio.channelStrength(frequency: frequency, modulation: modulation, at: now)
                StandardError.line("listening on \(frequency) Hz at \(modulation); \(noise) dBm at present")
                try radio.monitor(frequency: frequency, modulation: modulation, uplinks: uplinks, at: now)
                try listen(radio, bench.devices)
            case .module(let module):
                StandardError.line("listening on \(frequency) Hz at \(modulation)")
                try listen(module, frequency: frequency, modulation: modulation)
            }
        } catch {
            throw failure("\(error)")
        }
    }

    private func listen(_ module: any ModuleBench, frequency: Int, modulation: Modulation) throws {
        guard case .lora(let modulation) = modulation else { throw RadioError("a module hears LoRa here, not FSK") }
        var module = module
        try module.receive(frequency: frequency, modulation: modulation, uplinks: uplinks, for: .seconds(seconds)) {
            let strength = $0.rssi.map { "\($0) dBm, " } ?? ""
            let ratio = $0.snr.map { "\($0) dB" } ?? "?"
            StandardOutput.line("\(strength)\(ratio): \($0.payload.count) bytes \($0.payload.hex)")
        }
    }

    private func listen(_ radio: any BenchRadio, _ devices: ExaminedDevices) throws {
        let end = devices.clock.monotonic + .seconds(seconds)
        while devices.clock.monotonic < end {
            for event in radio.poll(at: devices.clock.monotonic) {
                switch event {
                case .received(let frame):
                    StandardOutput.line(
                        "\(frame.rssi) dBm, \(tenths(frame.snrQuarters)) dB: \(frame.payload.count) bytes "
                            + frame.payload.hex)
                case .windowFailed(let reason, _): throw RadioError(reason)
                case .transmitted, .transmitFailed, .channelBusy, .windowClosed: break
                }
            }
            try devices.waiter.wait(for: radio.pollDescriptors, until: min(radio.nextDeadline ?? end, end))
        }
    }

    /// Quarters of a decibel as "-7.2"
    private func tenths(_ quarters: Int) -> String {
        let tenths = quarters.magnitude * 10 / 4
        return "\(quarters < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    }
}
