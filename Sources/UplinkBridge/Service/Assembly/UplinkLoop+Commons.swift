import BridgeConfiguration
import BridgePlanning
package import HardwareInterfaces
import LoRaWAN
import Timekeeping
import UplinkPayload

extension UplinkLoop {
    /// The loop of a bridge.
    package convenience init(
        _ commons: BridgeCommons, link: any NetworkLink, clock: any Clock, report: @escaping (UplinkEvent) -> Void
    ) {
        let configuration = commons.configuration
        let schedule = ReportSchedule(
            reports: configuration.reports, devEUI: configuration.lorawan.devEUI.rawValue, at: clock.monotonic)
        let packer = UplinkPacker(
            source: StoredReadings(
                meters: configuration.meterNames, latestReadings: commons.latestReadings, store: commons.store),
            health: commons.health.health(at:))
        self.init(
            link: link, schedule: schedule,
            planner: UplinkPlanner(
                profile: configuration.planner, dailyDownlinks: configuration.dailyDownlinks,
                sendsParity: configuration.sendsParity),
            packer: packer, settings: commons.settings, alarms: commons.alarms,
            waiting: WaitingUplinksWriter(commons.store, alarms: commons.alarms, trouble: commons.storeTrouble),
            schema: configuration.schema,
            smallestPayload: configuration.lorawan.smallestPayload, statusMailbox: commons.linkStatus,
            rejoinMailbox: commons.rejoinMailbox, linkChecks: commons.linkChecks, clock: clock
        ) { [health = commons.health] event in
            report(event)
            health.note(uplink: event, at: clock.monotonic)
        }
    }
}
