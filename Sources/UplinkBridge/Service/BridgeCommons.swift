public import HardwareInterfaces
import LoRaWAN
import MeterValues
import Timekeeping
import UplinkPayload

/// What the threads of one bridge share.
public final class BridgeCommons: Sendable {
    public let configuration: BridgeConfiguration
    public let store: StateStore
    public let board = ReadingBoard()
    public let pulses: PulseTray
    public let alarms = AlarmTray()
    public let settings: SettingsKeeper
    public let health: HealthBoard
    let storeTrouble: @Sendable (String) -> Void
    /// How the link does, asked for by others than the thread that serves it.
    public let linkStatus = LinkStatusDesk()

    /// - Parameters:
    ///   - pulseTaker: woken when pulses were counted.
    ///   - storeTrouble: told in words, in any thread, what was wrong with what is stored.
    public init(
        _ configuration: BridgeConfiguration, store: StateStore, clock: any Clock,
        pulseTaker: (any Waking)? = nil, storeTrouble: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StoreError) {
        let now = clock.monotonic
        self.configuration = configuration
        self.store = store
        pulses = PulseTray(taker: pulseTaker)
        let health = HealthBoard(at: now)
        self.health = health
        let noteTrouble: @Sendable (String) -> Void = { trouble in
            health.note(store: trouble, at: clock.monotonic)
            storeTrouble(trouble)
        }
        self.storeTrouble = noteTrouble
        settings = try SettingsKeeper(
            configured: configuration.settings, bounds: configuration.settingsBounds, store: store
        ) { noteTrouble("\($0)") }
        store.onIncident { noteTrouble("\($0)") }
        // What a wrong clock has dated later is not the newest.
        let tomorrow = clock.isUTCTrusted ? QuarterHour(atOrBefore: clock.utc + .hours(24)) : nil
        for (number, name) in configuration.meterNames.enumerated() {
            if let boundary = try store.newestBoundary(ofMeter: name, notAfter: tomorrow) {
                board.noteStored(boundary, meter: number)
            }
        }
    }

    /// Told to the log and counted for the status report.
    public func report(_ log: BridgeLog, _ clock: any Clock) -> (Int, MeterEvent) -> Void {
        { [health] number, event in
            log.write(meter: number, event: event)
            health.note(meter: number, event: event, at: clock.monotonic)
        }
    }
}

extension UplinkLoop {
    /// The loop of a bridge.
    public convenience init(
        _ commons: BridgeCommons, link: any NetworkLink, clock: any Clock, report: @escaping (UplinkEvent) -> Void
    ) {
        let configuration = commons.configuration
        let schedule = ReportSchedule(
            reports: configuration.reports, devEUI: configuration.lorawan.devEUI.rawValue, at: clock.monotonic)
        let packer = UplinkPacker(
            meters: configuration.meterNames, board: commons.board, store: commons.store, health: commons.health)
        self.init(
            link: link, schedule: schedule,
            planner: UplinkPlanner(
                profile: configuration.planner, dailyDownlinks: configuration.lorawan.dailyDownlinks),
            packer: packer, settings: commons.settings, alarms: commons.alarms,
            waiting: WaitingKeeper(commons.store, trouble: commons.storeTrouble), schema: configuration.schema,
            smallestPayload: configuration.lorawan.smallestPayload, statusDesk: commons.linkStatus, clock: clock
        ) { [health = commons.health] event in
            report(event)
            health.note(uplink: event, at: clock.monotonic)
            switch event {
            case .overtaken(let count): health.noteSkipped(count, at: clock.monotonic)
            case .refused: health.note(.report, at: clock.monotonic)
            case .obeyed(let reply) where reply.answers.contains(where: \.isRefusal):
                health.note(.downlink, at: clock.monotonic)
            case .decided, .handedOver, .rationed, .answerRefused, .obeyed: break
            }
        }
    }
}

extension Reply.Answer {
    fileprivate var isRefusal: Bool { if case .refused = result { true } else { false } }
}
