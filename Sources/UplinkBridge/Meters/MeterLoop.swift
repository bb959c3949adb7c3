public import HardwareInterfaces
import SmartMeter
public import Timekeeping

/// Reads all meters in one thread and posts what they say on the board.
public final class MeterLoop {
    private let inputs: [MeterInput]
    private let board: ReadingBoard
    private let clock: any Clock
    private let report: (Int, MeterEvent) -> Void

    /// - Parameter report: called with the meter's number and what happened.
    public init(
        inputs: [MeterInput], board: ReadingBoard, clock: any Clock, report: @escaping (Int, MeterEvent) -> Void
    ) {
        self.inputs = inputs
        self.board = board
        self.clock = clock
        self.report = report
    }

    public var pollDescriptors: [Int32] { inputs.compactMap(\.pollDescriptor) }
    public var nextDeadline: MonotonicInstant? { inputs.compactMap(\.nextDeadline).min() }

    /// - Returns: whether a telegram came.
    @discardableResult
    public func poll() -> Bool {
        var hasNews = false
        for input in inputs {
            let now = clock.monotonic
            for event in input.poll(at: now) {
                switch event {
                case .telegram(let telegram):
                    board.post(telegram.reading(receivedAt: clock.utc), meter: input.number, receivedAt: now)
                    hasNews = true
                case .ended: board.close(meter: input.number)
                default: break
                }
                report(input.number, event)
            }
        }
        return hasNews
    }
}
