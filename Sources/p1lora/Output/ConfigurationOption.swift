import ArgumentParser
import BridgeConfiguration
import Glibc
import LinuxHardware

/// `--config FILE`, for the commands that need one.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customShort("c")],
        help: "The configuration file; config.example.toml explains each option. $P1LORA_CONFIG names another default.",
        completion: .file()
    )
    var path = Self.defaultPath

    /// `$P1LORA_CONFIG`, or where the package's service looks.
    static var defaultPath: String {
        ProcessEnvironment.value("P1LORA_CONFIG").flatMap { $0.isEmpty ? nil : $0 } ?? installedPath
    }

    static let installedPath = "/etc/p1lora.toml"

    /// - Parameter guardsKeys: refuses a file with keys in it that others can read, and keys that everybody knows.
    func load(guardsKeys: Bool = false) throws -> BridgeConfiguration {
        do {
            return try BridgeConfiguration(contentsOfFile: path, guardsKeys: guardsKeys)
        } catch {
            throw failure(error, in: path)
        }
    }

    /// For what computes with a network of gateways: a base of one channel is another world.
    func loadForNetwork() throws -> BridgeConfiguration {
        let configuration = try load()
        guard configuration.lorawan.privateNetwork == nil else {
            throw failure(
                "network = \"private\": this command knows networks with gateways alone; \"p1lora base airtime\" says what a base's "
                    + "channel bears")
        }
        return configuration
    }

    /// Of the same file only what decoders need: no key is read, and [lorawan] and [radio] may be missing.
    func loadLayouts() throws -> LayoutConfiguration {
        do {
            return try LayoutConfiguration(contentsOfFile: path)
        } catch {
            throw failure(error, in: path)
        }
    }

    /// All of it, for commands that open the state or its socket: root acts as their owner from here on.
    func loadAsOwner(guardsKeys: Bool = false) throws -> BridgeConfiguration {
        let configuration = try load(guardsKeys: guardsKeys)
        do {
            try FileOwner.become(of: configuration.stateFiles)
        } catch {
            throw failure("\(error)")
        }
        return configuration
    }

    /// The file is the service's own, and not this user's to read.
    var isWithheld: Bool { access(path, F_OK) == 0 && access(path, R_OK) != 0 && errno == EACCES }
}

/// Ends a command with exit code 1 and a line for each of the first mistakes.
func failure(_ error: ConfigurationError, in path: String) -> ExitCode {
    let most = 20
    for mistake in error.mistakes.prefix(most) { StandardError.line("p1lora: \(path): \(mistake)") }
    let rest = error.mistakes.count - most
    if rest > 0 { StandardError.line("p1lora: \(path): and \(rest) more") }
    return .failure
}
