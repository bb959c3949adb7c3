extension PayloadSchema {
    /// What both ends have to agree on, as JavaScript: from the configuration, and from the tables of this room.
    var codecTables: String {
        """
        // The meters by their number in the frame.
        var P1_METERS = \(Self.list(meters));

        // A number: [key, bits, minimum, step, decimals]; its value is (minimum + n * step) / 10^decimals.
        var P1_READINGS = \(Self.table(allReadings.map(Self.literal)));
        \(intervalsTable)
        // What no configuration changes.
        var P1_VERSION = \(ReportKind.version);
        var P1_UPLINKS = [\(uplinks)];
        var P1_COMMAND_PORT = \(ReportKind.commandPort);
        var P1_LONGEST = \(CommandFrame.longest);
        var P1_SAFE = \(CommandFrame.safeLength);
        var P1_ALARMS = \(Self.table(Alarm.Kind.allCases.map(Self.literal)));
        var P1_HEALTH = \(Self.table(BridgeHealth.counters.map { Self.literal($0.0) }));
        var P1_TROUBLES = \(Self.list(Trouble.allCases.map(\.name)));
        var P1_LIMITS = \(Self.table(AlarmLimit.allCases.map { Self.literal($0.field) }));
        // An argument: [key, bits, meaning, step, decimals, least, if left out].
        var P1_COMMANDS = \(Self.table(CommandKind.allCases.map(Self.literal)));
        var P1_REFUSALS = \(Self.list(Refusal.allCases.map(\.name)));
        """
    }

    private var intervalsTable: String {
        let layouts = allIntervals.map { layout in
            "{ tag: \(layout.tag), fields: [\(layout.fields.map { Self.literal($0.number) }.joined(separator: ", "))], "
                + "row: \(Self.row(layout.fields)) }"
        }
        return layouts.isEmpty ? "" : "var P1_INTERVALS = \(Self.table(layouts));"
    }

    /// Makes a quarter-hour: engines are quicker with keys that they see in the text.
    static func row(_ fields: [Field]) -> String {
        let values = fields.enumerated().map { ", \(literal($1.name)): v[\($0)]" }.joined()
        return "function (s, e, v) { return { start: s, end: e\(values) }; }"
    }

    private var uplinks: String {
        kinds.map { "[\($0.port), p1Decode\($0.name.prefix(1).uppercased())\($0.name.dropFirst())]" }
            .joined(separator: ", ")
    }

    private static func literal(_ layout: ReadingsLayout) -> String {
        "{ tag: \(layout.tag), bytes: \(layout.byteCount), fields: [\n"
            + layout.fields.map { "    " + literal($0.number) }.joined(separator: ",\n") + "\n  ] }"
    }

    static func literal(_ field: NumberField) -> String {
        "[\(literal(field.name)), \(field.width), \(field.minimum), \(field.resolution.step), "
            + "\(field.resolution.decimals)]"
    }

    private static func literal(_ kind: Alarm.Kind) -> String {
        "[\(literal(kind.name)), [\(kind.fields.map(Self.literal).joined(separator: ", "))]]"
    }

    private static func literal(_ kind: CommandKind) -> String {
        let arguments = kind.arguments.map { argument in
            "[\(literal(argument.key)), \(argument.width), \(argument.meaning.rawValue), "
                + "\(argument.resolution.step), \(argument.resolution.decimals), \(argument.range.lowerBound)"
                + (argument.omitted.map { ", \($0)]" } ?? "]")
        }
        return "[\(kind.rawValue), \(literal(kind.name)), [\(arguments.joined(separator: ", "))]]"
    }

    private static func table(_ rows: [String]) -> String { "[\n  " + rows.joined(separator: ",\n  ") + "\n]" }

    private static func list(_ texts: [String]) -> String { "[" + texts.map(literal).joined(separator: ", ") + "]" }

    /// ES5.1 forbids U+2028 in a string literal and servers disagree on encodings: everything beyond ASCII is escaped.
    private static func literal(_ text: String) -> String {
        JSONText.quoted(text).utf16.map { unit in
            guard unit >= 0x7F else { return String(UnicodeScalar(UInt8(unit))) }
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
