package import LoRaWAN
package import Timekeeping

/// What a ``TransmissionBudget`` asks of the accounts.
extension AirTimeAccounts {
    /// Whether the transmission may begin now; changes nothing.
    package func grant(_ transmission: ModuleTransmission, at now: MonotonicInstant) -> TransmissionGrant {
        guard
            let (start, reason) = earliestStart(
                airTime: transmission.airTime, subBands: transmission.subBands, isJoin: transmission.kind.isJoin,
                at: now)
        else { return .never }
        return start > now ? .later(start, reason) : .granted
    }

    /// Records a transmission before it begins.
    package mutating func record(_ transmission: ModuleTransmission, at now: MonotonicInstant) {
        record(
            airTime: transmission.airTime, subBands: transmission.subBands, isJoin: transmission.kind.isJoin, at: now)
    }
}
