import ArgumentParser
import Collector
import LinuxHardware

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How complete the profiles are, and what was left out.",
        discussion: """
            Exit codes: 0 all is well, 1 the store can't be read, 2 a fleet was silent longer than its silent_after, or less of \
            its last 7 days is known than its completeness, or InfluxDB or Home Assistant took nothing for an hour of what waits \
            for them. Metrics are always 0: whoever collects them sees \
            p1lora_collector_healthy.
            """)

    @OptionGroup var configuration: ConfigurationOption

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, prometheus }

    @Option(help: "text, json or prometheus.")
    var format: Format = .text

    func run() throws {
        let configuration = try configuration.load()
        let store = try self.configuration.store(configuration)
        let status: CollectorStatus
        do {
            status = try CollectorStatus(
                store, fleets: configuration.fleets, time: LocalTime(configuration.timeZone), at: LinuxClock().utc)
        } catch {
            throw failure("\(error)")
        }
        switch format {
        case .text: StandardOutput.write(status.text)
        case .json: StandardOutput.write(status.json + "\n")
        case .prometheus: StandardOutput.write(status.metrics)
        }
        if !status.isWell, format != .prometheus { throw ExitCode(2) }
    }
}
