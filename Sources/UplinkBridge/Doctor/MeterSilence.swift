package import HardwareInterfaces
package import Timekeeping

/// What to do about a line on which no telegram came.
package enum MeterSilence {
    /// - Parameter hasSearched: all speeds of meters were tried; else one that was given.
    package static func noTelegram(bytes: Int, in span: TimeSpan, hasSearched: Bool) -> String {
        "\(bytes) bytes came in \(span), and "
            + (hasSearched
                ? "no telegram at any speed of a meter: something else speaks there, or the cable does not turn the signal "
                    + "round (that of a P1 port is inverted)"
                : "no telegram: leave baud and framing out, and they are found")
    }

    package static func nothing(in span: TimeSpan) -> String {
        "it opens, and not a byte came in \(span): is the cable in the P1 port, does it power the request line, and has the "
            + "operator switched the port on?"
    }
}

/// How many bytes came.
package final class ByteCounter {
    package fileprivate(set) var bytes = 0

    package init() {}
}

/// A line whose bytes are counted.
package final class CountedLine: SerialLine {
    private let line: any SerialLine
    private let counter: ByteCounter

    package init(_ line: any SerialLine, counter: ByteCounter) {
        self.line = line
        self.counter = counter
    }

    package var pollDescriptor: Int32? { line.pollDescriptor }

    package func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome {
        let outcome = try line.read(into: &buffer, limit: limit)
        if case .bytes(let count) = outcome { counter.bytes += count }
        return outcome
    }

    package func write(_ bytes: [UInt8]) throws(HardwareError) { try line.write(bytes) }
}
