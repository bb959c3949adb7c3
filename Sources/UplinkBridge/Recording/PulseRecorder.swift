package import BridgeStore
import HardwareInterfaces
package import SmartMeter
package import Timekeeping

/// Stores the pulse counts, and treats their registers like those of any other meter: as latest readings, and in quarter-hours.
///
/// Each pulse is stored when it is counted, one transaction for all inputs, so that a power cut loses the pulses while
/// off and those of the transaction under way.
package final class PulseRecorder {
    /// What is kept of one input.
    package struct Input {
        package var name: String
        package var memory: MeterMemory
        /// How long a pulse may wait to be stored; zero for each at once.
        package var saveEvery: TimeSpan
        package var computing: MeterComputing

        package init(
            name: String, memory: MeterMemory = MeterMemory(), saveEvery: TimeSpan = .zero,
            computing: MeterComputing = MeterComputing()
        ) {
            self.name = name
            self.memory = memory
            self.saveEvery = saveEvery
            self.computing = computing
        }
    }

    private struct Unsaved {
        var state: PulseCounter.State
        var due: MonotonicInstant
    }

    private let mailbox: PulseMailbox
    private let store: StateStore?
    private let inputs: [Int: Input]
    private let recorders: [Int: MeterRecorder]
    private var unsaved: [Int: Unsaved] = [:]
    private var saved: [Int: PulseCounter.State] = [:]

    /// A disk that fails is asked again after so long.
    static let retry = TimeSpan.seconds(10)

    /// - Parameters:
    ///   - inputs: by their numbers.
    ///   - store: nil to keep nothing.
    package init(mailbox: PulseMailbox, inputs: [Int: Input], store: StateStore?) {
        self.mailbox = mailbox
        self.inputs = inputs
        self.store = store
        recorders = inputs.mapValues {
            MeterRecorder(name: $0.name, memory: $0.memory, computing: $0.computing, store: store)
        }
    }

    /// When a count waits to be stored.
    var nextDeadline: MonotonicInstant? { unsaved.values.map(\.due).min() }

    /// - Returns: whether there is a new reading.
    func poll(
        clock: any Clock, report: (Int, MeterEvent) -> Void, taken: (Int, TakenReading) -> Void
    ) -> Bool {
        let now = clock.monotonic
        var hasNews = false
        for (number, item) in mailbox.take() {
            if saved[number] != item.state {
                let due = unsaved[number]?.due ?? now + (inputs[number]?.saveEvery ?? .zero)
                unsaved[number] = Unsaved(state: item.state, due: due)
            }
            guard let reading = item.reading, let recorder = recorders[number] else { continue }
            taken(number, recorder.take(reading, clock: clock))
            hasNews = true
        }
        if let nextDeadline, nextDeadline <= now { save(at: now, report) }
        return hasNews
    }

    /// Stores what waits; called when the service ends.
    func flush(at now: MonotonicInstant, _ report: (Int, MeterEvent) -> Void) {
        for (number, item) in mailbox.take() { unsaved[number] = Unsaved(state: item.state, due: now) }
        save(at: now, isLast: true, report)
        for (number, recorder) in recorders {
            if let trouble = recorder.flush() { report(number, .storeFailed(trouble)) }
        }
    }

    private func save(at now: MonotonicInstant, isLast: Bool = false, _ report: (Int, MeterEvent) -> Void) {
        guard let store, !unsaved.isEmpty else { return unsaved = [:] }
        var states: [String: PulseCounter.State] = [:]
        for (number, waiting) in unsaved {
            if let name = inputs[number]?.name { states[name] = waiting.state }
        }
        do {
            try store.save(pulses: states, isLast: isLast)
            for (number, waiting) in unsaved { saved[number] = waiting.state }
            unsaved = [:]
        } catch {
            for number in unsaved.keys {
                unsaved[number]?.due = now + Self.retry
                report(number, .storeFailed(error))
            }
        }
    }
}
