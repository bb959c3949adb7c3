import MeterValues
package import UplinkPayload

/// What waits to be sent and comes from nowhere again: a restart must not forget it.
package struct WaitingUplinks: Hashable, Sendable, Codable {
    package struct WaitingAlarm: Hashable, Sendable, Codable {
        package var alarm: Alarm
        /// How often it was sent.
        package var attempts: Int

        package init(alarm: Alarm, attempts: Int) {
            self.alarm = alarm
            self.attempts = attempts
        }
    }

    /// Quarter-hours that a downlink asked for.
    struct Request: Hashable, Sendable, Codable {
        var report: Int
        var meter: Int
        var from: QuarterHour
        var to: QuarterHour
    }

    var answers: [[UInt8]] = []
    /// In the order in which they happened.
    package var alarms: [WaitingAlarm] = []
    var requests: [Request] = []
    /// A downlink has ordered a new join.
    package var rejoin = false

    package init() {}
}
