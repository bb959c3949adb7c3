/// What the user wants most of the air-time for ([planner] profile).
package enum PlannerProfile: String, Hashable, Sendable, CaseIterable {
    /// Every quarter-hour, for ever.
    case quarterHours = "quarter-hours"
    /// Readings as often as the air-time allows, and the quarter-hours beside them.
    case live
    /// Few frames: for networks that are paid by the frame, or are shared by many.
    case frugal
}
