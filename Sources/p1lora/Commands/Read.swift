public import ArgumentParser
import Glibc
public import HardwareInterfaces
import LinuxHardware
public import SmartMeter
import Timekeeping
import UplinkBridge
import UplinkPayload

struct Read: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the telegrams of a meter as they come.",
        discussion: """
            Encrypted and plain telegrams are told apart by themselves. What can't be read is reported with its reason and \
            its place in the stream, and the reading goes on; a line that is lost is opened again.

            With --format json each line is one object: a telegram, {"meter", "time", "frame_counter", "crc", \
            "objects": [{"obis", "value", "unit"}]}, or a problem, {"error", "offset", "refused"}: what could be read of a \
            telegram that was refused stands in "refused", for a person to judge; it is no measurement.
            """)

    @Option(
        name: .shortAndLong, help: "A serial device, a file, tcp://host:port, or - for standard input.",
        completion: .file())
    var input: String

    @OptionGroup var keys: KeyOptions

    @Option(help: "Bits a second of a serial device: 300 to 115200, or auto to find speed and framing by trying.")
    var baud = Baud.fixed(115_200)

    @Option(help: "8N1; 7E1 (DSMR 2.2 and 3, mode D); 8E1 (DLMS).")
    var framing: SerialFraming = .eightNoneOne

    @Option(
        help: ArgumentHelp(
            "The CRC behind the ! of plain telegrams: auto (ARC, or another that meters are known to use), one kind by name, "
                + "or off to take telegrams whose kind nobody knows by their form and registers only."))
    var crc: ChecksumRule = .auto

    @Option(help: "The local time of the meter's stamps: CET or EET (Lithuania).")
    var timeZone: MeterTimeZone = .centralEuropean

    @Flag(help: "Replay a file at the pace of its time stamps instead of at once.")
    var realTime = false

    @Option(help: "text or json.")
    var format: Format = .text

    @Flag(help: "End after the first telegram.")
    var once = false

    @Flag(help: "A page that refreshes in place: registers, power of the phases, errors, state of the line.")
    var watch = false

    enum Baud: ExpressibleByArgument, Hashable {
        case fixed(Int), auto

        init?(argument: String) {
            if argument == "auto" {
                self = .auto
            } else {
                guard let rate = Int(argument), SerialSettings.speeds.contains(rate) else { return nil }
                self = .fixed(rate)
            }
        }

        var rate: Int {
            guard case .fixed(let rate) = self else { return 115_200 }
            return rate
        }

        var defaultValueDescription: String { "\(rate)" }
    }

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
        let search: SettingsSearch? = baud == .auto && !input.contains("://") ? SettingsSearch() : nil
        let given = SerialSettings(baudRate: baud.rate, framing: framing)
        let input = input == "-" ? "/dev/stdin" : input
        let meter = MeterInput(
            number: 0, device: input, keys: meterKeys, timeZone: timeZone, checksum: crc,
            sevenBits: framing == .sevenEvenOne, search: search, replaysInRealTime: realTime, at: clock.monotonic
        ) {
            [input, search] () throws(HardwareError) -> any SerialLine in
            try MeterLine.open(input, settings: search?.current ?? given)
        }
        var reader = Session(command: self)
        defer { reader.flush() }
        while true {
            let now = clock.monotonic
            for event in meter.poll(at: now) where try reader.take(event, at: now) { return }
            reader.flush()
            reader.redraw(at: now)
            let deadlines = [meter.nextDeadline, reader.page.map { _ in now + .seconds(1) }]
            try waiter.wait(for: meter.pollDescriptor.map { [$0] } ?? [], until: deadlines.compactMap { $0 }.min())
        }
    }
}

/// One run of the command: what has been seen, and where it goes.
private struct Session {
    let command: Read
    var page: WatchPage?
    private var telegrams = 0
    /// What was unusual about telegrams, and has been said.
    private var told: Set<TelegramNote> = []
    private var hasBeenOpen = false
    /// A telegram, or what should have been one.
    private var hasBrought = false
    /// Lines of JSON that go out together: all that came at once.
    private var lines: [UInt8] = []
    private static let mostWaiting = 1 << 16
    private let pipe: Pipe?

    /// What has an end though it is no file.
    private enum Pipe {
        /// Whose other end is open from the beginning.
        case ofProcess
        /// In a folder (mkfifo): somebody opens its other end sooner or later.
        case named
    }

    init(command: Read) {
        self.command = command
        pipe = Self.pipe(command.input == "-" ? "/dev/stdin" : command.input)
        // Where the output is no terminal, a page that redraws itself makes no sense: plain lines then.
        if command.watch && isatty(STDOUT_FILENO) == 1 { page = WatchPage(input: command.input) }
        if page != nil { StandardOutput.write("\u{1B}[2J") }
    }

    /// - Returns: whether the command is done.
    mutating func take(_ event: MeterEvent, at now: MonotonicInstant) throws -> Bool {
        switch event {
        case .telegram(let telegram):
            telegrams += 1
            hasBrought = true
            page?.show(telegram, at: now)
            if page == nil { write(telegram) }
            return command.once
        case .problem(let problem):
            hasBrought = true
            page?.show(problem: problem.description)
            if page == nil { write(problem) }
        // A wrong name ends the command, a line that is lost later does not.
        case .failed(let error, _) where !hasBeenOpen: throw failure("\(error)")
        case .failed where pipe == .ofProcess || pipe == .named && hasBrought: return try end(at: now)
        case .failed(let error, _):
            page?.show(lineState: "lost, trying again: \(error.message)")
            if page == nil { writeError("\(error)", offset: nil) }
        case .unusable(let reason): throw failure(reason)
        case .ended: return try end(at: now)
        case .settingsFound(let settings): StandardError.line("p1lora: note: the line is \(settings)")
        case .silent, .returned, .storeFailed, .clock, .noise: break  // Of the service only.
        case .opened:
            hasBeenOpen = true
            page?.show(lineState: "open, no telegram yet")
        }
        return false
    }

    private func end(at now: MonotonicInstant) throws -> Bool {
        guard telegrams > 0 else { throw failure("\(command.input): no valid telegram in it") }
        redraw(at: now)
        return true
    }

    private static func pipe(_ path: String) -> Pipe? {
        var status = stat()
        func isPipe() -> Bool { status.st_mode & S_IFMT == S_IFIFO }
        // /dev/stdin is a link to the process's own end.
        guard lstat(path, &status) == 0 else { return nil }
        if isPipe() { return .named }
        return stat(path, &status) == 0 && isPipe() ? .ofProcess : nil
    }

    func redraw(at now: MonotonicInstant) {
        guard let page else { return }
        let (columns, rows) = TerminalPage.size
        StandardOutput.write(page.drawn(at: now, columns: columns, rows: rows))
    }

    private mutating func write(_ telegram: Telegram) {
        for note in telegram.notes where told.insert(note).inserted { StandardError.line("p1lora: note: \(note)") }
        guard command.format == .json else { return StandardOutput.line(telegram.table() + "\n") }
        telegram.appendJSON(to: &lines)
        endLine()
    }

    private mutating func endLine() {
        lines.append(UInt8(ascii: "\n"))
        if lines.count >= Self.mostWaiting { flush() }
    }

    mutating func flush() {
        guard !lines.isEmpty else { return }
        StandardOutput.write(bytes: lines)
        lines.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ problem: ReaderProblem) {
        writeError(problem.sentence, offset: problem.offset, refused: problem.telegram)
    }

    private mutating func writeError(_ reason: String, offset: Int?, refused: Telegram? = nil) {
        switch command.format {
        case .json:
            var members = [JSONValue.Member("error", .string(reason))]
            if let offset { members.append(.init("offset", .number("\(offset)"))) }
            if let refused { members.append(.init("refused", .written(refused.json()))) }
            lines += JSONValue.object(members).text.utf8
            endLine()
        case .text:
            StandardError.line("p1lora: \(reason)" + (offset.map { " (at byte \($0))" } ?? ""))
        }
    }
}

extension ChecksumRule: ExpressibleByArgument {}
extension SerialFraming: ExpressibleByArgument {}
extension MeterTimeZone: ExpressibleByArgument {}
