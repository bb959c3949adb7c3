package import BridgeStore
import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers
package import Timekeeping

/// The MAC, the radio and the store, joined: carries out what the device orders, and stores before it sends.
package final class LoRaWANLink: NetworkLink {
    private(set) var device: Device
    /// How the newest frame of the network came in, whether it was for the application or for the MAC alone.
    private(set) var heard: ReceivedFrame?
    /// The newest answer to a question how well the device is heard, and when it came.
    private(set) var linkCheck: (margin: Int, gateways: Int, at: MonotonicInstant)?
    private let radio: any Transceiver
    private let writer: SessionWriter
    private let clock: NetworkClock
    private let report: (LinkEvent) -> Void
    package var onDownlink: (LinkDownlink) -> Void = { _ in }
    package var onUplinkDone: (UplinkResult) -> Void = { _ in }
    package private(set) var dailyAirTime: TimeSpan?
    /// When the radio is to be started; nil while it works.
    private var radioStart: MonotonicInstant?
    private var pause = RetryPause(shortest: .seconds(5), longest: .minutes(1))
    private var hasBegun = false

    /// - Parameter report: called with what happens, in its order.
    package init(
        configuration: DeviceConfiguration, radio: any Transceiver, store: StateStore, clock: NetworkClock,
        report: @escaping (LinkEvent) -> Void
    ) throws {
        let now = clock.monotonic
        writer = SessionWriter(store, report: report)
        let restored = try writer.restore(bootIdentifier: clock.bootIdentifier, at: now)
        device = try Device(configuration, restored, bootIdentifier: clock.bootIdentifier, at: now)
        self.radio = radio
        self.clock = clock
        self.report = report
        radioStart = now
        dailyAirTime = configuration.dailyAirTime
    }

    package var isReady: Bool { radioStart == nil && device.isJoined && device.isIdle }
    /// Bytes that the next uplink can carry; see ``Device/maximumPayload``.
    package var maximumPayload: Int { device.maximumPayload }
    package func airTime(payloadCount: Int) -> TimeSpan {
        (device.airTime(payloadCount: payloadCount) ?? .zero) * Int64(device.nbTrans)
    }
    package var largestPayload: Int { device.maximumPayload + device.optionsOfNextUplink }

    package var dataRate: DataRate? { device.dataRate }
    package func remainingDailyAirTime(at now: MonotonicInstant) -> TimeSpan? {
        dailyAirTime == nil ? nil : device.remainingDailyAirTime(at: now)
    }
    package func dailyAirTimeStart(airTime: TimeSpan, at now: MonotonicInstant) -> MonotonicInstant? {
        device.dailyAirTimeStart(airTime: airTime, at: now)
    }

    package var isExchanging: Bool { device.isExchanging }

    package func setDailyAirTime(_ limit: TimeSpan?) {
        dailyAirTime = limit
        device.setDailyAirTime(limit)
    }

    package var expectation: NetworkExpectation { device.expectation }
    package var contact: NetworkContact { device.state.contact }
    package var joins: Bool {
        if case .overTheAir = device.configuration.activation { true } else { false }
    }
    package var nextRenewal: MonotonicInstant? { device.nextRenewal }

    package func rejoin() { perform(device.rejoin(at: clock.monotonic)) }
    package func renewSession() { perform(device.renewSession(at: clock.monotonic)) }
    package func closeGap() { device.closeGap() }
    package func requestLinkCheck() -> Bool {
        device.requestLinkCheck()
        return true
    }

    // While the radio is down its start is all that ``poll()`` cares for; to wait for more would be to spin.
    package var pollDescriptors: [Int32] { radioStart == nil ? radio.pollDescriptors : [] }
    package var nextDeadline: MonotonicInstant? {
        radioStart ?? [radio.nextDeadline, device.nextDeadline].compactMap { $0 }.min()
    }

    package func poll() {
        let now = clock.monotonic
        if let due = radioStart {
            guard due <= now else { return }
            startRadio(at: now)
            guard radioStart == nil else { return }
        }
        for event in radio.poll(at: now) {
            noteDate()
            let (address, counter) = (device.state.session?.devAddr, device.state.session?.downlinkCounter)
            let actions = device.handle(event)
            if case .received(let frame) = event,
                device.state.session?.downlinkCounter != counter || device.state.session?.devAddr != address
            {
                heard = frame
            }
            perform(actions)
        }
        let later = clock.monotonic
        if let due = device.nextDeadline, due <= later { perform(device.tick(at: later)) }
    }

    package func close() {
        do {
            try radio.sleep()
            // A carrier would count until the next start, if nobody knew that it is off.
            if device.isRadiating { _ = device.handle(.transmitted(endedAt: clock.monotonic)) }
        } catch {
            report(.radioFailed(error, retryAt: clock.monotonic))
        }
        if hasBegun { writer.close(KeptDevice(state: device.state)) }
    }

    package func send(_ uplink: Uplink) throws(UplinkRefusal) {
        // The question takes a byte, which an uplink that fills the frame does not leave.
        if uplink.payload.count < maximumPayload, clock.asks() { device.requestDeviceTime() }
        perform(try device.send(uplink, at: clock.monotonic))
    }

    private func startRadio(at now: MonotonicInstant) {
        do {
            try radio.start(at: now)
            radioStart = nil
            pause.reset()
            report(.radioStarted(nil))
        } catch {
            let next = now + pause.next()
            radioStart = next
            report(.radioFailed(error, retryAt: next))
            return
        }
        guard !hasBegun else {
            // Whatever it was listening to, it does not any more.
            perform(device.handle(.windowFailed(reason: "the radio was started anew", at: now)))
            return
        }
        hasBegun = true
        noteDate()
        if let session = device.state.session { report(.resumed(session.devAddr)) }
        perform(device.start(at: now))
    }

    private func noteDate() {
        device.utcOffset = clock.isUTCTrusted ? clock.utc.nanoseconds &- clock.monotonic.nanoseconds : nil
    }

    /// Carries out actions in their order. Whatever follows a failed save is dropped: the device holds it itself.
    private func perform(_ actions: [DeviceAction]) {
        var queue = actions[...]
        while let action = queue.popFirst() {
            switch action {
            case .persist(let state):
                if !writer.store(KeptDevice(state: state), at: clock.monotonic) {
                    queue = device.persistFailed(at: clock.monotonic)[...]
                }
            case .transmit(let transmission):
                report(.transmitting(LinkTransmission(transmission)))
                do {
                    try radio.transmit(transmission, at: clock.monotonic)
                } catch {
                    queue += device.handle(.transmitFailed(reason: error.message, at: clock.monotonic))
                    restartRadio(after: error)
                }
            case .radiate(let carrier):
                report(.radiating(carrier))
                do {
                    try (radio as? any CarrierSource)?.radiate(carrier, at: clock.monotonic)
                } catch {
                    queue += device.handle(.transmitFailed(reason: error.message, at: clock.monotonic))
                    restartRadio(after: error)
                }
            case .receive(let window):
                queue += receiving { radio throws(RadioError) in try radio.receive(window, at: clock.monotonic) }
            case .listen(let reception):
                queue += receiving { radio throws(RadioError) in try radio.listen(reception, at: clock.monotonic) }
            case .joined(let session): report(.joined(session.devAddr))
            case .joinFailed(let next, let refused): report(.joinFailed(nextAttempt: next, refused: refused))
            case .deliver(let downlink):
                let downlink = LinkDownlink(downlink)
                report(.downlink(downlink))
                onDownlink(downlink)
            case .uplinkDone(let result):
                report(.uplinkDone(result))
                onUplinkDone(result)
            case .waiting(let until, let reason): report(.waiting(until: until, reason: reason))
            case .discarded(let reason): report(.discarded(reason))
            case .networkTime(let utc, let instant):
                clock.set(utc, at: instant)
                report(.networkTime(utc))
            case .certification(.join), .certification(.reset): queue += device.rejoin(at: clock.monotonic)
            case .certification(.continuousWave(let carrier)): queue += radiating(carrier)
            case .linkCheck(let margin, let gateways):
                linkCheck = (Int(margin), Int(gateways), clock.monotonic)
            }
        }
    }

    /// Opens the receiver; what the device makes of it when that fails.
    private func receiving(_ open: (any Transceiver) throws(RadioError) -> Void) -> [DeviceAction] {
        do {
            try open(radio)
            return []
        } catch {
            defer { restartRadio(after: error) }
            return device.handle(.windowFailed(reason: error.message, at: clock.monotonic))
        }
    }

    /// What a bench's order of a carrier leads to.
    private func radiating(_ carrier: Carrier) -> [DeviceAction] {
        let order = "a carrier of \(carrier.duration) on \(carrier.frequency) Hz (TxCwReq)"
        guard radio is any CarrierSource else {
            report(.unsupported(order, reason: "this radio has none"))
            return []
        }
        do {
            return try device.radiate(carrier, at: clock.monotonic)
        } catch {
            report(.unsupported(order, reason: "\(error)"))
            return []
        }
    }

    private func restartRadio(after error: RadioError) {
        let next = clock.monotonic + pause.pause
        radioStart = next
        report(.radioFailed(error, retryAt: next))
    }
}
