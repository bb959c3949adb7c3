import ArgumentParser
import BridgeConfiguration
import LinuxHardware
import Timekeeping
import UplinkPayload

struct Downlink: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The bytes of commands for a bridge, and the messages by which network servers send them.",
        discussion: """
            Commands by their names, each with its arguments: send_now report=1, set_report on=true report=1 every_s=1800, \
            set_limit meter=main limit=over_voltage_v value=253, send_intervals report=2 meter=main \
            from=2026-11-23T06:15:00Z count=96, send_status, rejoin, set_airtime daily_s=20. Several go in one downlink.

            Nothing is sent. The text format shows all; hex and base64 are one line for scripts, and json holds the topics \
            and messages of ChirpStack and The Things Stack as well.

            A bridge carries each sequence number out once; it knows the last 64. Without --sequence it is the minutes \
            since 2020 modulo 4096, or the next one after that of a downlink that was made here less than an hour ago.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, hex, base64, json }

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "text, hex, base64 or json.")
    var format = Format.text

    @Option(help: "0 to 4095.")
    var sequence: Int?

    @OptionGroup var address: DownlinkAddress

    @Argument(help: "Names of commands, each followed by key=value for its arguments.")
    var words: [String] = []

    func validate() throws {
        guard !words.isEmpty else {
            throw ValidationError("Which command? For example: p1lora downlink send_now report=1")
        }
        if let sequence, !(0..<CommandFrame.sequences).contains(sequence) {
            throw ValidationError("--sequence is \(sequence), expected 0 to \(CommandFrame.sequences - 1).")
        }
        do {
            _ = try CommandRequest.list(words)
        } catch {
            throw ValidationError("\(error).")
        }
    }

    func run() throws {
        let layouts = try configuration.loadLayouts()
        let commands = try commands(for: layouts)
        let frame = CommandFrame(sequence: sequence ?? SequenceMemory.next(at: LinuxClock().utc), commands: commands)
        let bytes = frame.encode()
        guard bytes.count <= CommandFrame.longest else {
            throw failure(
                "\(bytes.count) bytes, but a downlink carries at most \(CommandFrame.longest): send the commands in several"
            )
        }
        if bytes.count > CommandFrame.safeLength {
            StandardError.line(
                "p1lora: warning: \(bytes.count) bytes: at the slowest data rates only \(CommandFrame.safeLength) arrive"
            )
        }
        let page = DownlinkPage(frame, bytes, json: try json(bytes, layouts.schema), address)
        switch format {
        case .text: StandardOutput.write(page.text)
        case .hex: StandardOutput.line(page.hex)
        case .base64: StandardOutput.line(page.base64)
        case .json: StandardOutput.line(page.jsonLine)
        }
    }

    private func commands(for layouts: LayoutConfiguration) throws -> [Command] {
        do {
            return try CommandRequest.list(words).map { request throws(CommandMistake) in
                let command = try request.command(meters: layouts.meterNames)
                try layouts.check(command, named: request.name)
                return command
            }
        } catch {
            throw wrongUsage("\(error)")
        }
    }

    /// As decodeDownlink shows the bytes, and encodeDownlink takes them.
    private func json(_ bytes: [UInt8], _ schema: PayloadSchema) throws -> String {
        do {
            return try schema.decodeDownlink(port: Int(ReportKind.commandPort), bytes).json
        } catch {
            throw failure("\(error)")
        }
    }
}
