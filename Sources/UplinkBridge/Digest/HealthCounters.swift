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
        state.withLock { state in
            var trouble: Trouble?
            state.meters[number, default: MeterRecord()].note(event, at: now)
            switch event {
            case .telegram: state.health.telegrams += 1
            case .problem(let problem):
                trouble = problem.reason.trouble
                if problem.reason.isOfTelegram { state.health.refusedTelegrams += 1 }
            case .silent:
                state.health.silentMeters.insert(number)
                trouble = .meterSilent
            case .returned: state.health.silentMeters.remove(number)
            case .failed, .unusable, .noise: trouble = .meterLine
            case .clock(let fault?): trouble = fault == .absent ? nil : .meterClock
            case .storeFailed(let error): state.note(store: error.description, at: now)
            case .opened, .ended, .settingsFound, .clock(nil): break
            }
            state.note(trouble, at: now)
        }
    }

    package func note(link event: LinkEvent, at now: MonotonicInstant) {
        state.withLock { state in
            var trouble: Trouble?
            state.link.note(event, at: now)
            switch event {
            case .transmitting(let transmission):
                state.spend(transmission.airTime, hour: hour(at: now))
            case .joined: state.health.joins += 1
            case .joinFailed: trouble = .join
            case .uplinkDone(.failed): trouble = .radio
            case .uplinkDone: state.health.uplinks += 1
            case .downlink: state.health.downlinks += 1
            case .radioFailed:
                state.health.radioRestarts += 1
                trouble = .radio
            case .storeFailed(let error), .storedInSafetyFile(let error), .sendingOnReserve(let error, _),
                .safetyFileFailed(let error):
                state.note(store: error.description, at: now)
            case .recordDamaged(let reason): state.note(store: "the stored session is damaged: \(reason)", at: now)
            default: break
            }
            state.note(trouble, at: now)
        }
    }

    package func note(uplink event: UplinkEvent, at now: MonotonicInstant) {
        state.withLock { $0.link.note(event, at: now) }
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

    package func note(_ trouble: Trouble, at now: MonotonicInstant) {
        state.withLock { $0.note(trouble, at: now) }
    }

    package func noteSkipped(_ count: Int, at now: MonotonicInstant) {
        state.withLock { state in
            state.health.skippedReports = count
            state.note(.report, at: now)
        }
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
