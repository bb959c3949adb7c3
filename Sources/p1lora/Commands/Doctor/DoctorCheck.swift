import ArgumentParser
import UplinkBridge
import UplinkPayload

struct DoctorCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look at everything that the bridge needs.",
        discussion: """
            One line for each: ok, or what to do. Exit code 1 when something failed. A service that is running is not \
            disturbed: what it holds is not tested, and the line says so. Nothing is sent without --transmit or --join, and \
            then within the law's account in the state file.

            With --format json: {"ok", "checks": [{"subject", "verdict", "message"}]}; the verdict is ok, warning, failed \
            or not tested.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Flag(help: "Send a test frame, which no server takes.")
    var transmit = false

    @Flag(help: "Join the network, unless there is a session: takes up to 3 minutes.")
    var join = false

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        var options = Examination.Options()
        options.transmits = transmit
        options.joins = join
        var findings: [Finding] = []
        do {
            let devices = try ExaminedDevices.ofThisMachine()
            Examination(configurationPath: configuration.path, options: options, devices: devices) { finding in
                findings.append(finding)
                if format == .text { StandardOutput.line(finding.line) }
            }.run()
        } catch {
            throw failure("\(error)")
        }
        let isWell = !findings.contains { $0.verdict == .failed }
        if format == .json {
            let checks = findings.map(\.json).joined(separator: ",")
            StandardOutput.line("{\"ok\":\(isWell),\"checks\":[\(checks)]}")
        }
        guard isWell else { throw ExitCode.failure }
    }
}

extension Finding {
    /// In columns, for people.
    fileprivate var line: String {
        let word = verdict == .failed ? "FAILED" : verdict.rawValue
        return word.padded(to: 12) + subject.padded(to: 16) + message
    }

    fileprivate var json: String {
        "{\"subject\":\(JSONText.quoted(subject)),\"verdict\":\(JSONText.quoted(verdict.rawValue)),"
            + "\"message\":\(JSONText.quoted(message))}"
    }
}

extension String {
    /// At least one space follows.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
