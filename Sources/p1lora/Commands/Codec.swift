import ArgumentParser
import Foundation
import UplinkBridge
import UplinkPayload

struct Codec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the JavaScript decoder for the network server.",
        discussion: """
            It decodes exactly the layouts of this configuration and runs unchanged in The Things Stack, ChirpStack and \
            ThingPark. Paste it there again whenever meters or fields change.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(name: .shortAndLong, help: "The file to write; standard output if left out.")
    var output: String?

    func run() throws {
        let text = try configuration.load().schema.javaScriptCodec()
        guard let output else {
            StandardOutput.write(text)
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: output), options: .atomic)
        } catch {
            throw failure("\(output) can't be written: \(error.localizedDescription)")
        }
    }
}
