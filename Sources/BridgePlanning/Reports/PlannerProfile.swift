package import Timekeeping
package import UplinkPayload

/// What the user wants most of the air-time for ([planner] profile).
package enum PlannerProfile: String, Hashable, Sendable, CaseIterable {
    /// Every quarter-hour, for ever.
    case quarterHours = "quarter-hours"
    /// Readings as often as the air-time allows, and the quarter-hours beside them.
    case live
    /// Few frames: for networks that are paid by the frame, or are shared by many.
    case frugal

    /// How often a report is due when its `every` is left out. The air-time may make it rarer.
    package func period(of kind: ReportKind) -> TimeSpan {
        switch (kind, self) {
        case (.intervals, .frugal): .hours(2)
        case (.intervals, _): .minutes(15)
        case (.readings, .quarterHours): .minutes(15)
        case (.readings, .live): .minutes(1)
        case (.readings, .frugal): .hours(6)
        case (_, .frugal): .hours(7 * 24)
        default: .hours(24)
        }
    }

    /// Sixteenths of the air-time that the quarter-hours have where readings want more than is left.
    var historyShare: Int64 {
        switch self {
        case .quarterHours: 14
        case .live: 6
        case .frugal: 12
        }
    }

    /// A quarter-hour is sent until the chance that the server lacks it is below this.
    var acceptedChance: Double { self == .frugal ? 0.01 : 0.0001 }

    /// Whether air-time that nobody else wants is used to repeat quarter-hours, for losses that come together.
    var fillsWithHistory: Bool { self == .quarterHours }
}
