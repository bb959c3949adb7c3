import UplinkPayload

/// How the bridge does.
struct HealthContent: UplinkContent {
    let kind = ReportKind.status

    func pack(_: DueUplink, _ task: PackingTask) throws(PackingError) -> UplinkPacker.Packed? {
        .init(payload: StatusPage.health(task.health(task.now)).encode())
    }

    func reason(_: UplinkDecision) -> String { "due, or asked for" }
}

/// A page of the settings, which a downlink has asked for.
struct PageContent: UplinkContent {
    let page: StatusPage
    let kind = ReportKind.status

    func pack(_: DueUplink, _: PackingTask) throws(PackingError) -> UplinkPacker.Packed? {
        .init(payload: page.encode())
    }

    func reason(_: UplinkDecision) -> String { "answers a downlink" }
}
