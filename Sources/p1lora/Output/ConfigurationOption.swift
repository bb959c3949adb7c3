import ArgumentParser
import UplinkBridge

/// `--config FILE`, for the commands that need one.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.customLong("config"), .short], help: "The configuration file; config.example.toml explains each option."
    )
    var path: String

    func load() throws -> BridgeConfiguration {
        do {
            return try BridgeConfiguration(contentsOfFile: path)
        } catch {
            throw failure("\(path): \(error)")
        }
    }
}
