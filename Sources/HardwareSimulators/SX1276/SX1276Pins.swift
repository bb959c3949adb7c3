package import HardwareInterfaces
package import Timekeeping

/// A pin whose edges wait in a queue with their time stamps, as in the kernel.
package final class SimulatedEdgePin: EdgePin {
    package var pollDescriptor: Int32? { nil }
    /// How many of the next rising edges nobody hears of: a glitch, a queue that ran over.
    package var risingEdgesToLose = 0
    package private(set) var isHigh = false
    private var edges: [PinEdge] = []

    package init() {}

    package func nextEdge() -> PinEdge? { edges.isEmpty ? nil : edges.removeFirst() }

    /// Only a change is an edge.
    package func drive(_ high: Bool, at instant: MonotonicInstant) {
        guard high != isHigh else { return }
        isHigh = high
        if high, risingEdgesToLose > 0 {
            risingEdgesToLose -= 1
        } else {
            edges.append(PinEdge(rising: high, at: instant))
        }
    }
}

/// The chip's NRESET: low for 100 us resets it, or high for an SX1272, and 5 ms after the release it is ready (datasheet
/// 7.2.2).
final class SX1276ResetPin: OutputPin {
    private let chip: SX1276Simulator

    init(chip: SX1276Simulator) {
        self.chip = chip
    }

    func set(_ level: PinLevel) { chip.driveReset(level) }
}
