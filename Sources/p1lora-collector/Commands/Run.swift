import ArgumentParser
import Collector
import LinuxHardware
import UnixSignals

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The service: listen to the network servers, keep the profiles, ask for what is missing.",
        discussion: """
            Runs until SIGTERM or SIGINT. Each [[server]] is listened to over MQTT, for which libmosquitto1 has to be \
            installed. What comes is on the disk, in a file beside the store, before anything else is done with it.
            """)

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let configuration = try configuration.load()
        guard configuration.hasWork else {
            throw failure(
                "\(self.configuration.path): there is no [[server]], [webhook], [api], [broker], [influx] or [home_assistant] "
                    + "to serve")
        }
        let store = try self.configuration.store(configuration, mustExist: false)
        let inJournal = JournalStream.isStandardError()
        let clock = LinuxClock()
        let service = CollectorService(configuration, store: store) { level, text in
            StandardError.line(inJournal ? "<\(level.rawValue)>\(text)" : "\(clock.utc) \(level): \(text)")
        }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let watcher = Task {
            for await _ in signals { service.stop() }
        }
        defer { watcher.cancel() }
        do {
            try await service.run()
        } catch {
            throw failure("\(error)")
        }
    }
}
