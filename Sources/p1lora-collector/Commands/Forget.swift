import ArgumentParser
import CollectorStore
import ServerEvents

struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete everything that is known of a device.",
        discussion:
            "Its registers, messages and counts. What its bridge still has is not stored again unless it is sent again."
    )

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "The DevEUI.")
    var device: String

    func validate() throws {
        guard DeviceIdentifier(hex: device) != nil else {
            throw ValidationError("--device \"\(device)\" is no DevEUI of 16 hexadecimal digits.")
        }
    }

    func run() throws {
        guard let identifier = DeviceIdentifier(hex: device) else { throw ExitCode.validationFailure }
        let configuration = try configuration.load()
        let store = try self.configuration.store(configuration)
        do {
            let wasThere = try store.forget(identifier)
            StandardOutput.write(wasThere ? "\(identifier) is forgotten.\n" : "Nothing is known of \(identifier).\n")
        } catch {
            throw failure("\(error)")
        }
    }
}
