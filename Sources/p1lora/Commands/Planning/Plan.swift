import ArgumentParser
import BridgeConfiguration
import BridgeSimulation
import LinuxHardware
import MeterValues
import Timekeeping

struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The next 24 hours of a configuration: what is sent when, why, at what cost, and what will arrive.",
        discussion: """
            The bridge's own planner runs in virtual time over a simulated house, with the law, the network's air-time and \
            the data rate as they are. Of each quarter-hour the chance is told that it arrives when 10, 20 or 30 % of the \
            frames are lost, without anybody asking for what is missing.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: DataRateChoice.help)
    var dataRate: DataRateChoice = .auto

    @Option(help: "The house, the losses and the radio's choices.")
    var seed: UInt64 = 1

    @Option(help: "Simulations for each of the losses.")
    var runs: Int = 4

    @Option(help: "text or json.")
    var format: Simulate.OutputFormat = .text

    func validate() throws {
        guard (1...1_000).contains(runs) else { throw ValidationError("--runs must be from 1 to 1000.") }
    }

    func run() async throws {
        let configuration = try configuration.loadForNetwork()
        let dataRate = try dataRate.index(in: configuration.lorawan.region)
        let forecast: Forecast
        let progress = ProgressLine()
        do {
            forecast = try await Forecast(
                configuration, from: QuarterHour(atOrBefore: LinuxClock().utc).time + QuarterHour.length,
                dataRate: dataRate, seed: seed, runs: runs
            ) { progress.show("simulating, \($0) of \($1) runs are done") }
        } catch {
            progress.clear()
            throw failure("\(error)")
        }
        progress.clear()
        let text = ForecastText(forecast: forecast)
        StandardOutput.line(format == .json ? text.json : text.text)
    }
}
