import ArgumentParser
import BridgeConfiguration
import UplinkPayload

extension Payload {
    struct Decode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the network server's decoder makes of a payload, as JSON.",
            discussion: """
                The payload is written in hexadecimal digits, in base64 (The Things Stack's frm_payload, ChirpStack's data), or \
                as a list of bytes in brackets. What could be several of them is taken for the one that decodes. Of the \
                configuration only the layouts are read: one of payload layout --export will do.
                """)

        @OptionGroup var configuration: ConfigurationOption

        @Option(help: "The FPort.")
        var port: Int

        @Flag(help: "It is a downlink, as it goes to the bridge.")
        var downlink = false

        @Argument(help: ArgumentHelp("The payload: hexadecimal, base64, or [1, 2, 3].", valueName: "payload"))
        var text: String

        func validate() throws { _ = try readings }

        private var readings: [[UInt8]] {
            get throws {
                let readings = WrittenPayload.readings(of: text)
                guard readings.isEmpty else { return readings }
                throw ValidationError("\"\(text)\" is no payload: write \(WrittenPayload.forms).")
            }
        }

        func run() throws {
            let schema = try configuration.loadLayouts().schema
            let results = try readings.map { bytes in
                Result { () throws(DecodeError) in
                    downlink ? try schema.decodeDownlink(port: port, bytes) : try schema.decode(port: port, bytes)
                }
            }
            for case .success(let report) in results {
                StandardOutput.line(report.json)
                return
            }
            if case .failure(let error) = results[0] { throw failure("\(error)") }
        }
    }
}
