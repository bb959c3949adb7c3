import ArgumentParser
import Collector
import CollectorStore
import Glibc
import LinuxHardware
import ServerEvents

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take in messages of a network server from standard input.",
        discussion: """
            A line of JSON each: events of ChirpStack, messages of The Things Stack, or lines of its storage \
            ({"result": ...}). What is no uplink of a bridge is left out and told of. Importing the same again changes nothing.
            """)

    @OptionGroup var configuration: ConfigurationOption

    /// Lines of each kind that are told one by one.
    private static let most = 5

    func run() throws {
        let configuration = try configuration.load()
        let store = try self.configuration.store(configuration, mustExist: false)
        let clock = LinuxClock()
        var told: [String: Int] = [:]
        do {
            let counts = try Importing.run(
                LineReader(STDIN_FILENO, longest: ServerEvent.longest), into: store, fleets: configuration.fleets,
                at: { clock.utc }
            ) { line, trouble in
                told[trouble.kind, default: 0] += 1
                guard told[trouble.kind, default: 0] <= Self.most else { return }
                StandardError.line("p1lora-collector: line \(line): \(trouble.text)")
            }
            StandardOutput.write(Self.text(counts))
        } catch {
            throw failure("\(error)")
        }
    }

    private static func text(_ counts: Intake.Counts) -> String {
        var lines = [
            "\(counts.uplinks) uplinks of \(counts.devices.count) devices, \(counts.added) registers at quarter-hours that "
                + "were not known"
        ]
        if counts.repeated > 0 { lines.append("\(counts.repeated) of the uplinks had come before") }
        if counts.passed > 0 { lines.append("\(counts.passed) messages say nothing of readings") }
        for (kind, count) in counts.troubles.sorted(by: { $0.key < $1.key }) {
            lines.append("left out: \(count) \(TroubleKind(rawValue: kind)?.text ?? kind)")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
