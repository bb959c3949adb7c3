package import Timekeeping

extension SX127xChip {
    /// Which of the chip's amplifier pins the board wires to the antenna.
    package enum PowerOutput: Hashable, Sendable, CaseIterable {
        /// PA_BOOST, 2 to 20 dBm: RFM95 and most modules have only this one. 18 to 20 dBm for 1 % of the time.
        case boost
        /// RFO_HF or RFO_LF, -4 to 14 dBm; an SX1272 has -1 at least.
        case rfo

        /// dBm that the amplifier can give.
        package var range: ClosedRange<Int> {
            switch self {
            case .boost: 2...20
            case .rfo: -4...14
            }
        }
    }

    package struct Configuration: Hashable, Sendable {
        package var output: PowerOutput
        package var margins: WindowMargins
        package var syncWord = SyncWord.publicNetwork

        /// - Parameters:
        ///   - earlyMargin: ``WindowMargins/early``.
        ///   - lateness: ``WindowMargins/lateness``.
        ///   - lateMargin: ``WindowMargins/late``.
        package init(
            output: PowerOutput = .boost, earlyMargin: TimeSpan = .milliseconds(30),
            lateness: WindowLateness = WindowLateness(), lateMargin: TimeSpan = .milliseconds(20)
        ) {
            self.output = output
            margins = WindowMargins(early: earlyMargin, lateness: lateness, late: lateMargin)
        }
    }
}
