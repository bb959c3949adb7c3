import MeterValues

extension CommandKind {
    /// Reads the arguments of a command as JSON shows them.
    func entries(_ reader: inout PayloadReader, meters: [String]) throws(DecodeError) -> [DecodedEntry] {
        var entries = [DecodedEntry("command", .text(name))]
        var limit = AlarmLimit.underVoltage
        for argument in arguments {
            let code = try reader.number(argument.width)
            let isAbsent = code == argument.absent
            let value: DecodedValue
            switch argument.meaning {
            case .flag: value = .flag(code == 1)
            case .meter:
                guard code < meters.count else { throw .unknownMeter(Int(code), count: meters.count) }
                value = .text(meters[Int(code)])
            case .limit:
                guard let known = AlarmLimit(rawValue: UInt8(code)) else {
                    throw .unknownNumber(Int(code), in: "alarm limit")
                }
                limit = known
                value = .text(known.name)
            case .quarterHour: value = .text(QuarterHour(number: Int64(code)).description)
            case .steps where isAbsent, .limitValue where isAbsent: value = .absent
            case .limitValue:
                value = .number(
                    FixedPoint(coefficient: Int64(code), decimals: limit.resolution.decimals), saturated: false)
            case .whole, .steps:
                let steps = Int64(code) * argument.resolution.step
                value = .number(
                    FixedPoint(coefficient: steps, decimals: argument.resolution.decimals), saturated: false)
            }
            entries.append(DecodedEntry(argument.key, value))
        }
        return entries
    }
}

extension CommandFrame {
    /// The commands as the JavaScript codec's decodeDownlink shows them, and its encodeDownlink takes them.
    static func decode(_ bytes: [UInt8], meters: [String]) throws(DecodeError) -> DecodedReport {
        var reader = try PayloadReader(bytes)
        try reader.version(of: "the commands")
        let sequence = try reader.integer(12)
        var commands: [[DecodedEntry]] = []
        while reader.bytesLeft > 0 {
            let number = try reader.integer(5)
            guard let kind = CommandKind(rawValue: UInt8(number)) else { throw .unknownNumber(number, in: "command") }
            let length = try reader.integer(3)
            guard length == kind.byteCount else {
                throw .wrongArguments(command: kind.name, bytes: length, expected: kind.byteCount)
            }
            commands.append(try kind.entries(&reader, meters: meters))
        }
        return DecodedReport(entries: [
            DecodedEntry("sequence", .whole(sequence)), DecodedEntry("commands", .list(commands)),
        ])
    }
}
