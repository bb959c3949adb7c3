package import BridgeStore
package import HardwareInterfaces
package import LoRaWAN
package import PrivateLink
package import RadioDrivers
package import Timekeeping

/// The base's state machine, its radio and its store, joined: carries out what the machine orders, and stores before it sends.
package final class BaseLink {
    package private(set) var station: BaseStation
    private let radio: any BenchRadio
    private let store: BaseStore
    /// nil where nobody but the log is told.
    private let outbox: BaseOutbox?
    private let clock: any Clock
    private let report: (BaseEvent) -> Void
    /// When the radio is to be started; nil while it works.
    private var radioStart: MonotonicInstant?
    private var storesWell = true
    /// What the disk and the radio failed with; nil while they work.
    private(set) var storeTrouble: String?
    private(set) var radioTrouble: String?

    private static let pause = TimeSpan.seconds(10)

    /// - Parameters:
    ///   - configuration: the channel, and who may join.
    ///   - radio: the chip's driver; it is started by the first poll.
    ///   - store: keeps the state.
    ///   - outbox: keeps what a broker is to be told; nil without one.
    ///   - clock: the board's.
    ///   - report: called with what happens, in its order.
    /// - Throws: where no base can be made of the configuration, or the store can't be read.
    init(
        configuration: BaseConfiguration, radio: any BenchRadio, store: BaseStore, outbox: BaseOutbox?,
        clock: any Clock, report: @escaping (BaseEvent) -> Void
    ) throws {
        let now = clock.monotonic
        var restored: BaseState?
        var isStateLost = store.damage != nil
        if let record = try store.record() {
            do {
                restored = try BaseState(decoding: record)
            } catch {
                report(.trouble("\(error): all devices have to join anew"))
                isStateLost = true
            }
        }
        station = try BaseStation(
            configuration: configuration, restoring: restored, isStateLost: isStateLost,
            bootIdentifier: clock.bootIdentifier, at: now)
        if isStateLost { report(.trouble("nobody knows what was sent in the last hour: nothing is sent in the next")) }
        (self.radio, self.store, self.outbox, self.clock, self.report) = (radio, store, outbox, clock, report)
        radioStart = now
    }

    /// A base whose events nobody but `report` is told.
    package convenience init(
        configuration: BaseConfiguration, radio: any BenchRadio, store: BaseStore, clock: any Clock,
        report: @escaping (BaseEvent) -> Void
    ) throws {
        try self.init(
            configuration: configuration, radio: radio, store: store, outbox: nil, clock: clock, report: report)
    }

    package var pollDescriptors: [Int32] { radioStart == nil ? radio.pollDescriptors : [] }
    package var nextDeadline: MonotonicInstant {
        radioStart ?? min(radio.nextDeadline ?? station.nextDeadline, station.nextDeadline)
    }

    package func poll() {
        let now = clock.monotonic
        station.utcOffset = clock.isUTCTrusted ? clock.utc.nanoseconds &- now.nanoseconds : nil
        if let due = radioStart {
            guard due <= now else { return }
            startRadio(at: now)
            guard radioStart == nil else { return }
        }
        for event in radio.poll(at: now) {
            if case .windowFailed(let reason, _) = event { report(.trouble(reason)) }
            if case .transmitFailed(let reason, _) = event { report(.trouble(reason)) }
            perform(station.handle(event))
        }
        let later = clock.monotonic
        if station.nextDeadline <= later { perform(station.tick(at: later)) }
        keep { outbox throws(StoreError) in try outbox.settle() }
    }

    /// What others are told of it.
    func side(at now: MonotonicInstant) -> BaseStatusBoard.RadioSide {
        let (state, configuration) = (station.state, station.configuration)
        let band = configuration.region.subBand(of: configuration.frequency)
        return BaseStatusBoard.RadioSide(
            devices: station.devices(at: now), dataRate: state.dataRate, isPairing: station.isPairing(at: now),
            refusals: station.refusals, strangers: station.strangers, missedAnswers: station.missedAnswers,
            airTime: band.map { state.ledger.windows[$0] }, radioTrouble: radioTrouble, storeTrouble: storeTrouble)
    }

    /// Takes a message for a device.
    func enqueue(_ downlink: QueuedDownlink, for device: DevEUI) {
        perform(station.expire(device, at: clock.monotonic))
        do {
            try station.enqueue(downlink, for: device)
        } catch {
            report(.refusedDownlink(downlink, device, error))
            keep { outbox throws(StoreError) in try outbox.refuse(downlink, device, error) }
        }
    }

    package func close() {
        keep { outbox throws(StoreError) in try outbox.settle(isLast: true) }
        do {
            try radio.sleep()
        } catch {
            report(.trouble("\(error)"))
        }
    }

    private func startRadio(at now: MonotonicInstant) {
        do {
            try radio.start(at: now)
            (radioStart, radioTrouble) = (nil, nil)
            report(.radioStarted)
            // Whatever it was listening to, it does not any more.
            _ = station.handle(.windowFailed(reason: "the radio was started", at: now - .seconds(60)))
            perform(station.start(at: now))
        } catch {
            restartRadio(after: error)
        }
    }

    private func restartRadio(after error: RadioError) {
        let retry = clock.monotonic + Self.pause
        (radioStart, radioTrouble) = (retry, error.message)
        report(.radioFailed(error.message, retryAt: retry))
    }

    private func perform(_ actions: [BaseAction]) {
        var queue = actions[...]
        if !actions.contains(where: \.isPersist) {
            keep { outbox throws(StoreError) in try outbox.save(nil, telling: actions) }
        }
        while let action = queue.popFirst() {
            switch action {
            case .persist(let state):
                guard !stored(state, telling: queue) else { continue }
                queue = station.persistFailed(at: clock.monotonic)[...]
            case .transmit(let transmission):
                queue += trying { radio throws(RadioError) in try radio.transmit(transmission, at: clock.monotonic) }
            case .listen(let reception):
                queue += trying { radio throws(RadioError) in
                    try radio.monitor(
                        frequency: reception.frequency, modulation: reception.modulation, uplinks: true,
                        at: clock.monotonic)
                }
            case .joined, .deliver, .sent, .acknowledged, .dropped, .expired, .moved, .refused:
                report(.happened(action))
            }
        }
    }

    /// - Parameter actions: those that follow from the state.
    private func stored(_ state: BaseState, telling actions: ArraySlice<BaseAction>) -> Bool {
        do {
            if let outbox {
                try outbox.save(state.encoded(), telling: actions.prefix { !$0.isPersist })
            } else {
                try store.save(state.encoded())
            }
            noteStore(nil)
            return true
        } catch {
            noteStore(error)
            return false
        }
    }

    /// What goes to the disk without a state: nothing waits for it.
    private func keep(_ step: (BaseOutbox) throws(StoreError) -> Void) {
        guard let outbox else { return }
        do {
            try step(outbox)
        } catch {
            noteStore(error)
        }
    }

    private func noteStore(_ error: StoreError?) {
        if let error, storesWell { report(.storeFailed("\(error)")) }
        if error == nil, !storesWell { report(.storeRecovered) }
        storesWell = error == nil
        storeTrouble = error.map { "\($0)" }
    }

    /// What the machine makes of a radio that takes no order.
    private func trying(_ order: (any BenchRadio) throws(RadioError) -> Void) -> [BaseAction] {
        do {
            try order(radio)
            return []
        } catch {
            restartRadio(after: error)
            return station.handle(.transmitFailed(reason: error.message, at: clock.monotonic)).filter {
                if case .listen = $0 { false } else { true }
            }
        }
    }
}

/// What a base has to tell.
package enum BaseEvent {
    case happened(BaseAction)
    case radioStarted
    case radioFailed(String, retryAt: MonotonicInstant)
    /// Nothing is answered until it works again.
    case storeFailed(String)
    case storeRecovered
    case refusedDownlink(QueuedDownlink, DevEUI, QueueRefusal)
    case trouble(String)
}

extension BaseAction {
    fileprivate var isPersist: Bool { if case .persist = self { true } else { false } }
}
