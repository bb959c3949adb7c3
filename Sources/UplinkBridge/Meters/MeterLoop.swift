package import BridgeStore
package import HardwareInterfaces
package import SmartMeter
package import Timekeeping

/// Reads all meters in one thread and makes what they say the latest readings.
package final class MeterLoop {
    private let inputs: [MeterInput]
    private var recorders: [Int: MeterRecorder] = [:]
    private let pulses: PulseRecorder?
    private let alarms: AlarmDetector?
    private let latestReadings: LatestReadings
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
        computing: [Int: MeterComputing] = [:], pulses: PulseRecorder? = nil,
        alarms: AlarmDetector? = nil, store: StateStore? = nil, latestReadings: LatestReadings, clock: any Clock,
        report: @escaping (Int, MeterEvent) -> Void
    ) {
        for input in inputs {
            let meter = meters[input.number]
            recorders[input.number] = MeterRecorder(
                name: meter?.name ?? "\(input.number)", memory: meter?.memory ?? MeterMemory(),
                computing: computing[input.number] ?? MeterComputing(), store: store)
        }
        self.inputs = inputs
        self.pulses = pulses
        self.alarms = alarms
        self.latestReadings = latestReadings
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
                    guard let recorder = recorders[input.number] else { break }
                    let fault = recorder.clockFault
                    post(
                        input.number, recorder.take(telegram, counter: input.replayGuard, at: now, clock: clock))
                    if recorder.clockFault != fault { report(input.number, .clock(recorder.clockFault)) }
                    hasNews = true
                case .silent, .returned:
                    alarms?.note(event, ofMeter: input.number)
                    hasNews = true
                case .ended: latestReadings.close(meter: input.number)
                default: break
                }
                report(input.number, event)
            }
        }
        return hasNews
    }

    private func post(_ number: Int, _ taken: TakenReading) {
        latestReadings.post(taken.reading, meter: number, receivedAt: clock.monotonic)
        if let boundary = taken.stored { latestReadings.noteStored(boundary, meter: number) }
        if let trouble = taken.trouble { report(number, .storeFailed(trouble)) }
        alarms?.take(taken, ofMeter: number)
    }

    /// Stores what is remembered; called when the service ends.
    package func flush() {
        pulses?.flush(at: clock.monotonic, report)
        for (number, recorder) in recorders {
            if let trouble = recorder.flush() { report(number, .storeFailed(trouble)) }
        }
    }
}
