import BridgeConfiguration
import BridgePlanning
import BridgeStore
import Ciphers
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import MeterValues
import PrivateLink
import RadioDrivers
import SmartMeter
import Timekeeping
import UplinkBridge
import UplinkPayload

/// One bridge with its meters, its disk and its chip: the code of the service, beside others on the same air.
final class BaseTrialBridge {
    private(set) var configuration: BridgeConfiguration
    private(set) var registration: DeviceRegistration
    private(set) var ledger: DeliveryLedger
    /// Readings that it sent, and those that the base told.
    private(set) var readings = (sent: 0, told: 0)
    /// The longest time without a told reading, once there was one.
    private(set) var longestSilence = TimeSpan.zero
    private var toldAt: MonotonicInstant?
    private(set) var violations: [String] = []
    private(set) var cuts = 0
    /// Its board has no power until then.
    private(set) var isOff = true
    /// The power goes with the next frame that it sends.
    var cutsWithFrame = false
    /// Asked for by what the bridge does; done between two steps.
    private(set) var isCut = false

    private let number: Int
    private let world: SimulatedWorld
    private var clock: BoardClock
    private let chip: SX1276Simulator
    private let meters: [TrialMeter]
    private var folder: StateFolder
    private var running: Running?
    private var random: SeededRandom

    private struct Running {
        let readers: MeterLoop
        let uplinks: UplinkLoop
    }

    init(_ configuration: BridgeConfiguration, number: Int, plan: BaseTrialPlan, air: Air) throws {
        (self.number, world) = (number, air.world)
        random = SeededRandom(seed: plan.seed &+ UInt64(number) &* 7_919)
        ledger = DeliveryLedger(configuration)
        clock = BoardClock(air.world.clock, board: "bridge-\(number)")
        folder = try StateFolder()
        chip = SX1276Simulator(world: air.world, air: air)
        chip.recordsAccesses = false
        let list: LuxembourgTelegram.List = ledger.registers.contains(where: \.isReactive) ? .full : .standard
        meters = try configuration.meters.map { meter in
            let seed = plan.seed &+ UInt64(number * 8 + meter.number) &* 1_000_003
            return try TrialMeter(
                meter, house: SyntheticHouse(seed: seed, startingAt: air.world.clock.utc), list: list,
                every: plan.telegramEvery, world: air.world)
        }
        self.configuration = configuration
        registration = DeviceRegistration(
            devEUI: configuration.lorawan.devEUI, joinEUI: JoinEUI(rawValue: 0), appKey: try AES128Key(Array(0..<16)))
        try pair()
    }

    /// As `p1lora base pair` makes them.
    private func pair() throws {
        registration = DeviceRegistration(
            devEUI: DevEUI(rawValue: UInt64.random(in: .min ... .max, using: &random) & ~(3 << 56) | 2 << 56),
            joinEUI: JoinEUI(rawValue: 0x0200_0000_0000_0001),
            appKey: try AES128Key((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }))
        configuration.lorawan.devEUI = registration.devEUI
        configuration.lorawan.activation = .overTheAir(joinEUI: registration.joinEUI, appKey: registration.appKey)
    }

    func startMeters() {
        for meter in meters {
            let number = meter.configuration.number
            meter.start { [unowned self] registers, time in
                guard QuarterHour(atOrBefore: time).time == time else { return }
                ledger.measure(registers, meter: number, at: time)
            }
        }
    }

    // MARK: Power

    func boot() throws {
        isOff = false
        let store = try StateStore(path: folder.databasePath, devEUI: configuration.lorawan.devEUI)
        let commons = try BridgeCommons(configuration, store: store, clock: clock)
        let readers = try MeterLoop(commons, reading: meters, in: world, clock: clock) { [unowned self] number, event in
            note(event, meter: number)
        }
        let device = configuration.lorawan.deviceConfiguration(
            radio: SimulatedRadioKind(), randomSeed: UInt64.random(in: .min ... .max, using: &random))
        var settings = SX127x.Configuration()
        settings.syncWord = .privateNetwork
        let radio = SX127x(
            bus: chip, reset: chip.resetPin, dio0: chip.dio0, configuration: settings,
            pause: { [world] in world.run(until: world.now + $0) })
        let health = commons.health
        let link = try LoRaWANLink(
            configuration: device, radio: radio, store: store, clock: NetworkClock(clock)
        ) { [unowned self] event in
            note(event)
            health.note(link: event, at: world.now)
        }
        let uplinks = UplinkLoop(commons, link: link, clock: clock) { [unowned self] in note($0) }
        running = Running(readers: readers, uplinks: uplinks)
    }

    /// The power goes, and with it all that is not on the disk.
    func cut() {
        (running, isOff, isCut, cutsWithFrame) = (nil, true, false, false)
        cuts += 1
        chip.brownOut()
        clock.reboot()
        for meter in meters { meter.line.clear() }
    }

    /// Another board with an empty disk takes its place, paired anew.
    func replace() throws {
        cut()
        folder.remove()
        folder = try StateFolder()
        clock = BoardClock(world.clock, board: "bridge-\(number)-new")
        try pair()
    }

    func end() {
        violations += chip.violations + ledger.violations
        running = nil
        folder.remove()
    }

    // MARK: Steps

    func poll() {
        guard let running else { return }
        running.readers.poll()
        running.uplinks.poll()
    }

    var nextDeadline: MonotonicInstant? {
        running.flatMap { [$0.readers.nextDeadline, $0.uplinks.nextDeadline].compactMap { $0 }.min() }
    }

    /// The base told an uplink of it.
    func hear(_ payload: [UInt8], port: UInt8) {
        guard port != ReportKind.reply.port || payload != ModuleLink.emptyFrame else { return }
        ledger.hear(payload, port: port, at: world.clock.utc)
        guard port == ReportKind.readings.port else { return }
        readings.told += 1
        if let toldAt { longestSilence = max(longestSilence, world.now - toldAt) }
        toldAt = world.now
    }

    private func note(_ event: MeterEvent, meter number: Int) {
        switch event {
        case .telegram:
            let shownAt = meters.first { $0.configuration.number == number }?.shownAt
            if let shownAt, QuarterHour(atOrBefore: shownAt).time == shownAt { ledger.noteRead(meter: number) }
        case .storeFailed(let error): violate("\(error)")
        case .failed(let error, _): violate("\(error)")
        case .unusable(let reason): violate(reason)
        default: break
        }
    }

    private func note(_ event: UplinkEvent) {
        guard case .handedOver(let due, let payload) = event else { return }
        ledger.send(due, payload)
        if due.kind == .readings { readings.sent += 1 }
    }

    private func note(_ event: LinkEvent) {
        switch event {
        case .transmitting: if cutsWithFrame { isCut = true }
        case .radioFailed(let error, _): if cuts == 0 { violate("\(error)") }
        case .storeFailed(let error): violate("\(error)")
        default: break
        }
    }

    private func violate(_ text: String) {
        if violations.count < 20 { violations.append("bridge \(number + 1): \(text)") }
    }
}
