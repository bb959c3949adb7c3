package import Timekeeping

/// What happened since a radio was made.
package struct RadioCounters: Hashable, Sendable {
    package var transmitted = 0
    /// The end of a transmission was never told; the chip was reset.
    package var transmitTimeouts = 0
    package var windows = 0
    /// Windows that opened more than two symbols after their time.
    package var lateWindows = 0
    /// The most that a window opened after the time it was planned for.
    package var worstLateness = TimeSpan.zero
    package var received = 0
    /// Frames that came with a CRC, and a wrong one.
    package var crcErrors = 0
    /// Windows that neither ended by a frame nor by the chip's time-out, or in which the chip lost its settings.
    package var windowFailures = 0
    /// A flag was up whose edge never came; only counted where the line is wired.
    package var lostEdges = 0
    /// Edges without a flag: noise on the wire.
    package var spuriousEdges = 0
    /// The chip was reset and configured anew while in use.
    package var resets = 0
    /// Of these, because the chip had lost its settings between two orders: its supply dipped.
    package var brownOuts = 0
    /// The image was calibrated again because the temperature had drifted.
    package var recalibrations = 0
    /// Settings that did not read back as written, and were written again: noise on the wires.
    package var rewrites = 0
    /// FSK packets that were lost because the FIFO was not served in time.
    package var fifoTroubles = 0
    /// Frames sent with less power because the amplifier has to rest from more.
    package var reducedPowers = 0

    package init() {}
}
