import UplinkPayload

/// What has come of a downlink's commands.
struct ReplyContent: UplinkContent {
    let frame: [UInt8]
    let kind = ReportKind.reply

    func pack(_: DueUplink, _: PackingTask) throws(PackingError) -> UplinkPacker.Packed? { .init(payload: frame) }

    func reason(_: UplinkDecision) -> String { "answers a downlink" }

    func keep(_: DueUplink, attempts _: Int, isFirst: Bool, in waiting: inout WaitingUplinks) {
        waiting.answers.insert(frame, at: isFirst ? 0 : waiting.answers.count)
    }
}
