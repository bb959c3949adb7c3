import ArgumentParser
import UplinkBridge

/// `--config FILE`, for the commands that need one.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customShort("c")],
        help: "The configuration file; config.example.toml explains each option."
    )
    var path: String

    /// - Parameter guardsKeys: refuses a file with keys in it that others can read, and keys that everybody knows.
    func load(guardsKeys: Bool = false) throws -> BridgeConfiguration {
        do {
            return try BridgeConfiguration(contentsOfFile: path, guardsKeys: guardsKeys)
        } catch {
            throw failure(error, in: path)
        }
    }
}

/// Ends a command with exit code 1 and a line for each of the first mistakes.
func failure(_ error: ConfigurationError, in path: String) -> ExitCode {
    let most = 20
    for mistake in error.mistakes.prefix(most) { StandardError.line("p1lora: \(path): \(mistake)") }
    let rest = error.mistakes.count - most
    if rest > 0 { StandardError.line("p1lora: \(path): and \(rest) more") }
    return .failure
}
