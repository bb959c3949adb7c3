public import LoRaWAN
public import Timekeeping

/// What the base wants done. The actions of one call are carried out in their order.
public enum BaseAction: Hashable, Sendable {
    /// Must be durable before the next action is begun, and before the next call. If that fails, the actions that follow are
    /// dropped and ``BaseStation/persistFailed(at:)`` is called.
    case persist(BaseState)
    /// Send this frame at its time, as a gateway does. Ends in `RadioEvent.transmitted` or `.transmitFailed`.
    case transmit(Transmission)
    /// Listen to what devices send from now on, until another order comes.
    case listen(ContinuousReception)
    /// A device was let in; it may not have heard that yet.
    case joined(DevEUI, DevAddr, at: MonotonicInstant)
    /// A new uplink.
    case deliver(BaseUplink)
    /// A downlink of the queue left the antenna.
    case sent(QueuedDownlink, DevEUI, counter: FrameCounter, at: MonotonicInstant)
    /// The device was heard after a confirmed downlink, and says that it has it, or does not.
    case acknowledged(QueuedDownlink, DevEUI, counter: FrameCounter, Bool)
    /// A downlink of the queue fits in no frame at the data rate in force: it was taken out.
    case dropped(QueuedDownlink, DevEUI)
    /// A downlink of the queue was wanted until a time that is over: it was taken out.
    case expired(QueuedDownlink, DevEUI)
    /// All devices were told, and from now on this data rate is listened to.
    case moved(to: DataRate)
    /// A frame was heard and passed over.
    case refused(FrameRefusal, at: MonotonicInstant)
}

/// An uplink that is new, authentic and decrypted.
public struct BaseUplink: Hashable, Sendable {
    /// Whose it is.
    public let devEUI: DevEUI
    /// Its address in this session.
    public let devAddr: DevAddr
    /// FCntUp.
    public let counter: FrameCounter
    /// The device wants an acknowledgement.
    public let confirmed: Bool
    /// It lets the base choose its data rate.
    public let adr: Bool
    /// FPort; nil for a frame without payload, 0 for MAC commands.
    public let port: UInt8?
    /// FRMPayload, decrypted.
    public let payload: [UInt8]
    /// At which it was heard.
    public let dataRate: DataRate
    /// When its last symbol ended.
    public let at: MonotonicInstant
    /// dBm.
    public let rssi: Int
    /// Quarters of a decibel.
    public let snrQuarters: Int
}
