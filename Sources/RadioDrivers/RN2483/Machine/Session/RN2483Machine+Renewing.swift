import LoRaWAN
import Timekeeping

/// Joining anew while the session is kept: it lies in the module's EEPROM and in the record, and is taken up again when the
/// join-request is not answered.
extension RN2483Machine {
    /// - Parameter isSlowest: the join-request goes out at the slowest data rate; else at any.
    mutating func renew(isSlowest: Bool, at now: MonotonicInstant) -> [Order] {
        guard phase == .idle, session.isJoined, case .overTheAir = configuration.activation else { return [] }
        // One that can't be taken up again is lost with the module's next start in any case.
        guard record.session?.isSaved == true, quirks.hasCounters else { return forgetSession(at: now) }
        join.beginRenewal(isSlowest: isSlowest)
        session.isJoined = false
        count.end()
        return beginJoin(at: now)
    }

    /// Nothing came of it: back to the session, which a reset brings back from the EEPROM.
    mutating func endRenewal(at now: MonotonicInstant) -> [Order] {
        join.returnToSession()
        return [.event(.renewalFailed)] + reset(at: now)
    }
}
