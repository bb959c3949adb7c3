package import BridgePlanning
package import Timekeeping

/// An uplink of the bridge in a simulation.
package struct TrialStep: Sendable {
    package let at: UTCInstant
    package let decision: UplinkDecision
    /// Of its meter, those of which all registers are in it, counted from the simulation's start.
    package var quarters: Set<Int> = []
    var isAcknowledged = false

    /// What the sender knows afterwards: the chance that the server did not get it, when such a part of all frames is
    /// lost in both directions.
    func chanceOfLoss(_ loss: Double) -> Double {
        if isAcknowledged { return 0 }
        // Bayes: lost, against arrived with its acknowledgement lost.
        return decision.asks && loss > 0 ? 1 / (2 - loss) : loss
    }
}
