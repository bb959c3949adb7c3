extension PayloadSchema {
    var uplinkJSONSchema: String {
        let reports = ReportKind.byPort.flatMap { $0.jsonSchemas(of: self) }
        return Self.document("Uplinks of a p1lora bridge", "\"anyOf\":\(JSONValue.lines(reports).text)")
    }

    var downlinkJSONSchema: String {
        let commands = CommandKind.allCases.map { kind in
            JSONSchema.object(
                [.init("command", JSONSchema.constant(kind.name))]
                    + kind.arguments.map { .init($0.key, property($0)) },
                required: ["command"] + kind.arguments.filter { $0.omitted == nil }.map(\.key))
        }
        let list: JSONValue = ["type": "array", "minItems": 1, "items": ["oneOf": .lines(commands)]]
        let sequence: JSONValue = [
            "type": "integer", "minimum": 0, "maximum": .number("\(CommandFrame.sequences - 1)"),
        ]
        let properties: JSONValue = ["sequence": sequence, "commands": list]
        return Self.document(
            "Commands for a p1lora bridge",
            "\"type\":\"object\",\"required\":[\"commands\"],\"additionalProperties\":false,"
                + "\"properties\":\(properties.text)")
    }

    private var meterName: JSONValue { JSONSchema.anyOf(meters) }

    /// Of what belongs to a meter: one for all, or one for each where its name is in the keys.
    func ofMeters(
        _ kind: ReportKind, _ properties: [JSONValue.Member], fixed: [JSONValue.Member] = [],
        optional: [JSONValue.Member] = []
    ) -> [JSONValue] {
        guard keys == .byMeter else {
            return [JSONSchema.report(kind, fixed + [.init("meter", meterName)] + properties, optional: optional)]
        }
        let mark = properties.contains { $0.key == DecodedReport.historyKey } ? "_\(DecodedReport.historyKey)_" : "_"
        return zip(meters, prefixes).map { meter, prefix in
            func named(_ properties: [JSONValue.Member]) -> [JSONValue.Member] {
                properties.map { .init(FlatKeys.kept.contains($0.key) ? $0.key : prefix + mark + $0.key, $0.value) }
            }
            return JSONSchema.report(
                kind, fixed + [.init("meter", JSONSchema.constant(meter))] + named(properties),
                optional: named(optional))
        }
    }

    private func property(_ argument: CommandArgument) -> JSONValue {
        let resolution = argument.resolution
        func bound(_ code: UInt64) -> FixedPoint {
            FixedPoint(coefficient: Int64(code) * resolution.step, decimals: resolution.decimals)
        }
        let (least, most) = (bound(argument.range.lowerBound), bound(argument.range.upperBound))
        return switch argument.meaning {
        case .flag: JSONSchema.flag
        case .meter: meterName
        case .limit: JSONSchema.anyOf(AlarmLimit.allCases.map(\.name))
        case .limitValue: ["type": ["number", "null"], "minimum": 0]
        case .quarterHour: JSONSchema.time
        case .whole: JSONSchema.number("integer", least, most)
        case .steps: JSONSchema.number(["number", "null"], least, most)
        }
    }

    private static func document(_ title: String, _ members: String) -> String {
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"title\":\(JSONText.quoted(title)),\n\(members)}\n"
    }
}

/// Parts of JSON Schema, draft 7.
enum JSONSchema {
    static let text: JSONValue = ["type": "string"]
    static let flag: JSONValue = ["type": "boolean"]
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let timeOrNull: JSONValue = ["type": ["string", "null"], "format": "date-time"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]

    static func constant(_ text: String) -> JSONValue { ["const": .string(text)] }

    static func anyOf(_ texts: [String]) -> JSONValue { ["enum": .array(texts.map(JSONValue.string))] }

    static func number(_ type: JSONValue, _ least: FixedPoint, _ most: FixedPoint) -> JSONValue {
        ["type": type, "minimum": .number("\(least)"), "maximum": .number("\(most)")]
    }

    static func number(_ field: NumberField) -> JSONValue {
        func bound(_ value: Int64) -> FixedPoint {
            FixedPoint(coefficient: value, decimals: field.resolution.decimals)
        }
        return number(["number", "null"], bound(field.minimum), bound(field.maximum))
    }

    static func report(
        _ kind: ReportKind, _ properties: [JSONValue.Member], optional: [JSONValue.Member] = []
    ) -> JSONValue {
        let all = [.init("report", constant(kind.name))] + properties
        return object(all + optional, required: all.map(\.key))
    }

    static func object(_ properties: [JSONValue.Member], required: [String]) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(required.map(JSONValue.string)), "additionalProperties": false,
        ]
    }
}
