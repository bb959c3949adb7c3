package import LoRaWAN
package import Timekeeping

/// A radio on a bench: what a person asks of it, and what tells whether it is well. Each question wakes the chip where it
/// has to, ends what is under way except a transmission, takes milliseconds, and leaves the chip at rest.
package protocol BenchRadio: CarrierSource {
    /// What happened since the radio was made.
    var counters: RadioCounters { get }
    /// The line that tells the end of a frame: "DIO0".
    var edgeName: String { get }
    /// Whether that line is configured.
    var hasEdge: Bool { get }
    /// All registers that can be read without disturbing anything, in the order of their addresses.
    func registers(at now: MonotonicInstant) throws(RadioError) -> [RegisterValue]
    /// Degrees Celsius by the chip's own sensor, which nobody has calibrated: absolute values are off by up to some 15 K,
    /// differences are right; nil where it has none.
    func temperature(at now: MonotonicInstant) throws(RadioError) -> Int?
    /// The strength on a channel at present, in dBm: of the strongest signal, or of the noise.
    func channelStrength(frequency: Int, modulation: Modulation, at now: MonotonicInstant) throws(RadioError) -> Int
    /// Channel activity detection: whether a LoRa preamble of this data rate is on the channel now.
    func hearsPreamble(frequency: Int, modulation: Modulation, at now: MonotonicInstant) throws(RadioError) -> Bool
    /// Hears every frame on a channel until another order comes, also other devices' uplinks. Each is reported by
    /// ``Transceiver/poll(at:)`` as `.received`.
    ///
    /// - Parameter uplinks: true for what devices send, false for what gateways send (the IQ polarity differs).
    func monitor(frequency: Int, modulation: Modulation, uplinks: Bool, at now: MonotonicInstant) throws(RadioError)
    /// Whether a pulse on the reset line resets the chip; nil where none is configured. The chip is set up again
    /// afterwards.
    func obeysReset(at now: MonotonicInstant) throws(RadioError) -> Bool?
    /// Whether the line ``edgeName`` rises when the chip says so, with nothing sent; nil where none is configured.
    func raisesEdge(at now: MonotonicInstant) throws(RadioError) -> Bool?
}
