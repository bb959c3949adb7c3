import Glibc

/// The part of the uplinks that is lost, inferred from how many of those that ask for an acknowledgement get one.
///
/// An acknowledgement has to come through twice, up and down, so of uplinks that are lost with the chance p it comes for
/// (1 - p)^2. Recent ones weigh more: twenty of them are as many as count. Before the first it is taken as three in ten.
package struct LossEstimate: Hashable, Sendable {
    private static let memory = 0.95
    private static let bounds = 0.05...0.7

    private var asked = 4.0
    private var acknowledged = 2.0

    mutating func note(isAcknowledged: Bool) {
        asked = asked * Self.memory + 1
        acknowledged = acknowledged * Self.memory + (isAcknowledged ? 1 : 0)
    }

    /// On the careful side, by the standard deviation of what was observed.
    package var loss: Double {
        let share = acknowledged / asked
        let careful = max(0, share - (share * (1 - share) / asked).squareRoot())
        return min(max(1 - careful.squareRoot(), Self.bounds.lowerBound), Self.bounds.upperBound)
    }

    /// How many copies leave no more than this chance that all of them are lost.
    func copies(for chance: Double) -> Double { log(chance) / log(loss) }

    /// What an uplink counts that asked for an acknowledgement and got none: it may have come all the same, with
    /// p (1 - p) against p.
    var unacknowledgedCopy: Double { log(1 / (2 - loss)) / log(loss) }
}
