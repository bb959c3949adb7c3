import LoRaWAN

extension WaitReason {
    /// For the log.
    var explanation: String {
        switch self {
        case .dutyCycle: "the sub-band's duty cycle (ETSI EN 300 220)"
        case .networkDutyCycle: "the network asked for silence (DutyCycleReq)"
        case .dailyAirTime: "the network's air-time for 24 hours is used up ([lorawan] daily_airtime)"
        case .joinBudget: "the limit on join-requests"
        case .joinPause: "the pause between join-requests"
        case .acknowledgement: "an acknowledgement may still come"
        case .channelBusy: "someone else is sending (listen before talk)"
        case .storage: "the state could not be stored"
        }
    }
}
