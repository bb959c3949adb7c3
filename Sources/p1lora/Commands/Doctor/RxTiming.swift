import ArgumentParser
import BridgeConfiguration
import Timekeeping
import UplinkBridge

struct RxTiming: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rx-timing",
        abstract: "Measure how late this board opens receive windows.",
        discussion: """
            Waits as the thread that serves the radio does: at rest and with every core busy, with and without real-time \
            priority, and prints how late it woke up. A downlink is lost when its window opens about two symbols late: \
            2 ms at SF7. The service measures the same and opens its windows as much earlier as is needed; the table says \
            how long they last then. No radio is needed. Run it as the user of the service, with its capabilities.
            """)

    @Option(help: "Windows in each of the four trials, 10 to 1000000.")
    var windows = 10_000

    @Option(help: "From one window to the next, such as 2ms, up to 1s.")
    var period = "2ms"

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func validate() throws {
        guard (10...1_000_000).contains(windows) else {
            throw ValidationError("--windows: 10 to 1000000 are possible.")
        }
        guard span != nil else { throw ValidationError("--period: \"\(period)\": write 1ms to 1s.") }
    }

    private var span: TimeSpan? {
        TimeSpan(configuration: period).flatMap { $0 <= .seconds(1) ? $0 : nil }
    }

    func run() async throws {
        guard let span else { return }
        let trials: [TimingTrial]
        do {
            trials = try await TimingTrial.all(count: windows, period: span) { isLoaded, wantsRealtime in
                guard format == .text else { return }
                let rest = span * Int64(windows)
                StandardError.line(
                    "measuring \(isLoaded ? "with every core busy" : "at rest"), "
                        + "\(wantsRealtime ? "with" : "without") real-time priority: \(rest)")
            }
        } catch {
            throw failure("\(error)")
        }
        let report = RxTimingReport(trials: trials, period: span)
        StandardOutput.write(format == .json ? report.json + "\n" : report.text)
    }
}
