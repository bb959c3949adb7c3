import HardwareInterfaces
import SmartMeter
import Timekeeping

/// One meter between its line and the board: dates its readings, keeps its quarter-hours, and stores them.
///
/// A reading that nobody can date is shown all the same, but gives no quarter-hours: those would be invented.
final class MeterKeeper {
    let name: String
    private(set) var memory: MeterMemory
    private var meterClock = MeterClock()
    private(set) var clockFault: MeterClock.Fault?
    /// Quarter-hours that could not be stored yet.
    private var unsaved: [MeterMemory.Entry] = []
    private let store: StateStore?

    /// Quarter-hours kept in memory while the store fails: a day of ten registers.
    static let mostUnsaved = 1_000

    /// - Parameter store: nil where nothing is to be kept (the reading of a file, a test).
    init(name: String, memory: MeterMemory = MeterMemory(), store: StateStore?) {
        self.name = name
        self.memory = memory
        self.store = store
    }

    /// - Parameter counter: what the reader remembers of the frame counters.
    /// - Returns: the reading of a telegram, and what went wrong when it was to be stored.
    func take(
        _ telegram: Telegram, counter: ReplayGuard?, at now: MonotonicInstant, clock: any Clock
    ) -> (reading: Reading, trouble: StoreError?) {
        let (utc, isUTCTrusted) = (clock.utc, clock.isUTCTrusted)
        var reading = telegram.reading(receivedAt: utc)
        let judgement = meterClock.judge(telegram.time, arrival: now, system: utc, systemIsSet: isUTCTrusted)
        reading.time = judgement.time
        clockFault = judgement.fault
        if let counter { memory.replayGuard = counter }
        let isDated = isUTCTrusted || (judgement.fault != .absent && judgement.fault != .stuck)
        return take(reading, meter: telegram.meterIdentifier, isDated: isDated)
    }

    /// - Parameter reading: of an input that has no clock, dated by the system's.
    /// - Returns: the reading with the registers that are counted here, and what went wrong when it was to be stored.
    func take(_ reading: Reading, clock: any Clock) -> (reading: Reading, trouble: StoreError?) {
        take(reading, meter: nil, isDated: clock.isUTCTrusted)
    }

    private func take(
        _ reading: Reading, meter: String?, isDated: Bool
    ) -> (reading: Reading, trouble: StoreError?) {
        var reading = reading
        let entries = isDated ? memory.take(reading, meter: meter) : []
        reading.quantities.merge(memory.referencePower.quantities) { printed, _ in printed }
        return (reading, entries.isEmpty ? nil : save(entries))
    }

    /// Stores what is not stored yet, at the end of the service.
    func flush() -> StoreError? { save([]) }

    private func save(_ entries: [MeterMemory.Entry]) -> StoreError? {
        guard let store else { return nil }
        unsaved += entries
        if unsaved.count > Self.mostUnsaved { unsaved.removeFirst(unsaved.count - Self.mostUnsaved) }
        do {
            try store.save(memory, unsaved, ofMeter: name)
            unsaved = []
            return nil
        } catch {
            return error
        }
    }
}
