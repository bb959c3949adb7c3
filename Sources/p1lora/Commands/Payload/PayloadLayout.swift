import ArgumentParser
import BridgeConfiguration
import BridgePlanning
import UplinkPayload

extension Payload {
    struct Layout: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which bits of each uplink mean what.",
            discussion: "One table for each layout of the configuration, with its port, tag and length.")

        @OptionGroup var configuration: ConfigurationOption

        @Option(help: "Write them as a picture to this file instead.", completion: .file())
        var svg: String?

        @Option(
            help: """
                Write the layouts as a configuration file without keys, for decoders elsewhere: copy that, never the \
                bridge's own.
                """,
            completion: .file())
        var export: String?

        func validate() throws {
            guard svg == nil || export == nil else { throw ValidationError("--svg and --export exclude each other.") }
        }

        func run() throws {
            let layouts = try configuration.loadLayouts()
            if let export {
                for (path, text) in layouts.files(at: export) { try writeFile(text, to: path, option: "--export") }
                return
            }
            let reports = layouts.reports
            let maps = reports.map { $0.layouts.map(\.map) + [$0.intervals?.map].compactMap { $0 } }
            guard let svg else {
                for (number, (report, maps)) in zip(reports, maps).enumerated() {
                    StandardOutput.line("[[report]] \(number + 1): \(report.kind.name), every \(report.every)")
                    for map in maps { StandardOutput.line(map.text) }
                    if maps.isEmpty {
                        StandardOutput.line("port \(report.kind.port), the same for all configurations\n")
                    }
                }
                return
            }
            try writeFile(LayoutDrawing.svg(maps.flatMap { $0 }), to: svg, option: "--svg")
        }
    }
}
