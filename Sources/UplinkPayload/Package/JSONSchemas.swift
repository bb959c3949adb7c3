extension PayloadSchema {
    var uplinkJSONSchema: String {
        let reports =
            allReadings.flatMap { layout in
                ofMeters(
                    .readings, layout.fields.map { ($0.name, Self.number($0.number)) },
                    optional: [(DecodedReport.saturatedKey, Self.text)])
            } + allIntervals.flatMap(intervals) + Alarm.Kind.allCases.flatMap(alarm)
            + [
                Self.status("health", health, optional: [(DecodedReport.saturatedKey, Self.text)]),
                #"{"type":"object","properties":{"report":{"const":"status"},"page":{"const":"settings"}},"#
                    + #""required":["report","page","sequence","daily_airtime_s"]}"#,
                Self.status("layouts", [("layouts", Self.text)]), Self.report(.reply, Self.replyProperties),
            ]
            + ofMeters(
                .status, AlarmLimit.allCases.map { ($0.name, Self.number($0.field)) },
                fixed: [("page", Self.constant("limits"))])
        return Self.document("Uplinks of a p1lora bridge", "\"anyOf\":[\n\(reports.joined(separator: ",\n"))\n]")
    }

    var downlinkJSONSchema: String {
        let commands = CommandKind.allCases.map { kind in
            let properties = kind.arguments.map { ($0.key, property($0)) }
            let required = kind.arguments.filter { $0.omitted == nil }.map(\.key)
            return Self.object(
                [("command", Self.constant(kind.name))] + properties, required: ["command"] + required)
        }
        let list =
            "{\"type\":\"array\",\"minItems\":1,\"items\":{\"oneOf\":[\n\(commands.joined(separator: ",\n"))\n]}}"
        let sequence = "{\"type\":\"integer\",\"minimum\":0,\"maximum\":\(CommandFrame.sequences - 1)}"
        return Self.document(
            "Commands for a p1lora bridge",
            "\"type\":\"object\",\"required\":[\"commands\"],\"additionalProperties\":false,"
                + "\"properties\":{\"sequence\":\(sequence),\"commands\":\(list)}")
    }

    private static let text = #"{"type":"string"}"#
    private static let flag = #"{"type":"boolean"}"#
    private static let time = #"{"type":"string","format":"date-time"}"#
    private static let timeOrNull = #"{"type":["string","null"],"format":"date-time"}"#
    private static let count = #"{"type":"integer","minimum":0}"#
    private static let replyProperties = [
        ("sequence", count), ("accepted", count), ("clamped", count), ("refused", count),
        (
            "answers",
            #"{"type":"array","items":{"type":"object","required":["position","command","result"]}}"#
        ),
    ]

    private var meterName: String { "{\"enum\":[\(meters.map(JSONText.quoted).joined(separator: ","))]}" }

    private var health: [(String, String)] {
        [("version", Self.text)] + BridgeHealth.counters.map { ($0.0.name, Self.number($0.0)) }
            + [
                ("silent_meters", Self.text),
                ("trouble", "{\"enum\":[\(Trouble.allCases.map { "\"\($0.name)\"" }.joined(separator: ","))]}"),
            ]
    }

    private func alarm(_ kind: Alarm.Kind) -> [String] {
        ofMeters(
            .alarm,
            [("alarm", Self.constant(kind.name)), ("active", Self.flag), ("time", Self.timeOrNull)]
                + kind.fields.map { ($0.name, Self.number($0)) },
            optional: [("phases", Self.text), (DecodedReport.saturatedKey, Self.text)])
    }

    /// Of what belongs to a meter: one for all, or one for each where its name is in the keys.
    private func ofMeters(
        _ kind: ReportKind, _ properties: [(String, String)], fixed: [(String, String)] = [],
        optional: [(String, String)] = []
    ) -> [String] {
        guard keys == .byMeter else {
            return [Self.report(kind, fixed + [("meter", meterName)] + properties, optional: optional)]
        }
        let mark = properties.contains { $0.0 == DecodedReport.historyKey } ? "_\(DecodedReport.historyKey)_" : "_"
        return zip(meters, prefixes).map { meter, prefix in
            func named(_ properties: [(String, String)]) -> [(String, String)] {
                properties.map { (FlatKeys.kept.contains($0.0) ? $0.0 : prefix + mark + $0.0, $0.1) }
            }
            return Self.report(
                kind, fixed + [("meter", Self.constant(meter))] + named(properties), optional: named(optional))
        }
    }

    private static func status(
        _ page: String, _ properties: [(String, String)], optional: [(String, String)] = []
    ) -> String {
        report(.status, [("page", constant(page))] + properties, optional: optional)
    }

    private func intervals(_ layout: IntervalLayout) -> [String] {
        let registers = layout.fields.map { ($0.name, Self.number($0.number)) }
        let time = Self.time
        let row = Self.object([("start", time), ("end", time)] + registers, required: ["start", "end"])
        let rows = "{\"type\":\"array\",\"items\":\(row)}"
        return ofMeters(
            .intervals,
            [(DecodedReport.historyKey, #"{"const":true}"#), ("time", time)] + registers + [("intervals", rows)],
            optional: layout.fields.map { (IntervalReport.timeKey(of: $0), time) } + [("gaps", rows)])
    }

    private func property(_ argument: CommandArgument) -> String {
        let resolution = argument.resolution
        func bound(_ code: UInt64) -> FixedPoint {
            FixedPoint(coefficient: Int64(code) * resolution.step, decimals: resolution.decimals)
        }
        let range = "\"minimum\":\(bound(argument.range.lowerBound)),\"maximum\":\(bound(argument.range.upperBound))"
        return switch argument.meaning {
        case .flag: Self.flag
        case .meter: meterName
        case .limit: "{\"enum\":[\(AlarmLimit.allCases.map { "\"\($0.name)\"" }.joined(separator: ","))]}"
        case .limitValue: "{\"type\":[\"number\",\"null\"],\"minimum\":0}"
        case .quarterHour: Self.time
        case .whole: "{\"type\":\"integer\",\(range)}"
        case .steps: "{\"type\":[\"number\",\"null\"],\(range)}"
        }
    }

    private static func number(_ field: NumberField) -> String {
        func bound(_ value: Int64) -> FixedPoint {
            FixedPoint(coefficient: value, decimals: field.resolution.decimals)
        }
        return
            "{\"type\":[\"number\",\"null\"],\"minimum\":\(bound(field.minimum)),\"maximum\":\(bound(field.maximum))}"
    }

    private static func constant(_ text: String) -> String { "{\"const\":\(JSONText.quoted(text))}" }

    private static func report(
        _ kind: ReportKind, _ properties: [(String, String)], optional: [(String, String)] = []
    ) -> String {
        let all = [("report", constant(kind.name))] + properties
        return object(all + optional, required: all.map(\.0))
    }

    private static func object(_ properties: [(String, String)], required: [String]) -> String {
        let members = properties.map { "\(JSONText.quoted($0.0)):\($0.1)" }.joined(separator: ",")
        return "{\"type\":\"object\",\"properties\":{\(members)},"
            + "\"required\":[\(required.map(JSONText.quoted).joined(separator: ","))],\"additionalProperties\":false}"
    }

    private static func document(_ title: String, _ members: String) -> String {
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":\(JSONText.quoted(title)),\n\(members)}\n"
    }
}
