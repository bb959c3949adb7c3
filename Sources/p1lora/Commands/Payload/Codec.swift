import ArgumentParser
import BridgeConfiguration
import LinuxHardware
import UplinkPayload

struct Codec: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the JavaScript decoder for the network server.",
        discussion: """
            It decodes exactly the layouts of this configuration and runs unchanged in The Things Stack, ChirpStack and \
            ThingPark. Paste it there again whenever meters or fields change. With --package it writes what the folder \
            Codecs holds, for this configuration and its region and class: the TS013 package, the folders for the repositories of The Things Stack \
            and ChirpStack, test vectors, and a page that takes payloads apart in a browser. No key is read: a file of payload \
            layout --export will do.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(name: .shortAndLong, help: "The file to write; standard output if left out.", completion: .file())
    var output: String?

    @Option(help: "A folder in which to write the codec with everything that belongs to it.")
    var package: String?

    func validate() throws {
        guard output == nil || package == nil else {
            throw ValidationError("--output and --package exclude each other.")
        }
    }

    func run() throws {
        let layouts = try configuration.loadLayouts()
        let schema = layouts.schema
        let text = schema.javaScriptCodec()
        guard text.utf8.count <= PayloadSchema.largestCodec else {
            throw failure(
                "the codec has \(text.utf8.count) bytes, but The Things Stack takes \(PayloadSchema.largestCodec): leave out "
                    + "older configurations or fields")
        }
        for shared in layouts.sharedKeys { StandardError.line("p1lora: warning: \(Self.warning(of: shared))") }
        if let package {
            for (path, text) in schema.codecPackage(for: layouts.model) {
                try write(text, to: path, inPackage: package)
            }
        } else if let output {
            try writeFile(text, to: output, option: "--output")
        } else {
            StandardOutput.write(text)
        }
    }

    private static func warning(of shared: (meters: [String], keys: [String])) -> String {
        "the meters \(shared.meters.joined(separator: ", ")) share the keys \(shared.keys.joined(separator: ", ")): who "
            + "knows device and key alone makes one series of them. Set keys = \"by_meter\" in [codec], or give the fields "
            + "of each meter names of their own"
    }

    private func write(_ text: String, to name: String, inPackage package: String) throws {
        let folders = name.split(separator: "/").dropLast()
        do {
            try Folder.make(([package] + folders.map(String.init)).joined(separator: "/"))
        } catch {
            throw failure("--package: \(error)")
        }
        try writeFile(text, to: "\(package)/\(name)", option: "--package")
    }
}
