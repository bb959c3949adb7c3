extension ReportKind {
    /// What became of a downlink's commands.
    public static let reply = ReportKind(port: 5, name: "reply")
}

/// What became of a downlink's commands: ``Reply``.
enum ReplyMessage: UplinkMessage {
    static let kind = ReportKind.reply
    static let request = ReportKind.Request.never
    static let claim = AirTimeClaim.urgent

    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport {
        DecodedReport(kind: kind, try Reply.decode(bytes, meters: schema.meters))
    }

    static func scripts(for schema: PayloadSchema) -> [String] {
        [Scripts.reader, Scripts.commands, Scripts.text(PackageResources.reply_js)]
    }

    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue] {
        let answers: JSONValue = [
            "type": "array", "items": ["type": "object", "required": ["position", "command", "result"]],
        ]
        return [
            JSONSchema.report(
                .reply,
                ["sequence", "accepted", "clamped", "refused"].map { .init($0, JSONSchema.count) }
                    + [.init("answers", answers)])
        ]
    }

    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])] {
        replies.flatMap { description, reply in
            reply.encode(largestPayload: ReadingsLayout.smallestLimit).prefix(1).map { (description, $0) }
        }
    }

    private static var replies: [(description: String, reply: Reply)] {
        [
            (
                "two commands accepted",
                Reply(
                    sequence: 12, answers: [.init(command: 2, result: .accepted), .init(command: 5, result: .accepted)])
            ),
            (
                "an air-time clamped to what is legal",
                Reply(sequence: 13, answers: [.init(command: 7, result: .clamped(.setAirTime(300)))])
            ),
            (
                "a report that is not there",
                Reply(sequence: 14, answers: [.init(command: 2, result: .refused(.noSuchReport))])
            ),
            (
                "a downlink that came twice",
                Reply(sequence: 14, answers: [.init(command: 0, result: .refused(.replayed))])
            ),
        ]
    }
}
