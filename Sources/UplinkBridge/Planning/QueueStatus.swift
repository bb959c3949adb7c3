/// What waits to be sent.
public struct QueueStatus: Hashable, Sendable, Codable {
    /// To downlinks.
    public var answers = 0
    public var alarms = 0
    /// Of a status that was asked for.
    public var pages = 0
    public var reports = 0
    /// Quarter-hours that were asked for again.
    public var backfills = 0
}
