package import BridgeStore
package import HardwareInterfaces
package import SmartMeter
package import Timekeeping

/// Reads all meters in one thread and posts what they say on the board.
package final class MeterLoop {
    private let inputs: [MeterInput]
    private var keepers: [Int: MeterKeeper] = [:]
    private let pulses: PulseDesk?
    private let alarms: AlarmDesk?
    private let board: ReadingBoard
    private let clock: any Clock
    private let report: (Int, MeterEvent) -> Void

    /// - Parameters:
    ///   - meters: what is remembered of the meters, by the inputs' numbers; a new meter where there is nothing.
    ///   - computing: what is computed of their readings, likewise.
    ///   - pulses: what the pulse inputs counted, to be kept in the same thread.
    ///   - alarms: looks for what can't wait.
    ///   - store: where it is kept; nil to keep nothing.
    ///   - report: called with the meter's number and what happened.
    package init(
        inputs: [MeterInput], meters: [Int: (name: String, memory: MeterMemory)] = [:],
        computing: [Int: MeterComputing] = [:], pulses: PulseDesk? = nil,
        alarms: AlarmDesk? = nil, store: StateStore? = nil, board: ReadingBoard, clock: any Clock,
        report: @escaping (Int, MeterEvent) -> Void
    ) {
        for input in inputs {
            let meter = meters[input.number]
            keepers[input.number] = MeterKeeper(
                name: meter?.name ?? "\(input.number)", memory: meter?.memory ?? MeterMemory(),
                computing: computing[input.number] ?? MeterComputing(), store: store)
        }
        self.inputs = inputs
        self.pulses = pulses
        self.alarms = alarms
        self.board = board
        self.clock = clock
        self.report = report
    }

    package var pollDescriptors: [Int32] { inputs.compactMap(\.pollDescriptor) }
    package var nextDeadline: MonotonicInstant? {
        (inputs.compactMap(\.nextDeadline) + [pulses?.nextDeadline].compactMap { $0 }).min()
    }

    /// - Returns: whether there is a new reading.
    @discardableResult
    package func poll() -> Bool {
        var hasNews = pulses?.poll(clock: clock, report: report, taken: post) ?? false
        for input in inputs {
            let now = clock.monotonic
            if let alarms { input.silentAfter = alarms.silenceLimit(ofMeter: input.number) }
            for event in input.poll(at: now) {
                switch event {
                case .telegram(let telegram):
                    guard let keeper = keepers[input.number] else { break }
                    let fault = keeper.clockFault
                    post(
                        input.number, keeper.take(telegram, counter: input.replayGuard, at: now, clock: clock))
                    if keeper.clockFault != fault { report(input.number, .clock(keeper.clockFault)) }
                    hasNews = true
                case .silent, .returned:
                    alarms?.note(event, ofMeter: input.number)
                    hasNews = true
                case .ended: board.close(meter: input.number)
                default: break
                }
                report(input.number, event)
            }
        }
        return hasNews
    }

    private func post(_ number: Int, _ taken: TakenReading) {
        board.post(taken.reading, meter: number, receivedAt: clock.monotonic)
        if let boundary = taken.stored { board.noteStored(boundary, meter: number) }
        if let trouble = taken.trouble { report(number, .storeFailed(trouble)) }
        alarms?.take(taken, ofMeter: number)
    }

    /// Stores what is remembered; called when the service ends.
    package func flush() {
        pulses?.flush(at: clock.monotonic, report)
        for (number, keeper) in keepers {
            if let trouble = keeper.flush() { report(number, .storeFailed(trouble)) }
        }
    }
}
