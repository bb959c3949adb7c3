import Timekeeping

/// A message with what its decoder makes of it.
struct PayloadVector: Sendable {
    enum Direction: String, Sendable { case uplink, downlink }

    let direction: Direction
    /// Unique among the vectors of both directions.
    let description: String
    let port: Int
    let bytes: [UInt8]
    let result: Result<DecodedReport, DecodeError>
    /// The registers of an intervals report whose layout the configuration does not have; else nil.
    var fields: [Field]?

    /// Of the way back, from JSON to bytes, where that stands in one list with the others.
    var encodingDescription: String { description + ": to bytes" }

    /// What TS013's decodeUplink and decodeDownlink return.
    var output: JSONValue {
        switch result {
        case .success(let report): ["data": report.jsonValue, "errors": [], "warnings": []]
        case .failure(let error): ["errors": [.string("\(error)")], "warnings": []]
        }
    }
}

extension PayloadSchema {
    /// Messages of every kind that this configuration has, and damaged ones: the tests of both decoders, and the examples
    /// of each package, are made of them.
    func vectors() -> [PayloadVector] {
        uplinkVectors().map { uplink($0.0, $0.1, $0.2) } + downlinkVectors().map { downlink($0.0, $0.1) }
    }

    /// Intervals of one, three and four registers, whatever the configuration has: for decoders that are to know any
    /// layout. The codec of this schema refuses them.
    func foreignVectors() -> [PayloadVector] {
        let registers = [
            ["gas"], ["1-0:1.8.0", "1-0:2.8.0", "gas"], ["1-0:1.8.1", "1-0:1.8.2", "1-0:2.8.1", "1-0:2.8.2"],
        ]
        return registers.flatMap { sources -> [PayloadVector] in
            guard let fields = try? sources.map({ try FieldRequest($0).field() }),
                let schema = try? PayloadSchema(
                    meters: meters, reports: [.intervals(fields)], largestPayload: ReadingsLayout.smallestLimit),
                let layout = schema.intervalLayouts.first
            else { return [] }
            return IntervalsMessage.examples(of: layout).map { example in
                let count = fields.count == 1 ? "one register" : "\(fields.count) registers"
                var vector = schema.uplink(
                    "intervals of \(count)\(example.description)", Int(ReportKind.intervals.port), example.bytes)
                vector.fields = fields
                return vector
            }
        }
    }

    private func uplink(_ description: String, _ port: Int, _ bytes: [UInt8]) -> PayloadVector {
        PayloadVector(
            direction: .uplink, description: description, port: port, bytes: bytes,
            result: Result { () throws(DecodeError) in try decode(port: port, bytes) })
    }

    private func downlink(_ description: String, _ bytes: [UInt8]) -> PayloadVector {
        let port = Int(ReportKind.commandPort)
        return PayloadVector(
            direction: .downlink, description: description, port: port, bytes: bytes,
            result: Result { () throws(DecodeError) in try decodeDownlink(port: port, bytes) })
    }

    private func uplinkVectors() -> [(String, Int, [UInt8])] {
        var vectors = ReportKind.byPort.flatMap { message in
            message.examples(of: self).map { ($0.description, Int(message.kind.port), $0.bytes) }
        }
        vectors.append(
            ("an alarm of a newer version", Int(ReportKind.alarm.port), [0x20] + [UInt8](repeating: 0, count: 9)))
        if let first = vectors.first {
            vectors.append(("a payload whose end is missing", first.1, first.2.dropLast()))
            vectors.append(("a payload of another layout", first.1, [first.2[0] ^ 0xFF] + first.2.dropFirst()))
        }
        return vectors + [("a port that carries nothing", 99, [1, 2, 3])]
    }

    private func downlinkVectors() -> [(String, [UInt8])] {
        ExampleCommands.commands(of: self).enumerated().map { index, command in
            (command.0, CommandFrame(sequence: index + 1, commands: [command.1]).encode())
        } + [
            (
                "several commands at once",
                CommandFrame(
                    sequence: 4_095, commands: [.setReport(1, isOn: true, period: 6), .setAirTime(240), .sendStatus]
                ).encode()
            ),
            ("commands of a newer version", [0x20, 0x01, 0x28]),
            ("a command that is not known", [0x10, 0x01, 0xF8]),
        ]
    }
}
