import ArgumentParser
import CollectorStore

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store to a file, while everything goes on.",
        discussion: "The copy is that of one instant. A file that is there is not written over.")

    @OptionGroup var configuration: ConfigurationOption

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    func run() throws {
        let configuration = try configuration.load()
        let store = try self.configuration.store(configuration)
        do {
            try store.backup(to: file)
            StandardOutput.write("\(file) holds all that was known.\n")
        } catch {
            throw failure("\(error)")
        }
    }
}
