public import HardwareInterfaces
import Timekeeping

/// Asks a module what it is, and changes nothing in it: for the bench.
public struct RN2483Probe {
    /// What it says of itself.
    public struct Portrait: Hashable, Sendable {
        public let firmware: RN2483Firmware
        /// 16 hexadecimal digits, which serve as a DevEUI; nil when it does not tell.
        public let hardwareEUI: String?
        /// Millivolts; nil when it does not tell.
        public let supply: Int?
    }

    private let line: any BreakableLine
    private let clock: any Clock
    private let waiter: any Waiting
    private var unread: [UInt8] = []
    private var hasHeard = false

    /// - Parameter line: opened at 57 600 Bd.
    public init(line: any BreakableLine, clock: any Clock, waiter: any Waiting) {
        self.line = line
        self.clock = clock
        self.waiter = waiter
    }

    /// Wakes the module, with a break that is longer each time, and asks.
    public mutating func ask() throws -> Portrait {
        for length in [TimeSpan.milliseconds(20), .milliseconds(50), .milliseconds(300)] {
            try line.setBreak(true)
            try pass(length)
            try line.setBreak(false)
            // What was said at another speed is no answer.
            _ = try answer(within: .milliseconds(50))
            try line.write([0x55])
            try line.write(Array("sys get ver\r\n".utf8))
            // A module that sleeps, or was just powered, may say something else first.
            for _ in 0..<3 {
                guard let text = try answer(within: .seconds(1)) else { break }
                guard let firmware = RN2483Firmware(banner: text) else { continue }
                return Portrait(
                    firmware: firmware, hardwareEUI: try value("sys get hweui") { $0.utf8.count == 16 ? $0 : nil },
                    supply: try value("sys get vdd") { Int($0) })
            }
        }
        throw RadioError(
            hasHeard
                ? "something answers, but not as an RN2483 or RN2903 does: is this its port, and does its TX not sit on the "
                    + "meter's line?"
                : "no module answers at 57600 Bd: is its TX wired to RX and its RX to TX, has it power, and is this its port?"
        )
    }

    /// Whether a pulse on RESET makes it begin anew: it then says what it is without being asked.
    public mutating func obeys(_ reset: any OutputPin) throws -> Bool {
        unread = []
        try reset.set(.low)
        try pass(.milliseconds(20))
        try reset.set(.floating)
        for _ in 0..<3 {
            guard let text = try answer(within: .seconds(1)) else { return false }
            if RN2483Firmware(banner: text) != nil { return true }
        }
        return false
    }

    private mutating func value<Value>(_ question: String, _ read: (String) -> Value?) throws -> Value? {
        try line.write(Array("\(question)\r\n".utf8))
        return try answer(within: .seconds(1)).flatMap(read)
    }

    /// The next line; nil when none comes in time.
    private mutating func answer(within span: TimeSpan) throws -> String? {
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

    private func pass(_ span: TimeSpan) throws {
        let end = clock.monotonic + span
        while clock.monotonic < end { try waiter.wait(for: [], until: end) }
    }
}
