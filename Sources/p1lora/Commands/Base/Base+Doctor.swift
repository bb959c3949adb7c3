import ArgumentParser
import BaseService
import UplinkBridge

extension Base {
    struct Examine: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "doctor", abstract: "Find out what keeps the base from working, and what to do.",
            discussion: """
                One line for each: ok, or what to do. Exit code 1 when something failed. A service that is running is asked and \
                not disturbed: what it has heard tells of bridges with another key, another channel, or no power. Nothing is sent.
                """)

        @OptionGroup var file: BaseFileOption

        @Option(help: "text or json.")
        var format: OutputFormat = .text

        func run() throws {
            let file = try file.load(guardsKeys: true)
            let report = DoctorReport(format: format)
            BaseExamination(file, devices: .ofThisMachine(file), report: report.take).run()
            report.finish()
            guard report.isWell else { throw ExitCode.failure }
        }
    }
}
