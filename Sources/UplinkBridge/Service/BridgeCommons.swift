package import BridgeConfiguration
package import BridgeStore
package import HardwareInterfaces
import LoRaWAN
import MeterValues
import Timekeeping
import UplinkPayload

/// What the threads of one bridge share.
package final class BridgeCommons: Sendable {
    package let configuration: BridgeConfiguration
    package let store: StateStore
    package let latestReadings = LatestReadings()
    package let pulses: PulseMailbox
    package let alarms: AlarmMailbox
    package let settings: SettingsStore
    package let health: HealthCounters
    let storeTrouble: @Sendable (String) -> Void
    /// How the link does, asked for by others than the thread that serves it.
    package let linkStatus = LinkStatusMailbox()
    /// Where a person orders a new session.
    package let rejoinMailbox = RejoinMailbox()
    /// Where a person asks how well the network hears the device.
    package let linkChecks = LinkCheckMailbox()
    /// What a page shows of the past.
    let recent: RecentEvents

    /// - Parameters:
    ///   - recent: where the log's last lines are.
    ///   - pulseTaker: woken when pulses were counted.
    ///   - storeTrouble: told in words, in any thread, what was wrong with what is stored.
    package init(
        _ configuration: BridgeConfiguration, store: StateStore, clock: any Clock,
        recent: RecentEvents = RecentEvents(), pulseTaker: (any Waking)? = nil,
        storeTrouble: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StoreError) {
        let now = clock.monotonic
        self.configuration = configuration
        self.store = store
        pulses = PulseMailbox(taker: pulseTaker)
        // Who takes them tries again, and the meters' own records tell of a disk that does not take it.
        self.recent = recent
        alarms = AlarmMailbox {
            recent.note($0.untaken.last, at: clock.utc)
            try? store.add($0)
        }
        let health = HealthCounters(at: now)
        self.health = health
        let noteTrouble: @Sendable (String) -> Void = { trouble in
            health.note(store: trouble, at: clock.monotonic)
            storeTrouble(trouble)
        }
        self.storeTrouble = noteTrouble
        settings = try SettingsStore(
            configured: configuration.settings, bounds: configuration.settingsBounds, store: store
        ) { noteTrouble("\($0)") }
        store.onIncident { noteTrouble("\($0)") }
        // What a wrong clock has dated later is not the newest.
        let tomorrow = clock.isUTCTrusted ? QuarterHour(atOrBefore: clock.utc + .hours(24)) : nil
        for (number, name) in configuration.meterNames.enumerated() {
            if let boundary = try store.newestBoundary(ofMeter: name, notAfter: tomorrow) {
                latestReadings.noteStored(boundary, meter: number)
            }
        }
    }

    /// Told to the log and counted for the status report.
    package func report(_ log: BridgeLog, _ clock: any Clock) -> (Int, MeterEvent) -> Void {
        { [health] number, event in
            let meaning = event.meaning(ofMeter: number)
            log.write(meaning)
            health.note(meaning, meter: number, at: clock.monotonic)
        }
    }
}
