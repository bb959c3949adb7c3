public import Timekeeping

/// What happened since a radio was made.
public struct RadioCounters: Hashable, Sendable {
    public var transmitted = 0
    /// The end of a transmission was never told; the chip was reset.
    public var transmitTimeouts = 0
    public var windows = 0
    /// Windows that opened more than two symbols after their time.
    public var lateWindows = 0
    /// The most that a window opened after the time it was planned for.
    public var worstLateness = TimeSpan.zero
    public var received = 0
    /// Frames that came with a CRC, and a wrong one.
    public var crcErrors = 0
    /// Windows that neither ended by a frame nor by the chip's time-out, or in which the chip lost its settings.
    public var windowFailures = 0
    /// A flag was up whose edge never came; only counted where the line is wired.
    public var lostEdges = 0
    /// Edges without a flag: noise on the wire.
    public var spuriousEdges = 0
    /// The chip was reset and configured anew while in use.
    public var resets = 0
    /// Of these, because the chip had lost its settings between two orders: its supply dipped.
    public var brownOuts = 0
    /// The image was calibrated again because the temperature had drifted.
    public var recalibrations = 0
    /// Settings that did not read back as written, and were written again: noise on the wires.
    public var rewrites = 0
    /// FSK packets that were lost because the FIFO was not served in time.
    public var fifoTroubles = 0
    /// Frames sent with less power because the amplifier has to rest from more.
    public var reducedPowers = 0

    public init() {}
}
