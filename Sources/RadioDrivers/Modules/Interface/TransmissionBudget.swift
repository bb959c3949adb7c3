package import LoRaWAN
package import Timekeeping

/// Keeps the law, the daily air-time and the counters for a module that sends by itself: asked before each command that
/// makes it transmit.
package protocol TransmissionBudget: AnyObject {
    /// Decides whether a transmission may begin now. When it may, its air-time and `record` must be durable before this
    /// returns: the command is written next, and its counter is never used again.
    func authorize(_ transmission: ModuleTransmission, record: ModuleRecord, at now: MonotonicInstant)
        -> TransmissionGrant
    /// What was granted last is over, repetitions and all.
    /// - Parameter airTime: what it took at most, where that is known; it may be less or more than was granted.
    func close(at now: MonotonicInstant, airTime: TimeSpan?)
    /// The module has refused what was granted last: nothing was sent.
    func withdraw()
    /// The module has sent something by itself that nobody had granted; it is over.
    func book(_ transmission: ModuleTransmission, record: ModuleRecord, at now: MonotonicInstant)
    /// The record has changed without a transmission. To lose it costs a join at most.
    func keep(_ record: ModuleRecord, at now: MonotonicInstant)
}

package enum TransmissionGrant: Hashable, Sendable {
    case granted
    /// The module waits and asks again then.
    case later(MonotonicInstant, WaitReason)
    /// Longer than the law or the daily air-time allows at any time.
    case never
}
