package import BridgePlanning
package import Timekeeping
package import UplinkPayload

/// What becomes of what is to be sent.
package enum UplinkEvent: Sendable {
    /// About to be handed over: why it is so.
    case decided(UplinkDecision)
    /// Handed to the MAC: what, and the payload.
    case handedOver(DueUplink, [UInt8])
    case refused(DueUplink, String)
    /// Reports became due again before they could be sent, so many since the start.
    case overtaken(Int)
    /// The network's daily air-time is spread over the day.
    case paced(DueUplink?, until: MonotonicInstant)
    /// The network waits for an answer of the MAC, which can't be sent.
    case answerRefused(String)
    /// The network asks for more answers than it is given uplinks for; told once.
    case answersWait
    /// The network is silent, or is heard again.
    case contact(ContactNews)
    /// A downlink's commands were carried out or refused.
    case obeyed(Reply)
}
