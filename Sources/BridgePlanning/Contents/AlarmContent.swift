import UplinkPayload

struct AlarmContent: UplinkContent {
    let alarm: Alarm
    let kind = ReportKind.alarm

    func pack(_: DueUplink, _: PackingTask) throws(PackingError) -> UplinkPacker.Packed? {
        .init(payload: alarm.encode())
    }

    func reason(_: UplinkDecision) -> String { "at once, and asks for an acknowledgement" }

    func keep(_: DueUplink, attempts: Int, isFirst: Bool, in waiting: inout WaitingUplinks) {
        waiting.alarms.insert(.init(alarm: alarm, attempts: attempts), at: isFirst ? 0 : waiting.alarms.count)
    }
}
