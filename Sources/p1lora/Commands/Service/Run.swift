public import ArgumentParser
import BridgeConfiguration
import BridgeSimulation
import LinuxHardware
public import Logging
import ServiceLifecycle
import UnixSignals
import UplinkBridge

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The service: read the meters, send the reports.",
        discussion:
            "Runs until SIGTERM or SIGINT. The log goes to standard error, one line an event; in the journal with its priorities."
    )

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level = .info

    func run() async throws {
        let configuration = try configuration.loadAsOwner(guardsKeys: true)
        let recent = RecentEvents()
        let isJournal = JournalStream.isStandardError()
        LoggingSystem.bootstrap { label in
            RecentLog(isJournal ? JournalLog() : OneLineLog(label: label), recent: recent, clock: LinuxClock())
        }
        var logger = Logger(label: "p1lora")
        logger.logLevel = logLevel
        for warning in configuration.lorawan.warnings { logger.critical("\(warning)") }
        for secret in configuration.exampleSecrets { logger.warning("\(secret)") }
        for pulse in configuration.pulses {
            if let warning = pulse.source.warning { logger.warning("meter \(pulse.name): \(warning)") }
        }
        let service = BridgeService(configuration: configuration, logger: logger, recent: recent) {
            [logger] store, clock in
            try SimulatedRadio(configuration, store: store, clock: clock, logger: logger)
        }
        let group = ServiceGroup(
            services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        do {
            try await group.run()
        } catch {
            throw failure("\(error)")
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
