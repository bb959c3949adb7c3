import FoundationEssentials
package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// A radio without a radio: it tells a network server, in the packet forwarders' UDP protocol, that a gateway heard the
/// uplink, and hears a downlink when a device with this window open would have heard it.
///
/// Everything takes its true air-time. It is for trying a network server, its codec and its dashboards before there is
/// any hardware. A server that does not answer is no error, as it is none for a gateway: uplinks are then lost.
package final class UDPGatewayRadio: Transceiver {
    package struct Configuration: Hashable, Sendable {
        package var gatewayEUI: UInt64
        /// How far a downlink's start may lie from the window's; default 5 ms.
        package var tolerance: TimeSpan
        /// Between two PULL_DATA; default 5 s.
        package var pullInterval: TimeSpan
        /// Between two status reports; default 30 s.
        package var statusInterval: TimeSpan
        /// What the gateway can send, in hertz; default 863 to 870 MHz.
        package var carriers: ClosedRange<Int>
        /// What the server is told, and the device: dBm.
        package var rssi: Int
        /// Quarters of a decibel.
        package var snrQuarters: Int

        package init(
            gatewayEUI: UInt64, tolerance: TimeSpan = .milliseconds(5), pullInterval: TimeSpan = .seconds(5),
            statusInterval: TimeSpan = .seconds(30), carriers: ClosedRange<Int> = 863_000_000...870_000_000,
            rssi: Int = -85, snrQuarters: Int = 32
        ) {
            self.gatewayEUI = gatewayEUI
            self.tolerance = tolerance
            self.pullInterval = pullInterval
            self.statusInterval = statusInterval
            self.carriers = carriers
            self.rssi = rssi
            self.snrQuarters = snrQuarters
        }
    }

    package struct Counters: Hashable, Sendable {
        package var uplinks = 0
        /// PUSH_ACK; fewer than uplinks and status reports together when the server does not answer.
        package var pushesAcknowledged = 0
        package var pulls = 0
        package var pullsAcknowledged = 0
        /// PULL_RESP that were taken.
        package var downlinks = 0
        /// PULL_RESP that were refused by TX_ACK, or could not be read.
        package var refused = 0
        /// Downlinks that reached the device's window.
        package var heard = 0
        /// Downlinks that were sent when, where or how the device was not listening.
        package var missed = 0
        /// Datagrams that are no part of the protocol.
        package var unreadable = 0
        package var socketErrors = 0
    }

    package let configuration: Configuration
    package private(set) var counters = Counters()
    /// When the server last acknowledged a PULL_DATA; nil when it never did.
    package private(set) var lastAnswer: MonotonicInstant?

    private let socket: any DatagramSocket
    private let clock: any Clock
    private var random: any RandomSource
    private var queue = GatewayQueue()
    private var allowance = DatagramAllowance()
    private var state = State.idle
    /// What is listened to while there is nothing else to do (class C).
    private var background: ContinuousReception?
    private var pullAt: MonotonicInstant?
    private var statusAt: MonotonicInstant?
    private var pushes = 0

    private enum State {
        case idle
        case sending(Transmission, until: MonotonicInstant)
        case listening(ReceiveWindow)
        /// A window may be waiting for its time meanwhile.
        case receiving(GatewayDownlink, next: ReceiveWindow?)
    }

    /// - Parameters:
    ///   - socket: connected to the server, usually on port 1700.
    ///   - clock: for the date in status reports only.
    ///   - random: for tokens.
    package init(
        socket: any DatagramSocket, clock: any Clock, random: any RandomSource, configuration: Configuration
    ) {
        self.socket = socket
        self.clock = clock
        self.random = random
        self.configuration = configuration
    }

    // MARK: Orders

    package func start(at now: MonotonicInstant) throws(RadioError) {
        state = .idle
        background = nil
        pullAt = now
        statusAt = now
        keepAlive(at: now)
    }

    package func transmit(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        guard (1...255).contains(transmission.payload.count) else {
            throw RadioError("a frame of \(transmission.payload.count) bytes cannot be sent: 1 to 255 are possible")
        }
        if case .sending = state { throw RadioError("the radio is still sending the frame before this one") }
        let airTime = AirTime.of(
            bytes: transmission.payload.count, modulation: transmission.modulation, hasCRC: true)
        background = nil
        state = .sending(transmission, until: now + airTime)
    }

    package func receive(_ window: ReceiveWindow, at now: MonotonicInstant) throws(RadioError) {
        if case .sending = state { throw RadioError("the radio is still sending: no window can be opened yet") }
        state = .listening(window)
    }

    package func listen(_ reception: ContinuousReception, at now: MonotonicInstant) throws(RadioError) {
        if case .sending = state { throw RadioError("the radio is still sending: it cannot listen yet") }
        background = reception
        state = .idle
    }

    package func sleep() throws(RadioError) {
        background = nil
        state = .idle
    }

    // MARK: Time

    /// None while more comes than is taken.
    package var pollDescriptors: [Int32] {
        guard allowance.resumesAt == nil else { return [] }
        return socket.pollDescriptor.map { [$0] } ?? []
    }

    package var nextDeadline: MonotonicInstant? {
        let work: MonotonicInstant? =
            switch state {
            case .idle: heardBetween?.start
            case .sending(_, let until): until
            case .listening(let window): min(nextStep(of: window), heardBetween?.start ?? nextStep(of: window))
            case .receiving(let downlink, _): downlink.end
            }
        return [work, pullAt, statusAt, allowance.resumesAt].compactMap { $0 }.min()
    }

    package func poll(at now: MonotonicInstant) -> [RadioEvent] {
        keepAlive(at: now)
        takeDatagrams(at: now)
        let events = advance(at: now)
        forget(at: now)
        return events
    }

    private func advance(at now: MonotonicInstant) -> [RadioEvent] {
        switch state {
        case .idle:
            return beginBetween(before: nil, at: now)
        case .sending(let transmission, let until):
            guard now >= until else { return [] }
            state = .idle
            report(transmission, endedAt: until)
            return [.transmitted(endedAt: until)]
        case .listening(let window):
            guard now >= nextStep(of: window) else { return beginBetween(before: window, at: now) }
            background = nil
            guard let downlink = queue.first(in: window, tolerance: configuration.tolerance) else {
                state = .idle
                return [.windowClosed(at: now)]
            }
            queue.remove(downlink)
            state = .receiving(downlink, next: nil)
            return advance(at: now)
        case .receiving(let downlink, let next):
            guard now >= downlink.end else { return [] }
            state = next.map { .listening($0) } ?? .idle
            counters.heard += 1
            return [
                .received(
                    ReceivedFrame(
                        payload: downlink.payload, at: downlink.end, rssi: configuration.rssi,
                        snrQuarters: configuration.snrQuarters))
            ]
        }
    }

    /// A downlink for one who listens all the time.
    private var heardBetween: GatewayDownlink? { background.flatMap { queue.next(for: $0) } }

    private func beginBetween(before window: ReceiveWindow?, at now: MonotonicInstant) -> [RadioEvent] {
        guard let downlink = heardBetween, now >= downlink.start else { return [] }
        queue.remove(downlink)
        state = .receiving(downlink, next: window)
        return advance(at: now)
    }

    /// When a preamble that is waiting begins, or when none can begin any more.
    private func nextStep(of window: ReceiveWindow) -> MonotonicInstant {
        let last = window.opensAt + configuration.tolerance
        guard let downlink = queue.first(in: window, tolerance: configuration.tolerance) else {
            return last + AirTime.symbol(of: window.modulation) * 6
        }
        return downlink.start
    }

    /// Downlinks whose time went by. One that a window may yet be ordered for has not started.
    private func forget(at now: MonotonicInstant) {
        counters.missed += queue.removeAll(startedBefore: now - configuration.tolerance)
    }

    // MARK: To the server

    private func report(_ transmission: Transmission, endedAt end: MonotonicInstant) {
        counters.uplinks += 1
        let reception = GatewayReception(
            transmission, tmst: GatewayCounter.value(at: end), rssi: configuration.rssi,
            snrQuarters: configuration.snrQuarters)
        push(GatewayPush(rxpk: [reception]))
    }

    private func keepAlive(at now: MonotonicInstant) {
        if let due = pullAt, now >= due {
            pullAt = now + configuration.pullInterval
            counters.pulls += 1
            send(.pullData)
        }
        if let due = statusAt, now >= due {
            statusAt = now + configuration.statusInterval
            push(GatewayPush(stat: status()))
        }
    }

    private func status() -> GatewayStatus {
        let time = clock.utc.description.replacing("T", with: " ").replacing("Z", with: " GMT")
        let rate = pushes == 0 ? 100 : Double(counters.pushesAcknowledged) * 100 / Double(pushes)
        return GatewayStatus(
            time: time, rxnb: counters.uplinks, rxok: counters.uplinks, rxfw: counters.uplinks,
            ackr: rate.rounded(), dwnb: counters.downlinks + counters.refused, txnb: counters.downlinks)
    }

    private func push(_ push: GatewayPush) {
        guard let json = try? JSONEncoder().encode(push) else { return }
        pushes += 1
        send(.pushData, json: Array(json))
    }

    private func send(_ kind: GatewayPacket.Kind, json: [UInt8] = []) {
        let token = UInt16.random(in: .min ... .max, using: &random)
        send(kind, token: token, json: json)
    }

    private func send(_ kind: GatewayPacket.Kind, token: UInt16, json: [UInt8]) {
        do {
            try socket.send(GatewayPacket.fromGateway(kind, token: token, eui: configuration.gatewayEUI, json: json))
        } catch {
            counters.socketErrors += 1
        }
    }

    // MARK: From the server

    private func takeDatagrams(at now: MonotonicInstant) {
        // An error is taken off the socket with it (nobody listens on the port); a broken socket must not hold the loop.
        while allowance.isOpen(at: now) {
            do {
                guard let datagram = try socket.receive() else { return }
                allowance.spend(at: now)
                take(datagram, at: now)
            } catch {
                counters.socketErrors += 1
                return
            }
        }
    }

    private func take(_ datagram: [UInt8], at now: MonotonicInstant) {
        switch GatewayPacket(datagram) {
        case .pushAcknowledgement:
            counters.pushesAcknowledged += 1
        case .pullAcknowledgement:
            counters.pullsAcknowledged += 1
            lastAnswer = now
        case .pullResponse(let token, let json):
            guard let order = GatewayOrder.decode(json) else {
                counters.refused += 1
                return
            }
            let refusal = accept(order, at: now)
            let error = refusal?.rawValue ?? "NONE"
            send(.transmitAcknowledgement, token: token, json: Array(#"{"txpk_ack":{"error":"\#(error)"}}"#.utf8))
        case nil:
            counters.unreadable += 1
        }
    }

    private func accept(_ order: GatewayOrder, at now: MonotonicInstant) -> GatewayRefusal? {
        guard let frequency = order.frequency, configuration.carriers.contains(frequency) else {
            counters.refused += 1
            return .frequency
        }
        guard let modulation = order.modulation, let payload = order.payload else {
            // A gateway takes what this device cannot hear, and sends it.
            counters.missed += 1
            return nil
        }
        let start: MonotonicInstant
        if order.txpk.imme == true {
            start = now
        } else if let tmst = order.txpk.tmst {
            start = GatewayCounter.instant(tmst, near: now)
        } else {
            counters.refused += 1
            return .tooLate
        }
        let downlink = GatewayDownlink(
            payload: payload, frequency: frequency, modulation: modulation,
            isInverted: order.txpk.ipol ?? false, start: start)
        let refusal = queue.take(downlink, at: now)
        if refusal == nil { counters.downlinks += 1 } else { counters.refused += 1 }
        return refusal
    }
}
