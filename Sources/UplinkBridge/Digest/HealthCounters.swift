import BridgeStore
import LoRaWAN
import RadioDrivers
import SmartMeter
import Synchronization
package import Timekeeping
package import UplinkPayload

/// How the bridge is: counted from the events of all threads, for the status report.
package final class HealthCounters: Sendable {
    fileprivate struct State {
        var health: BridgeHealth
        var troubleAt: MonotonicInstant?
        /// Air-time by the hour since the start.
        var airTime: [Int64: TimeSpan] = [:]
        var meters: [Int: MeterRecord] = [:]
        var link = LinkRecord()
        var storeFailures = 0
        var storeTrouble: (text: String, at: MonotonicInstant)?
    }

    let start: MonotonicInstant
    private let state: Mutex<State>

    package init(at now: MonotonicInstant) {
        start = now
        state = Mutex(State(health: BridgeHealth(version: BridgeVersion.current)))
    }

    package func note(meter number: Int, event: MeterEvent, at now: MonotonicInstant) {
        note(event.meaning(ofMeter: number), meter: number, at: now)
    }

    func note(_ meaning: EventMeaning<MeterRecord>, meter number: Int, at now: MonotonicInstant) {
        state.withLock { state in
            meaning.record(in: &state.meters[number, default: MeterRecord()], at: now)
            state.note(meaning, at: now, hour: hour(at: now))
        }
    }

    package func note(link event: LinkEvent, at now: MonotonicInstant) { note(event.meaning, at: now) }

    package func note(uplink event: UplinkEvent, at now: MonotonicInstant) { note(event.meaning, at: now) }

    func note(_ meaning: EventMeaning<LinkRecord>, at now: MonotonicInstant) {
        state.withLock { state in
            meaning.record(in: &state.link, at: now)
            state.note(meaning, at: now, hour: hour(at: now))
        }
    }

    /// What could not be stored or read, in words.
    package func note(store trouble: String, at now: MonotonicInstant) {
        state.withLock { $0.note(store: trouble, at: now) }
    }

    /// All that was noted, for people and their programs.
    var records: (meters: [Int: MeterRecord], link: LinkRecord) { state.withLock { ($0.meters, $0.link) } }

    /// How often something could not be stored or read, and the last of it.
    var store: (failures: Int, trouble: (text: String, at: MonotonicInstant)?) {
        state.withLock { ($0.storeFailures, $0.storeTrouble) }
    }

    package func health(at now: MonotonicInstant) -> BridgeHealth {
        state.withLock { state in
            var health = state.health
            health.uptimeMinutes = Int(clamping: (now - start).seconds / 60)
            health.troubleMinutes = state.troubleAt.map { Int(clamping: (now - $0).seconds / 60) }
            state.forget(before: hour(at: now) - 23)
            let airTime = state.airTime.values.reduce(TimeSpan.zero) { $0 + $1 }
            health.airTimeTenths = Int(clamping: airTime.nanoseconds / 100_000_000)
            return health
        }
    }

    private func hour(at now: MonotonicInstant) -> Int64 { (now - start).seconds / 3_600 }
}

extension HealthCounters.State {
    fileprivate mutating func note(_ trouble: Trouble?, at now: MonotonicInstant) {
        guard let trouble else { return }
        health.trouble = trouble
        troubleAt = now
    }

    fileprivate mutating func note<Record>(_ meaning: EventMeaning<Record>, at now: MonotonicInstant, hour: Int64) {
        meaning.count(in: &health)
        if meaning.airTime > .zero { spend(meaning.airTime, hour: hour) }
        if let trouble = meaning.storeTrouble { note(store: trouble, at: now) } else { note(meaning.trouble, at: now) }
    }

    fileprivate mutating func note(store trouble: String, at now: MonotonicInstant) {
        note(.store, at: now)
        storeFailures += 1
        storeTrouble = (trouble, now)
    }

    fileprivate mutating func spend(_ time: TimeSpan, hour: Int64) {
        airTime[hour] = (airTime[hour] ?? .zero) + time
        forget(before: hour - 23)
    }

    fileprivate mutating func forget(before hour: Int64) {
        airTime = airTime.filter { $0.key >= hour }
    }
}
