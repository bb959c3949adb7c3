/// What became of a downlink's commands.
///
/// | bits | content |
/// | --- | --- |
/// | 4 | version |
/// | 12 | sequence number of the downlink |
/// | 8 | position of the first answer that follows, from 0 |
/// | 5, 2, 1 | of each: the command's number (0: the whole downlink), the result, a zero |
/// | | if clamped: the command's arguments as they are in force now; if refused: 8 bits of reason |
public struct Reply: Hashable, Sendable {
    /// What became of a command.
    public enum Result: Hashable, Sendable {
        /// It is carried out as it was asked for.
        case accepted
        /// Carried out with other values than wanted, those here.
        case clamped(Command)
        /// Nothing has changed.
        case refused(Refusal)
    }

    /// The result of one command.
    public struct Answer: Hashable, Sendable {
        /// As it stood in the downlink; 0 for the downlink as a whole.
        public let command: UInt8
        /// What became of it.
        public let result: Result

        /// By the command's place in the frame, from 0.
        public init(command: UInt8, result: Result) {
            self.command = command
            self.result = result
        }

        /// Bytes on the wire.
        var byteCount: Int {
            switch result {
            case .accepted: 1
            case .clamped(let command): 1 + command.kind.byteCount
            case .refused: 2
            }
        }
    }

    /// Of the downlink.
    public let sequence: Int
    /// In the order of the commands.
    public var answers: [Answer]

    /// The answers to one downlink.
    public init(sequence: Int, answers: [Answer]) {
        self.sequence = sequence
        self.answers = answers
    }

    static let headerBytes = 3
    private static let names = ["accepted", "clamped", "refused"]

    /// The frames that carry the answers: one where they fit `largestPayload` bytes.
    public func encode(largestPayload: Int) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var writer = header(first: 0)
        for (position, answer) in answers.enumerated() {
            if writer.bytes.count + answer.byteCount > largestPayload, writer.bytes.count > Self.headerBytes {
                frames.append(writer.bytes)
                writer = header(first: position)
            }
            write(answer, to: &writer)
        }
        return frames + [writer.bytes]
    }

    private func header(first: Int) -> BitWriter {
        var writer = BitWriter()
        writer.write(ReportKind.version, width: 4)
        writer.write(UInt64(truncatingIfNeeded: sequence), width: 12)
        writer.write(UInt64(truncatingIfNeeded: first), width: 8)
        return writer
    }

    private func write(_ answer: Answer, to writer: inout BitWriter) {
        writer.write(UInt64(answer.command), width: 5)
        switch answer.result {
        case .accepted: writer.write(0, width: 3)
        case .clamped(let command):
            writer.write(1 << 1, width: 3)
            command.write(to: &writer)
        case .refused(let reason):
            writer.write(2 << 1, width: 3)
            writer.write(UInt64(reason.rawValue), width: 8)
        }
    }

    static func decode(_ bytes: [UInt8], meters: [String]) throws(DecodeError) -> [DecodedEntry] {
        var reader = try PayloadReader(bytes)
        try reader.version(of: "the reply")
        let sequence = try reader.integer(12)
        let first = try reader.integer(8)
        var counts = [0, 0, 0]
        var answers: [[DecodedEntry]] = []
        while reader.bytesLeft > 0 {
            let number = try reader.integer(5)
            let result = try reader.integer(2)
            guard result < names.count else { throw .unknownNumber(result, in: "result") }
            guard try reader.number(1) == 0 else { throw .paddingNotZero }
            let kind = CommandKind(rawValue: UInt8(number))
            var entries = [
                DecodedEntry("position", .whole(first + answers.count + 1)),
                DecodedEntry("command", .text(kind?.name ?? (number == 0 ? "downlink" : "command \(number)"))),
                DecodedEntry("result", .text(names[result])),
            ]
            if result == 1 {
                guard let kind else { throw .unknownNumber(number, in: "command") }
                entries += try kind.entries(&reader, meters: meters).dropFirst()
            } else if result == 2 {
                let reason = try reader.integer(8)
                guard let reason = Refusal(rawValue: UInt8(reason)) else { throw .unknownNumber(reason, in: "reason") }
                entries.append(DecodedEntry("reason", .text(reason.name)))
            }
            counts[result] += 1
            answers.append(entries)
        }
        var entries = [DecodedEntry("sequence", .whole(sequence))]
        for (name, count) in zip(names, counts) { entries.append(DecodedEntry(name, .whole(count))) }
        return entries + [DecodedEntry("answers", .list(answers))]
    }
}
