package import LoRaWAN
package import Timekeeping

/// The FIFO of a chip that is shorter than an FSK packet: it is fed and emptied while the packet is on the air, and a window
/// is closed from here.
package protocol PacketFIFO: AnyObject {
    /// Whether a packet that is being sent has bytes that did not fit yet.
    var hasMoreToSend: Bool { get }
    /// Whether the first byte of a packet came in.
    var isFilling: Bool { get }
    /// What the FIFO of a packet that is being sent wants.
    func want() throws(RadioError) -> PacketWant
    /// Writes as much as fits when it wants more.
    func feed() throws(RadioError)
    /// Takes what it holds of a packet.
    /// - Parameter end: when a packet ended that is whole.
    func take(frequency: Int, at end: MonotonicInstant) throws(RadioError) -> PacketProgress
    /// Whether a packet is on its way to a window that should have closed.
    func isComing() throws(RadioError) -> Bool
    /// Whether the receiver follows a preamble behind which nothing came, and has to be started again.
    func isMisled(at now: MonotonicInstant) throws(RadioError) -> Bool
    /// Ends reception, so that it can be begun again for the next packet.
    func endReception() throws(RadioError)
}

/// What the FIFO of a packet that is being sent wants.
package enum PacketWant: Hashable, Sendable {
    case nothing
    case more
    /// It ran empty before the packet's end: the packet is lost.
    case starved
}

/// What was found in a ``PacketFIFO``.
package enum PacketProgress: Hashable, Sendable {
    case nothing
    /// The packet is on its way.
    case more
    case frame(ReceivedFrame)
    case damaged
    /// It was not emptied in time.
    case overrun
}
