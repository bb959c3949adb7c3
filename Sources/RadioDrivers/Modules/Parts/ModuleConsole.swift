import HardwareInterfaces
import Timekeeping

/// A conversation with a module, line for line, which waits for each answer: for the bench.
struct ModuleConsole {
    let line: any BreakableLine
    private let clock: any Clock
    private let waiter: any Waiting
    private var unread: [UInt8] = []
    private(set) var hasHeard = false

    /// - Parameter line: opened at ``ModuleMake/baudRate``.
    init(line: any BreakableLine, clock: any Clock, waiter: any Waiting) {
        self.line = line
        self.clock = clock
        self.waiter = waiter
    }

    var now: MonotonicInstant { clock.monotonic }

    mutating func tell(_ command: String) throws { try line.write(Array("\(command)\r\n".utf8)) }

    /// The next line; nil when none comes in time.
    mutating func answer(within span: TimeSpan) throws -> String? {
        let end = clock.monotonic + span
        while true {
            if case .ended = try line.read(into: &unread, limit: 1_024) {
                throw RadioError("the serial line was closed at its other end: was the adapter unplugged?")
            }
            hasHeard = hasHeard || !unread.isEmpty
            if let newline = unread.firstIndex(of: 0x0A) {
                let text = String(decoding: unread[..<newline].filter { $0 != 0x0D }, as: UTF8.self)
                unread.removeFirst(newline + 1)
                return text
            }
            // No line of a module is so long: this is another device.
            if unread.count > 1_024 { unread = [] }
            guard clock.monotonic < end else { return nil }
            try waiter.wait(for: line.pollDescriptor.map { [$0] } ?? [], until: end)
        }
    }

    mutating func forget() { unread = [] }

    func pass(_ span: TimeSpan) throws {
        let end = clock.monotonic + span
        while clock.monotonic < end { try waiter.wait(for: [], until: end) }
    }
}
