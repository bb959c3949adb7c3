package import HardwareInterfaces
package import Timekeeping

/// What to do about a line on which no telegram came.
package enum MeterSilence {
    package static func noTelegram(bytes: Int, in span: TimeSpan) -> String {
        "\(bytes) bytes came in \(span) and no telegram: try baud = 9600 with framing = \"7E1\" (DSMR 2.2 and 3)"
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
