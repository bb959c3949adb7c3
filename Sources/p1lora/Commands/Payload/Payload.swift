import ArgumentParser
import BridgeConfiguration
import BridgePlanning
import Ciphers
import LinuxHardware
import LoRaWAN
import MeterValues
import SmartMeter
import Timekeeping
import UplinkBridge
import UplinkPayload

struct Payload: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Encode and decode uplinks by hand.",
        subcommands: [Layout.self, Encode.self, Decode.self])

    struct Encode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The uplinks that would be sent for a telegram, one JSON line each.",
            discussion: """
                The first telegram of the file is taken for the meter named by --meter. Its key is that of the \
                configuration unless --key is given. Each line: {"port", "hex", "bytes", "airtime_ms": {"SF7", ...}}.
                """)

        @OptionGroup var configuration: ConfigurationOption

        @Option(name: .shortAndLong, help: "A file with a telegram.", completion: .file())
        var input: String

        @Option(help: "The meter's name in the configuration; the first one if left out.")
        var meter: String?

        @OptionGroup var keys: KeyOptions

        func run() throws {
            let configuration = try configuration.load()
            let meter = try meter(in: configuration)
            let number = meter.number
            let keys = try keys.meterKeys() ?? meter.meterKeys
            let reading = try firstReading(keys)
            for report in configuration.reports where report.meters.contains(number) {
                for layout in report.layouts {
                    let payload = layout.encode(reading, meter: number)
                    for misfit in layout.misfits(of: reading) { StandardError.line("p1lora: warning: \(misfit)") }
                    StandardOutput.line(
                        "{\"port\":\(report.kind.port),\"hex\":\"\(payload.hex)\",\"bytes\":\(payload.count),"
                            + "\"airtime_ms\":\(airTimes(payload.count))}")
                }
            }
        }

        private func meter(in configuration: BridgeConfiguration) throws -> MeterConfiguration {
            let found = configuration.meters.first { meter == nil || $0.name == meter }
            guard let found else {
                guard let name = meter else { throw failure("the configuration has no [[meter]]") }
                let known = configuration.meters.map(\.name).joined(separator: ", ")
                throw failure("there is no meter \"\(name)\" in the configuration, there are: \(known)")
            }
            return found
        }

        private func firstReading(_ keys: MeterKeys?) throws -> Reading {
            let clock = LinuxClock()
            let file: FileReplay
            let waiter: PollWaiter
            do {
                file = try FileReplay(path: input)
                waiter = try PollWaiter(clock: clock)
            } catch {
                throw failure("\(error)")
            }
            let meter = MeterInput(number: 0, device: input, keys: keys, at: clock.monotonic) { file }
            var reason = "there is no telegram in it"
            while true {
                for event in meter.poll(at: clock.monotonic) {
                    switch event {
                    case .telegram(let telegram): return telegram.reading(receivedAt: clock.utc)
                    case .problem(let problem): reason = problem.description
                    case .unusable(let problem): throw failure(problem)
                    case .failed(let error, _): throw failure("\(error)")
                    case .ended: throw failure("\(input): \(reason)")
                    case .opened, .settingsFound, .silent, .returned, .storeFailed, .clock, .noise: break
                    }
                }
                try waiter.wait(for: meter.pollDescriptor.map { [$0] } ?? [], until: meter.nextDeadline)
            }
        }

        /// Milliseconds on air at 125 kHz with the frame around the payload, for each spreading factor.
        private func airTimes(_ count: Int) -> String {
            let times = (7...12).compactMap { factor -> String? in
                guard let modulation = Modulation(spreadingFactor: factor, bandwidth: .khz125) else { return nil }
                let time = AirTime.ofUplink(payloadCount: count, modulation: modulation)
                let tenths = FixedPoint(coefficient: (time.microseconds + 50) / 100, decimals: 1)
                return "\"SF\(factor)\":\(tenths)"
            }
            return "{" + times.joined(separator: ",") + "}"
        }
    }
}
