public import Timekeeping

/// A frame for the air: what the MAC orders from a radio.
public struct Transmission: Hashable, Sendable {
    /// PHYPayload, 1 to 255 bytes.
    public let payload: [UInt8]
    /// Carrier in hertz.
    public let frequency: Int
    /// LoRa or FSK.
    public let modulation: Modulation
    /// Conducted power at the chip's pin, in dBm.
    public let power: Int
    /// Listen first, and send only where the channel is free; nil to send at once.
    public let carrierSense: CarrierSense?
    /// As gateways send: IQ inverted, without a CRC.
    public let isDownlink: Bool
    /// When the first symbol is to begin; nil for at once.
    public let startsAt: MonotonicInstant?

    /// A frame to be sent.
    public init(
        payload: [UInt8], frequency: Int, modulation: Modulation, power: Int, carrierSense: CarrierSense? = nil,
        isDownlink: Bool = false, startsAt: MonotonicInstant? = nil
    ) {
        self.payload = payload
        self.frequency = frequency
        self.modulation = modulation
        self.power = power
        self.carrierSense = carrierSense
        self.isDownlink = isDownlink
        self.startsAt = startsAt
    }
}

/// Listen before talk: how long, and what is still silence.
public struct CarrierSense: Hashable, Sendable {
    /// A signal within this time ahead of the transmission forbids it.
    public let duration: TimeSpan
    /// dBm; a channel with more is busy.
    public let threshold: Int

    /// How long the channel is heard, and what counts as free.
    public init(duration: TimeSpan, threshold: Int) {
        self.duration = duration
        self.threshold = threshold
    }
}

/// An unmodulated carrier, for measurements of a transmitter (TS009, TxCwReq).
public struct Carrier: Hashable, Sendable {
    /// In hertz.
    public let frequency: Int
    /// Conducted power at the chip's pin, in dBm.
    public let power: Int
    /// How long it lasts.
    public let duration: TimeSpan

    /// An unmodulated carrier.
    public init(frequency: Int, power: Int, duration: TimeSpan) {
        self.frequency = frequency
        self.power = power
        self.duration = duration
    }
}

/// Class C: where the radio listens whenever it has nothing else to do (TS001, class C: RXC).
public struct ContinuousReception: Hashable, Sendable {
    /// Carrier in hertz.
    public let frequency: Int
    /// LoRa or FSK.
    public let modulation: Modulation

    /// Where a device of class C listens.
    public init(frequency: Int, modulation: Modulation) {
        self.frequency = frequency
        self.modulation = modulation
    }
}

/// A receive window: what the MAC orders after a transmission (TS001 3.3).
public struct ReceiveWindow: Hashable, Sendable {
    /// When a downlink's preamble starts at the earliest by the network's clock: the receiver is to be listening then.
    public let opensAt: MonotonicInstant
    /// Carrier in hertz.
    public let frequency: Int
    /// LoRa or FSK.
    public let modulation: Modulation

    /// A window of class A.
    public init(opensAt: MonotonicInstant, frequency: Int, modulation: Modulation) {
        self.opensAt = opensAt
        self.frequency = frequency
        self.modulation = modulation
    }
}

/// What a radio reports back.
public enum RadioEvent: Hashable, Sendable {
    /// The last symbol of the uplink left the antenna, or the carrier was switched off.
    case transmitted(endedAt: MonotonicInstant)
    /// The frame did not leave, or nobody knows: time-out of TxDone. The radio has been set up anew.
    case transmitFailed(reason: String, at: MonotonicInstant)
    /// The channel was not free (``Transmission/carrierSense``): nothing was sent.
    case channelBusy(rssi: Int, at: MonotonicInstant)
    /// A frame came, whoever it is for.
    case received(ReceivedFrame)
    /// The window closed without a frame.
    case windowClosed(at: MonotonicInstant)
    /// The window could not be opened in time, or the radio failed while it was open or listened continuously.
    case windowFailed(reason: String, at: MonotonicInstant)
}

/// A frame as the radio took it from the air; its CRC, where it has one, was right.
public struct ReceivedFrame: Hashable, Sendable {
    /// PHYPayload.
    public let payload: [UInt8]
    /// When the last symbol arrived.
    public let at: MonotonicInstant
    /// dBm.
    public let rssi: Int
    /// Quarters of a decibel, as the chip counts.
    public let snrQuarters: Int

    /// A frame that was heard.
    public init(payload: [UInt8], at: MonotonicInstant, rssi: Int, snrQuarters: Int) {
        self.payload = payload
        self.at = at
        self.rssi = rssi
        self.snrQuarters = snrQuarters
    }
}
