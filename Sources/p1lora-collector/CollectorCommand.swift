import ArgumentParser
import BridgeConfiguration
import Collector
import CollectorStore
import Glibc
import HardwareInterfaces
import LinuxHardware

@main
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "p1lora-collector",
        abstract: "Makes complete load profiles of what p1lora's bridges send.",
        discussion: """
            Exit codes: 0 all went well, 1 something failed (the reason is on standard error), 64 wrong usage; status has 2 \
            when a fleet is silent or incomplete.
            """,
        subcommands: [Demo.self, Run.self, Import.self, Export.self, Page.self, Status.self, Forget.self, Backup.self])
}

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

    /// - Parameter mustExist: a command that only looks makes no file.
    func store(_ configuration: CollectorConfiguration, mustExist: Bool = true) throws -> any ProfileStore {
        switch configuration.place {
        case .file(let path):
            do {
                return try SQLiteProfileStore(path: path, mustExist: mustExist)
            } catch {
                throw failure("\(error)")
            }
        case .database:
            throw failure("[store] url: PostgreSQL is not supported by this version, use path = \"profile.db\"")
        }
    }
}

enum StandardOutput {
    /// Ends the command when nothing can be written.
    static func write(_ text: String) {
        do {
            try OutputFile.write(Array(text.utf8), to: STDOUT_FILENO, named: "standard output")
        } catch {
            StandardError.line("p1lora-collector: \(error.device) \(error.message)")
            exit(EXIT_FAILURE)
        }
    }
}

enum StandardError {
    static func line(_ text: String) {
        let plain = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        write(plain + "\n")
    }

    static func write(_ text: String) {
        // There is nowhere left to tell that this failed.
        try? OutputFile.write(Array(text.utf8), to: STDERR_FILENO, named: "standard error")
    }
}

/// Ends a command with exit code 1 and a sentence on standard error.
func failure(_ message: String) -> ExitCode {
    StandardError.line("p1lora-collector: \(message)")
    return .failure
}
