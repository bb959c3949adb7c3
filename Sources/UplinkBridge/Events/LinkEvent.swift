package import BridgeStore
package import LoRaWAN
package import RadioDrivers
package import Timekeeping

/// What happens between the bridge and the network.
package enum LinkEvent: Sendable {
    /// The radio answers; of a module, its model and firmware.
    case radioStarted(String?)
    /// The radio did not answer as it should. It is started again at that time.
    case radioFailed(RadioError, retryAt: MonotonicInstant)
    /// A stored session goes on; nothing had to be sent for it.
    case resumed(DevAddr)
    /// The stored record can't be read; the safety file may help, else the device joins anew.
    case recordDamaged(String)
    case transmitting(LinkTransmission)
    /// A bench has ordered a carrier without modulation.
    case radiating(Carrier)
    case joined(DevAddr)
    /// `refused` is the JoinNonce of an answer that was not taken, for it came before.
    case joinFailed(nextAttempt: MonotonicInstant?, refused: JoinNonce?)
    case uplinkDone(UplinkResult)
    case downlink(LinkDownlink)
    case waiting(until: MonotonicInstant, reason: WaitReason)
    case discarded(DiscardReason)
    /// The network has told the time, and nobody else had.
    case networkTime(UTCInstant)
    /// Something was ordered that this bridge does not do, and why.
    case unsupported(String, reason: String)
    /// Nothing is sent while nothing can be stored.
    case storeFailed(StoreError)
    /// The state file can't be written: the safety file takes its place.
    case storedInSafetyFile(StoreError)
    /// Nothing can be written: uplinks go on with the frame counters that were set aside, so many.
    case sendingOnReserve(StoreError, uplinksLeft: Int)
    /// The safety file can't be written; the state file can.
    case safetyFileFailed(StoreError)
    /// States are stored again as they should be.
    case storeRecovered
    /// The state file has lost the session, the safety file has it.
    case restoredFromSafetyFile
}
