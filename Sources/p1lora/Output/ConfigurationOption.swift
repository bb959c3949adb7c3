import ArgumentParser
import UplinkBridge

/// `--config FILE`, for the commands that need one.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customShort("c")],
        help: "The configuration file; config.example.toml explains each option."
    )
    var path: String

    /// - Parameter guardsKeys: refuses a file with keys in it that others can read.
    func load(guardsKeys: Bool = false) throws -> BridgeConfiguration {
        do {
            return try BridgeConfiguration(contentsOfFile: path, guardsKeys: guardsKeys)
        } catch {
            throw failure("\(path): \(error)")
        }
    }
}
