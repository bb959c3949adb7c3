import HardwareInterfaces
import Timekeeping

/// A conversation with a module, line for line, which waits for each answer: for the bench.
struct RN2483Console {
    private let line: any BreakableLine
    private let clock: any Clock
    private let waiter: any Waiting
    private var unread: [UInt8] = []
    private var hasHeard = false

    /// - Parameter line: opened at 57 600 Bd.
    init(line: any BreakableLine, clock: any Clock, waiter: any Waiting) {
        self.line = line
        self.clock = clock
        self.waiter = waiter
    }

    var now: MonotonicInstant { clock.monotonic }

    /// Wakes the module, with a break that is longer each time, and asks what it is.
    mutating func wake() throws -> RN2483Firmware {
        for length in [TimeSpan.milliseconds(20), .milliseconds(50), .milliseconds(300)] {
            try line.setBreak(true)
            try pass(length)
            try line.setBreak(false)
            // What was said at another speed is no answer.
            _ = try answer(within: .milliseconds(50))
            try line.write([0x55])
            try tell("sys get ver")
            // A module that sleeps, or was just powered, may say something else first.
            for _ in 0..<3 {
                guard let text = try answer(within: .seconds(1)) else { break }
                if let firmware = RN2483Firmware(banner: text) { return firmware }
            }
        }
        throw RadioError(
            hasHeard
                ? "something answers, but not as an RN2483 or RN2903 does: is this its port, and does its TX not sit on the "
                    + "meter's line?"
                : "no module answers at 57600 Bd: is its TX wired to RX and its RX to TX, has it power, and is this its port?"
        )
    }

    mutating func tell(_ command: String) throws { try line.write(Array("\(command)\r\n".utf8)) }

    /// - Returns: nil when no answer comes in time. How something ended that was begun before is no answer.
    mutating func ask(_ command: String) throws -> String? {
        try tell(command)
        // A device that never falls silent must not hold the bench.
        for _ in 0..<20 {
            guard let text = try answer(within: .seconds(2)) else { return nil }
            guard RN2483Answer(text).isFinal || text.hasPrefix("radio_") else { return text }
        }
        return nil
    }

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
