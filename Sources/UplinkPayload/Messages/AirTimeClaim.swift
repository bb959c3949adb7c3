/// What an uplink is paid from: its share of the daily air-time (`AirTimeBucket` of BridgePlanning).
package enum AirTimeClaim: Int, Hashable, Sendable, CaseIterable {
    /// Alarms and answers.
    case urgent
    /// Quarter-hours, also those that are asked for again.
    case history
    /// Readings, the status.
    case other
}
