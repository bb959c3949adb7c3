public import Timekeeping

/// What the device wants done. The actions of one call are carried out in their order.
public enum DeviceAction: Hashable, Sendable {
    /// Must be durable before the next action is begun. If that fails, the actions that follow are dropped and
    /// ``Device/persistFailed(at:)`` is called: the device holds them itself.
    case persist(DeviceState)
    /// Send this frame now. Ends in `RadioEvent.transmitted`, `.transmitFailed` or `.channelBusy`.
    case transmit(Transmission)
    /// Ends as a transmission does.
    case radiate(Carrier)
    /// Open this window at its time.
    case receive(ReceiveWindow)
    /// Class C: listen from now on, beside all that follows, until another order needs the radio. A window that is
    /// ordered meanwhile interrupts it when it opens; frames that are heard do not end it.
    case listen(ContinuousReception)
    /// There is a new session.
    case joined(Session)
    /// A join-request brought no session; nil when no other attempt will ever follow, for all DevNonces are used.
    /// `refused` is the JoinNonce of an answer that was not taken, for it came before (TR007 2.3): a server that was set
    /// up anew counts from the beginning, one further with each join-request.
    case joinFailed(nextAttempt: MonotonicInstant?, refused: JoinNonce?)
    /// A downlink for the application.
    case deliver(Downlink)
    /// What became of the uplink that ``Device`` took.
    case uplinkDone(UplinkResult)
    /// Nothing is sent until then; for the log and the status.
    case waiting(until: MonotonicInstant, reason: WaitReason)
    /// A frame was heard and passed over.
    case discarded(DiscardReason)
    /// Answer to ``Device/requestDeviceTime()``: it was `utc` at `at`.
    case networkTime(utc: UTCInstant, at: MonotonicInstant)
    /// Answer to ``Device/requestLinkCheck()``: dB above the demodulation floor at the best of the gateways.
    case linkCheck(margin: UInt8, gateways: UInt8)
    /// A certification bench wants what only the application can do (TS009).
    case certification(CertificationOrder)
}

/// What a certification bench orders of the whole device; never without ``DeviceConfiguration/certificationMode``.
public enum CertificationOrder: Hashable, Sendable {
    /// DutResetReq: start anew, as after a power cut.
    case reset
    /// DutJoinReq: call ``Device/rejoin(at:)``.
    case join
    /// TxCwReq: call ``Device/radiate(_:at:)``, which brings it within law and region.
    case continuousWave(Carrier)
}

/// What a transmission waits for.
public enum WaitReason: Hashable, Sendable {
    /// The sub-band's duty cycle.
    case dutyCycle
    /// The network's order to be quieter (DutyCycleReq).
    case networkDutyCycle
    /// Air-time in 24 hours.
    case dailyAirTime
    /// TR007's limit on join-requests.
    case joinBudget
    /// The pause between join-requests.
    case joinPause
    /// An ACK may still come (RETRANSMIT_TIMEOUT).
    case acknowledgement
    /// Someone else is sending (listen before talk).
    case channelBusy
    /// The state could not be stored.
    case storage
}
