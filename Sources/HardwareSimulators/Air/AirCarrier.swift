public import Timekeeping

/// A transmitter that is on and sends no frame.
public struct AirCarrier: Hashable, Sendable {
    /// In hertz.
    public var frequency: Int
    /// dBm at the antenna.
    public var power: Int
    /// The preamble that a chip sends on behind an FSK packet until its mode is changed, and not a carrier that was asked
    /// for.
    public var followsPacket: Bool
    public var start: MonotonicInstant
    /// nil while it is on.
    public var end: MonotonicInstant?

    /// How long it was on until `now`.
    public func duration(until now: MonotonicInstant) -> TimeSpan { (end ?? now) - start }
}
