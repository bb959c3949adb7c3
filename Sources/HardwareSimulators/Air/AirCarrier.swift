package import Timekeeping

/// A transmitter that is on and sends no frame.
package struct AirCarrier: Hashable, Sendable {
    /// In hertz.
    package var frequency: Int
    /// dBm at the antenna.
    package var power: Int
    /// The preamble that a chip sends on behind an FSK packet until its mode is changed, and not a carrier that was asked
    /// for.
    package var followsPacket: Bool
    package var start: MonotonicInstant
    /// nil while it is on.
    package var end: MonotonicInstant?

    /// How long it was on until `now`.
    package func duration(until now: MonotonicInstant) -> TimeSpan { (end ?? now) - start }
}
