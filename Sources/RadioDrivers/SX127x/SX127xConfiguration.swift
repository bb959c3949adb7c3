public import LoRaWAN
public import Timekeeping

extension SX127x {
    /// Which of the chip's amplifier pins the board wires to the antenna.
    public enum PowerOutput: Hashable, Sendable, CaseIterable {
        /// PA_BOOST, 2 to 20 dBm: RFM95 and most modules have only this one. 18 to 20 dBm for 1 % of the time.
        case boost
        /// RFO_HF or RFO_LF, -4 to 14 dBm; an SX1272 has -1 at least.
        case rfo

        /// dBm that the amplifier can give.
        public var range: ClosedRange<Int> {
            switch self {
            case .boost: 2...20
            case .rfo: -4...14
            }
        }
    }

    public struct Configuration: Hashable, Sendable {
        public var output: PowerOutput
        /// How long before the network's earliest time the receiver is on, while nothing has been measured. Early is
        /// cheap; late by more than about two symbols (2 ms at SF7) loses the downlink.
        public var earlyMargin: TimeSpan
        /// What it may become by what is measured (``WindowLateness``).
        public var earlyMargins: ClosedRange<TimeSpan>
        /// How late the thread was in waits before the driver was made.
        public var lateness: WindowLateness
        /// How long after it a preamble may still begin.
        public var lateMargin: TimeSpan

        /// - Parameters:
        ///   - earlyMargin: 0 to 10 s; default 30 ms, more than a scheduler without real-time priority is late.
        ///   - earlyMargins: default 5 ms, for the kernel's stamp of TxDone, to 250 ms, a quarter of the time between the
        ///     two windows.
        ///   - lateMargin: 0 to 10 s; default 20 ms.
        public init(
            output: PowerOutput = .boost, earlyMargin: TimeSpan = .milliseconds(30),
            earlyMargins: ClosedRange<TimeSpan> = .milliseconds(5) ... .milliseconds(250),
            lateness: WindowLateness = WindowLateness(), lateMargin: TimeSpan = .milliseconds(20)
        ) {
            self.output = output
            self.earlyMargin = max(.zero, min(earlyMargin, .seconds(10)))
            self.earlyMargins = earlyMargins
            self.lateness = lateness
            self.lateMargin = max(.zero, min(lateMargin, .seconds(10)))
        }

        /// What the margin is to be after so much lateness.
        func earlyMargin(after lateness: WindowLateness) -> TimeSpan {
            guard let margin = lateness.margin else { return earlyMargin }
            return max(earlyMargins.lowerBound, min(margin, earlyMargins.upperBound))
        }
    }

    /// How many symbols a window lasts without a preamble, at the margins that follow from what was measured.
    public static func windowSymbols(
        of modulation: Modulation, after lateness: WindowLateness, _ configuration: Configuration = .init()
    ) -> Int {
        let window = ReceiveWindow(
            opensAt: MonotonicInstant(nanoseconds: 0), frequency: 868_100_000, modulation: modulation)
        return SX127xWindowPlan(
            window, early: configuration.earlyMargin(after: lateness), late: configuration.lateMargin
        ).symbols
    }

    /// What happened since the driver was made.
    public struct Counters: Hashable, Sendable {
        public var transmitted = 0
        /// TxDone never came; the chip was reset.
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
        /// A flag was up whose edge never came; only counted where DIO0 is wired.
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
        /// Frames sent with 17 dBm because the amplifier has to rest from more.
        public var reducedPowers = 0
    }
}
