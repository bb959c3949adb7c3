import MeterValues
import Timekeeping
package import UplinkPayload

/// All that is said of a kind of what is sent beyond its bytes: whether there is something to say, how it is packed, whether it
/// outlives a restart, and in which words it is explained.
protocol UplinkContent {
    var kind: ReportKind { get }

    /// Whether there is something to say of a meter.
    /// - Parameter sent: the newest boundary that the report has sent before.
    func isPossible(meter: Int, of source: any UplinkSource, sent: QuarterHour?, at now: MonotonicInstant) -> Bool

    /// - Returns: nil when there is nothing to say any more.
    func pack(_ uplink: DueUplink, _ task: PackingTask) throws(PackingError) -> UplinkPacker.Packed?

    /// Why it is sent.
    func reason(_ decision: UplinkDecision) -> String

    /// Lays what comes from nowhere again to what a restart must not forget.
    /// - Parameter isFirst: before what waits already.
    func keep(_ uplink: DueUplink, attempts: Int, isFirst: Bool, in waiting: inout WaitingUplinks)
}

extension UplinkContent {
    func isPossible(meter _: Int, of _: any UplinkSource, sent _: QuarterHour?, at _: MonotonicInstant) -> Bool { true }
    func keep(_: DueUplink, attempts _: Int, isFirst _: Bool, in _: inout WaitingUplinks) {}
}

/// What an uplink is packed of, and into.
struct PackingTask {
    let source: any UplinkSource
    /// What the status report tells of an instant.
    let health: @Sendable (MonotonicInstant) -> BridgeHealth
    /// What an intervals report is to carry.
    let wish: IntervalWish?
    let room: PayloadRoom
    let now: MonotonicInstant
}

extension DueUplink.Content {
    var rules: any UplinkContent {
        switch self {
        case .readings(let layout): ReadingsContent(layout: layout)
        case .intervals(let layout): IntervalsContent(layout: layout)
        case .backfill(let layout, let from, let to): BackfillContent(layout: layout, from: from, to: to)
        case .parity(let frame): ParityContent(frame: frame)
        case .health: HealthContent()
        case .page(let page): PageContent(page: page)
        case .alarm(let alarm): AlarmContent(alarm: alarm)
        case .reply(let frame): ReplyContent(frame: frame)
        }
    }
}

extension DueUplink {
    package var kind: ReportKind { content.rules.kind }
    /// What it is paid from.
    package var claim: AirTimeClaim { kind.claim }
}

extension UplinkDecision {
    /// In words.
    package var reason: String { uplink.content.rules.reason(self) }
}

extension WaitingUplinks {
    /// - Parameter isFirst: before what waits already.
    package mutating func add(_ uplink: DueUplink, attempts: Int, isFirst: Bool = false) {
        uplink.content.rules.keep(uplink, attempts: attempts, isFirst: isFirst, in: &self)
    }
}
