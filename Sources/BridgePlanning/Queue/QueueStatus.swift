/// What waits to be sent.
package struct QueueStatus: Hashable, Sendable, Codable {
    /// To downlinks.
    package var answers = 0
    package var alarms = 0
    /// Of a status that was asked for.
    package var pages = 0
    package var reports = 0
    /// Quarter-hours that were asked for again.
    package var backfills = 0

    package init(answers: Int = 0, alarms: Int = 0, pages: Int = 0, reports: Int = 0, backfills: Int = 0) {
        self.answers = answers
        self.alarms = alarms
        self.pages = pages
        self.reports = reports
        self.backfills = backfills
    }
}
