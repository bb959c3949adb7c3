import ArgumentParser
import HardwareInterfaces
import LinuxHardware
import SmartMeter
import UplinkBridge
import UplinkPayload

struct Read: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the telegrams of a meter as they come.",
        discussion: """
            Encrypted and plain telegrams are told apart by themselves. What can't be read is reported with its reason and \
            its place in the stream, and the reading goes on; a line that is lost is opened again.

            With --format json each line is one object: a telegram, {"meter", "time", "frame_counter", "crc", \
            "objects": [{"obis", "value", "unit"}]}, or a problem, {"error", "offset"}.
            """)

    @Option(name: .shortAndLong, help: "A serial device, a file, or tcp://host:port.")
    var input: String

    @OptionGroup var keys: KeyOptions

    @Option(help: "text or json.")
    var format: Format = .text

    @Flag(help: "End after the first telegram.")
    var once = false

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    func run() throws {
        let clock = LinuxClock()
        let meterKeys = try keys.meterKeys()
        let waiter: PollWaiter
        do {
            waiter = try PollWaiter(clock: clock)
        } catch {
            throw failure("\(error)")
        }
        let meter = MeterInput(number: 0, device: input, keys: meterKeys, at: clock.monotonic) {
            [input] () throws(HardwareError) -> any SerialLine in
            return try MeterLine.open(input)
        }
        var telegrams = 0
        var hasBeenOpen = false
        while true {
            for event in meter.poll(at: clock.monotonic) {
                switch event {
                case .telegram(let telegram):
                    telegrams += 1
                    StandardOutput.line(format == .json ? telegram.json() : telegram.table() + "\n")
                    if once { return }
                case .problem(let problem): print(problem)
                // A wrong name ends the command, a line that is lost later does not.
                case .failed(let error, _) where !hasBeenOpen: throw failure("\(error)")
                case .failed(let error, _): printError("\(error)", offset: nil)
                case .unusable(let reason): throw failure(reason)
                case .ended:
                    guard telegrams > 0 else { throw failure("\(input): no valid telegram in it") }
                    return
                case .opened: hasBeenOpen = true
                }
            }
            try waiter.wait(for: meter.pollDescriptor.map { [$0] } ?? [], until: meter.nextDeadline)
        }
    }

    private func print(_ problem: ReaderProblem) {
        printError(problem.reason.description, offset: problem.offset)
        guard let telegram = problem.telegram else { return }
        // What could be read in spite of it, for a person to judge; the bridge never uses it.
        StandardOutput.line(format == .json ? telegram.json() : telegram.table() + "\n")
    }

    private func printError(_ reason: String, offset: Int?) {
        switch format {
        case .json:
            let place = offset.map { ",\"offset\":\($0)" } ?? ""
            StandardOutput.line("{\"error\":\(JSONText.quoted(reason))\(place)}")
        case .text:
            StandardError.line("p1lora: \(reason)" + (offset.map { " (at byte \($0))" } ?? ""))
        }
    }
}
