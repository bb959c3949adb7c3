import BridgeStore
import HardwareInterfaces
import MeterValues
import SmartMeter
import Timekeeping

/// One meter between its line and the board: dates its readings, keeps its quarter-hours, and stores them.
///
/// A reading that nobody can date is shown all the same, but gives no quarter-hours: those would be invented.
final class MeterRecorder {
    let name: String
    private(set) var memory: MeterMemory
    private var meterClock = MeterClock()
    private(set) var clockFault: MeterClock.Fault?
    private let store: StateStore?
    private var reserve = FrameCounterReserve()
    private let timeZone: MeterTimeZone
    private var computed: ComputedValues

    /// - Parameters:
    ///   - computing: what is computed of its readings.
    ///   - store: nil where nothing is to be kept (the reading of a file, a test).
    init(
        name: String, memory: MeterMemory = MeterMemory(), computing: MeterComputing = MeterComputing(),
        store: StateStore?
    ) {
        self.name = name
        self.memory = memory
        self.memory.referencePower.include(computing.referenceClasses)
        self.store = store
        timeZone = computing.timeZone
        computed = ComputedValues(statisticsOver: computing.statistics, resuming: memory.statistics)
    }

    /// - Parameter counter: what the reader remembers of the frame counters.
    func take(
        _ telegram: Telegram, counter: ReplayGuard?, at now: MonotonicInstant, clock: any Clock
    ) -> TakenReading {
        let (utc, isUTCTrusted) = (clock.utc, clock.isUTCTrusted)
        var reading = telegram.reading(receivedAt: utc)
        let judgement = meterClock.judge(telegram.time, arrival: now, system: utc, systemIsSet: isUTCTrusted)
        reading.time = judgement.time
        clockFault = judgement.fault
        if let counter { memory.replayGuard = counter }
        let due = counter.flatMap { reserve.due(for: $0, at: now) }
        let isDated = isUTCTrusted || (judgement.fault != .absent && judgement.fault != .stuck)
        return take(reading, meter: telegram.meterIdentifier, isDated: isDated, reserving: due)
    }

    /// - Parameter reading: of an input that has no clock, dated by the system's.
    func take(_ reading: Reading, clock: any Clock) -> TakenReading {
        take(reading, meter: nil, isDated: clock.isUTCTrusted)
    }

    /// - Parameter due: frame counters to be set aside before the reading is used.
    func take(
        _ reading: Reading, meter: String?, isDated: Bool, reserving due: ReplayGuard? = nil
    ) -> TakenReading {
        var taken = TakenReading(reading: reading, isDated: isDated)
        // Another meter's count says nothing of this one's.
        if let meter, let known = memory.recorder.meter, meter != known { memory.powerFailures = nil }
        let entries = isDated ? memory.take(reading, meter: meter, in: timeZone) : []
        taken.reading.add(memory.referencePower.quantities)
        taken.reading.add(memory.energies(of: reading, in: timeZone))
        taken.reading.add(computed.take(reading))
        if let failures = reading.quantities[Self.powerFailures]?.coefficient {
            taken.powerHadFailed = failures > memory.powerFailures ?? failures
            memory.powerFailures = failures
        }
        guard !entries.isEmpty || taken.powerHadFailed else {
            // Told once: what follows of a disk that fails shows with the quarter-hours.
            let wasFailing = reserve.isFailing
            let trouble = due.flatMap { set(aside: $0) }
            if !wasFailing { taken.trouble = trouble }
            return taken
        }
        taken.trouble = save(entries, counters: due.map { .reserve($0) } ?? .none)
        if let due { note(due, taken.trouble) }
        taken.stored = entries.map(\.interval.boundary).max()
        return taken
    }

    private static let powerFailures = OBISCode(0, 0, 96, 7, 21)

    /// Stores what is not stored yet, at the end of the service.
    func flush() -> StoreError? { save([], counters: .release) }

    private func save(_ entries: [MeterMemory.Entry], counters: FrameCounterChange) -> StoreError? {
        memory.statistics = computed.statistics
        do {
            try store?.save(memory, entries, counters: counters, ofMeter: name)
            return nil
        } catch {
            return error
        }
    }

    private func set(aside counters: ReplayGuard) -> StoreError? {
        var failure: StoreError?
        do {
            try store?.save(.reserve(counters), ofMeter: name)
        } catch {
            failure = error
        }
        note(counters, failure)
        return failure
    }

    private func note(_ counters: ReplayGuard, _ failure: StoreError?) {
        if failure == nil { reserve.note(stored: counters) } else { reserve.noteFailure() }
    }
}

extension Reading {
    /// What the meter says itself goes before what is computed.
    fileprivate mutating func add(_ computed: [OBISCode: Quantity]) {
        quantities.merge(computed) { printed, _ in printed }
    }
}
