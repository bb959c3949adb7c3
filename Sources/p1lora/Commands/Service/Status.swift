import ArgumentParser
import BridgeConfiguration
import Glibc
import LinuxHardware
import Timekeeping
import UplinkBridge

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How the service is: meters, last uplink, air-time, counters, errors.",
        discussion: """
            Asks the running service over a socket of this machine; nothing is locked or held up. Root may ask, and the \
            members of the service's group (sudo adduser $USER p1lora), who need not be able to read the configuration \
            unless [status] socket names another place. --format prometheus prints metrics, for example for the textfile collector of node_exporter.

            Exit codes: 0 all is well, 1 the service does not answer, 2 it answers and something is wrong (the first lines \
            say what). Metrics are always 0: whoever collects them sees p1lora_healthy.
            """)

    @OptionGroup var configuration: ConfigurationOption

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, prometheus }

    @Option(help: "text, json or prometheus.")
    var format: Format = .text

    @Flag(help: "Times in UTC alone, for scripts.")
    var utc = false

    @Flag(help: "A page that refreshes in place each second, until Ctrl-C.")
    var watch = false

    func validate() throws {
        guard !watch || format == .text else { throw ValidationError("--watch shows text.") }
    }

    /// Something is wrong with what answers.
    private static let unhealthy = ExitCode(2)

    func run() throws {
        let client = try client()
        if watch {
            try watch(client)
        } else {
            let status = try client.status()
            switch format {
            case .text: StandardOutput.write(StatusText(status: status, isUTC: utc).text)
            case .json: StandardOutput.line(String(decoding: status.json(), as: UTF8.self))
            case .prometheus:
                StandardOutput.write(String(decoding: status.metrics(at: LinuxClock().utc), as: UTF8.self))
            }
            // A collector takes the metrics of a bridge in trouble too.
            if !status.healthy, format != .prometheus { throw Self.unhealthy }
        }
    }

    private func client() throws -> StatusClient {
        // Keys are in the file, and no key is needed to ask: the socket has a group of its own.
        if configuration.isWithheld { return StatusClient(installedFor: configuration.path) }
        let configuration = try configuration.loadAsOwner()
        guard configuration.status.isOn else { throw failure("[status] socket is off in this configuration") }
        return StatusClient(configuration)
    }

    private func watch(_ client: StatusClient) throws {
        // Where the output is no terminal, a page that redraws itself makes no sense: one after the other then.
        let isTerminal = isatty(STDOUT_FILENO) == 1
        if isTerminal { StandardOutput.write("\u{1B}[2J") }
        while true {
            let text: String
            do {
                let page = StatusText(status: try client.answer(), isUTC: utc)
                text = isTerminal ? page.watchText : page.text
            } catch {
                text = "\(error)\n"
            }
            if isTerminal {
                let (columns, rows) = TerminalPage.size
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                StandardOutput.write(TerminalPage.drawn(lines, columns: columns, rows: rows))
            } else {
                StandardOutput.write(text + "\n")
            }
            Pause.sleep(.seconds(1))
        }
    }
}
