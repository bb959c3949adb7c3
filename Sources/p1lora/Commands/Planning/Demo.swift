import ArgumentParser
import BridgeSimulation
import Glibc
import HardwareSimulators
import Timekeeping

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A day of a bridge in a few seconds, without hardware or configuration.",
        discussion: """
            A simulated smarty writes encrypted telegrams to a pseudo-terminal. The bridge reads them there, joins, and \
            sends through the registers of a simulated SX1276 to a simulated network server, which decodes what arrives \
            with the generated JavaScript codec. At the end a table shows what was measured and what arrived. Exit code 1 \
            if they differ.
            """)

    @Flag(help: "Let time pass as it does, and print each uplink as it arrives.")
    var realTime = false

    @Option(help: "Hours to simulate.")
    var hours: Int64 = 24

    @Option(help: "The house, the weather and the radio's choices: the same number gives the same day.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (1...8_760).contains(hours) else { throw ValidationError("--hours must be from 1 to 8760.") }
    }

    func run() throws {
        let run: DemoRun
        let pace = RealTimePace()
        do {
            run = try DemoRun(seed: seed) { [realTime] in if realTime { pace.pass($0) } }
        } catch {
            throw failure("\(error)")
        }
        StandardOutput.line("A simulated smarty sends on \(run.meter.terminal.path), at 115200 baud, every 10 s.")
        let span = TimeSpan.hours(hours)
        let isTerminal = isatty(STDERR_FILENO) == 1
        do {
            try run.run(for: span) { passed in
                guard isTerminal && !realTime else { return }
                let text =
                    "\r\(passed) of \(span): \(run.telegramsRead) telegrams, \(run.arrivals.count) uplinks decoded   "
                StandardError.write(text)
            } arrived: { arrival in
                if realTime { StandardOutput.line("\(arrival.time) \(arrival.json)") }
            }
        } catch {
            throw failure("\(error)")
        }
        if isTerminal { StandardError.line("") }
        let table = DemoTable(run: run, span: span)
        StandardOutput.line(table.text)
        guard table.isGood else { throw failure("what arrived is not what was measured, or a limit was broken") }
    }
}
