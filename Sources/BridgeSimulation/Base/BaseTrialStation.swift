import BaseService
import BridgeStore
import HardwareSimulators
import LoRaWAN
import PrivateLink
import RadioDrivers
import Timekeeping

/// The base with its disk and its chip: the code of the service without its broker.
final class BaseTrialStation {
    var configuration: BaseConfiguration
    private(set) var addresses: [UInt32: DevEUI] = [:]
    private(set) var joins = 0
    private(set) var moves: [DataRate] = []
    private(set) var missedAnswers = 0
    private(set) var violations: [String] = []
    private(set) var cuts = 0
    private(set) var isOff = true
    /// The power goes between the next uplink and its answer.
    var cutsBeforeAnswer = false
    private(set) var isCut = false

    private let world: SimulatedWorld
    private let clock: BoardClock
    private let chip: SX1276Simulator
    private let folder: StateFolder
    private var link: BaseLink?
    private let deliver: (BaseUplink) -> Void

    init(_ configuration: BaseConfiguration, air: Air, deliver: @escaping (BaseUplink) -> Void) throws {
        self.configuration = configuration
        self.deliver = deliver
        world = air.world
        clock = BoardClock(air.world.clock, board: "base")
        folder = try StateFolder()
        chip = SX1276Simulator(world: air.world, air: air)
        chip.recordsAccesses = false
    }

    func boot() throws {
        isOff = false
        configuration.randomSeed &+= 1
        var settings = SX127x.Configuration()
        settings.syncWord = .privateNetwork
        let radio = SX127x(
            bus: chip, reset: chip.resetPin, dio0: chip.dio0, configuration: settings,
            pause: { [world] in world.run(until: world.now + $0) })
        link = try BaseLink(
            configuration: configuration, radio: radio, store: try BaseStore(path: folder.databasePath), clock: clock
        ) { [unowned self] in note($0) }
    }

    func cut() {
        missedAnswers += link?.station.missedAnswers ?? 0
        (link, isOff, isCut, cutsBeforeAnswer) = (nil, true, false, false)
        cuts += 1
        chip.brownOut()
        clock.reboot()
    }

    func end() {
        missedAnswers += link?.station.missedAnswers ?? 0
        violations += chip.violations.map { "base: \($0)" }
        link?.close()
        link = nil
        folder.remove()
    }

    func poll() { link?.poll() }
    var nextDeadline: MonotonicInstant? { link?.nextDeadline }

    private func note(_ event: BaseEvent) {
        switch event {
        case .happened(.deliver(let uplink)):
            if cutsBeforeAnswer { isCut = true }
            deliver(uplink)
        case .happened(.joined(let device, let address, _)):
            joins += 1
            addresses[address.rawValue] = device
        case .happened(.moved(let rate)): moves.append(rate)
        case .storeFailed(let reason), .trouble(let reason): violate(reason)
        case .radioFailed(let reason, _): if cuts == 0 { violate(reason) }
        case .happened, .radioStarted, .storeRecovered, .refusedDownlink: break
        }
    }

    private func violate(_ text: String) {
        if violations.count < 20 { violations.append("base: \(text)") }
    }
}
