import UplinkPayload

extension PlannerProfile {
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
