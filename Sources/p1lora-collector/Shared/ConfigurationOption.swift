import ArgumentParser
import BridgeConfiguration
import Collector
import CollectorStore
import LinuxHardware

/// `--config FILE`.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customShort("c")],
        help: "The configuration file. $P1LORA_COLLECTOR_CONFIG names another default.", completion: .file()
    )
    var path =
        ProcessEnvironment.value("P1LORA_COLLECTOR_CONFIG").flatMap { $0.isEmpty ? nil : $0 }
        ?? CollectorConfiguration.installedPath

    func load() throws -> CollectorConfiguration {
        do {
            return try CollectorConfiguration(contentsOfFile: path)
        } catch {
            for mistake in error.mistakes.prefix(20) { StandardError.line("p1lora-collector: \(path): \(mistake)") }
            throw ExitCode.failure
        }
    }

    /// - Parameters:
    ///   - configuration: says where it is.
    ///   - mustExist: a command that only looks makes no file.
    func store(_ configuration: CollectorConfiguration, mustExist: Bool = true) throws -> any ProfileStore {
        do {
            switch configuration.place {
            case .file(let path): return try SQLiteProfileStore(path: path, mustExist: mustExist)
            case .database(let url, let password): return try PostgreSQLProfileStore(url: url, password: password)
            }
        } catch {
            throw failure("\(error)")
        }
    }
}
