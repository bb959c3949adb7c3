public import HardwareInterfaces
public import LoRaWAN
public import Timekeeping

/// Semtech SX1276, SX1277, SX1278, SX1279 and the modules made of them (RFM95, RFM96).
///
/// It needs chip select and the SPI wires; a reset line lets it recover from a chip that hangs; DIO0 gives the time of
/// TxDone and RxDone by the kernel's stamp. Without DIO0, or when an edge is lost, the flags are polled at the time at
/// which they are due.
///
/// Nothing waits, except ``start(at:)`` and the recovery from a failure: these take about 30 ms, most of it by the
/// chip's calibration, and spend them in the `pause` given.
public final class SX127x: Transceiver {
    public let configuration: Configuration
    public internal(set) var counters = Counters()
    /// Of the windows so far, and of what was measured before.
    public private(set) var lateness: WindowLateness

    let bus: SX127xBus
    let reset: (any OutputPin)?
    let pause: (TimeSpan) -> Void
    let dio0: (any EdgePin)?
    var state = State.down

    enum State {
        case down
        case idle
        case transmitting(Flight)
        case armed(ReceiveWindow, opensAt: MonotonicInstant, symbols: Int)
        case listening(Listening)
        case continuous(Continuous)
        case sensing(Sensing)
    }

    /// Class C: what is listened to, and the window that ends it.
    struct Continuous {
        let reception: ContinuousReception
        let startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        var next: ReceiveWindow?
        /// When the window is to be programmed.
        var leavesAt: MonotonicInstant?
    }

    /// Listen before talk.
    struct Sensing {
        let transmission: Transmission
        let sense: CarrierSense
        let endsAt: MonotonicInstant
        var pollAt: MonotonicInstant
    }

    struct Flight {
        let startedAt: MonotonicInstant
        let dueAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// When the flag was last seen down.
        var notDoneAt: MonotonicInstant
        var givesUpAt: MonotonicInstant { dueAt + .milliseconds(500) }
    }

    struct Listening {
        let window: ReceiveWindow
        let startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        let givesUpAt: MonotonicInstant
    }

    /// The time the chip takes from standby to the first symbol (datasheet tables 7 and 8): 120 us.
    static let startUp = TimeSpan.microseconds(120)
    /// Between two looks at the flags when they are late.
    static let pollInterval = TimeSpan.milliseconds(5)

    /// Between two looks at the flags while listening continuously: no DIO0 is wired, or an edge of it was lost.
    var continuousInterval: TimeSpan { dio0 == nil ? .milliseconds(20) : .seconds(1) }
    /// How long ahead of its opening a window is programmed that interrupts continuous reception.
    static let programmingTime = TimeSpan.milliseconds(5)
    /// Between two looks at the channel's strength.
    static let senseInterval = TimeSpan.milliseconds(1)

    /// - Parameters:
    ///   - reset: NRESET; nil where the board does not wire it.
    ///   - dio0: nil where the board does not wire it.
    ///   - pause: lets the time given pass; used at start and in recovery only. In virtual time it moves the clock.
    public init(
        bus: any SPIBus, reset: (any OutputPin)? = nil, dio0: (any EdgePin)? = nil,
        configuration: Configuration = Configuration(), pause: @escaping (TimeSpan) -> Void
    ) {
        self.bus = SX127xBus(bus)
        self.reset = reset
        self.dio0 = dio0
        self.configuration = configuration
        self.pause = pause
        lateness = configuration.lateness
    }

    // MARK: Orders

    public func start(at now: MonotonicInstant) throws(RadioError) {
        state = .down
        try bringUp()
        state = .idle
    }

    /// Power outside what the amplifier can give is moved to the nearest it can.
    public func transmit(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        guard (1...255).contains(transmission.payload.count) else {
            throw RadioError("a frame of \(transmission.payload.count) bytes cannot be sent: 1 to 255 are possible")
        }
        if case .transmitting = state { throw RadioError("the radio is still sending the frame before this one") }
        try makeReady(at: now)
        if let sense = transmission.carrierSense { return try beginSensing(transmission, sense, at: now) }
        try send(transmission, at: now)
    }

    func send(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        do {
            try bus.enter(.standby)
            try bus.write(SX127xSettings.transmit(transmission, output: configuration.output))
            try bus.write(fifo: transmission.payload)
            try clearFlagsAndEdges()
            try bus.enter(.transmit)
        } catch {
            state = .down
            throw error
        }
        let airTime = AirTime.of(
            bytes: transmission.payload.count, modulation: transmission.modulation, hasCRC: true)
        let due = now + Self.startUp + airTime
        let poll = dio0 == nil ? due : due + .milliseconds(20)
        state = .transmitting(Flight(startedAt: now, dueAt: due, pollAt: poll, notDoneAt: now))
    }

    public func receive(_ window: ReceiveWindow, at now: MonotonicInstant) throws(RadioError) {
        if case .transmitting = state { throw RadioError("the radio is still sending: no window can be opened yet") }
        try makeReady(at: now)
        let plan = SX127xWindowPlan(
            window, early: configuration.earlyMargin(after: lateness), late: configuration.lateMargin)
        if case .continuous(var continuous) = state, plan.opensAt - now > Self.programmingTime {
            continuous.next = window
            continuous.leavesAt = plan.opensAt - Self.programmingTime
            state = .continuous(continuous)
            return
        }
        do {
            try bus.enter(.standby)
            try bus.write(SX127xSettings.receive(window, symbols: plan.symbols))
            try clearFlagsAndEdges()
        } catch {
            state = .down
            throw error
        }
        state = .armed(window, opensAt: plan.opensAt, symbols: plan.symbols)
        if now >= plan.opensAt { try open(window, plannedAt: now, symbols: plan.symbols, at: now) }
    }

    public func sleep() throws(RadioError) {
        guard isUp else { return }
        state = .down
        try bus.enter(.standby)
        try bus.enter(.sleep)
        state = .idle
    }

    // MARK: Time

    /// DIO0, while an edge of it is wanted: at any other time nobody would take the edge, and a loop that is woken by it
    /// would not rest again.
    public var pollDescriptors: [Int32] {
        switch state {
        case .down, .idle, .armed: []
        case .sensing: []
        case .transmitting, .listening, .continuous: dio0?.pollDescriptor.map { [$0] } ?? []
        }
    }

    public var nextDeadline: MonotonicInstant? {
        switch state {
        case .down, .idle: nil
        case .transmitting(let flight): flight.pollAt
        case .armed(_, let opensAt, _): opensAt
        case .listening(let listening): listening.pollAt
        case .continuous(let continuous): min(continuous.pollAt, continuous.leavesAt ?? continuous.pollAt)
        case .sensing(let sensing): sensing.pollAt
        }
    }

    public func poll(at now: MonotonicInstant) -> [RadioEvent] {
        switch state {
        case .down, .idle:
            return []
        case .transmitting(let flight):
            do {
                return try follow(flight, at: now)
            } catch {
                return [.transmitFailed(reason: recover(from: error.message, at: now), at: now)]
            }
        case .armed(let window, let opensAt, let symbols):
            guard now >= opensAt else { return [] }
            lateness.note(now - opensAt)
            do {
                try open(window, plannedAt: opensAt, symbols: symbols, at: now)
                return []
            } catch {
                counters.windowFailures += 1
                return [.windowFailed(reason: recover(from: error.message, at: now), at: now)]
            }
        case .listening(let listening):
            do {
                return try follow(listening, at: now)
            } catch {
                counters.windowFailures += 1
                return [.windowFailed(reason: recover(from: error.message, at: now), at: now)]
            }
        case .continuous(let continuous):
            do {
                return try follow(continuous, at: now)
            } catch {
                counters.windowFailures += 1
                return [.windowFailed(reason: recover(from: error.message, at: now), at: now)]
            }
        case .sensing(let sensing):
            do {
                return try follow(sensing, at: now)
            } catch {
                return [.transmitFailed(reason: recover(from: error.message, at: now), at: now)]
            }
        }
    }

    // MARK: Common

    private var isUp: Bool {
        if case .down = state { false } else { true }
    }

    func makeReady(at now: MonotonicInstant) throws(RadioError) {
        if !isUp { try start(at: now) }
    }

    func rest() throws(RadioError) {
        try bus.write(.flags, SX127xFlag.all)
        try bus.enter(.sleep)
        state = .idle
    }

    /// A mode change does not clear flags, and a DIO that is already high gives no second edge.
    func clearFlagsAndEdges() throws(RadioError) {
        try bus.write(.flags, SX127xFlag.all)
        guard let dio0 else { return }
        do {
            while try dio0.nextEdge() != nil {}
        } catch {
            throw RadioError("DIO0 cannot be read: \(error)")
        }
    }

    func risingEdge(since start: MonotonicInstant) throws(RadioError) -> MonotonicInstant? {
        guard let dio0 else { return nil }
        do {
            while let edge = try dio0.nextEdge() {
                if edge.rising, edge.at >= start { return edge.at }
            }
        } catch {
            throw RadioError("DIO0 cannot be read: \(error)")
        }
        return nil
    }

    /// Resets the chip and restores everything (LoRaMac-node 538, 627: a partial recovery leaves it on a wrong carrier).
    private func recover(from reason: String, at now: MonotonicInstant) -> String {
        counters.resets += 1
        do {
            try start(at: now)
            return reason + "; it was reset and set up anew"
        } catch {
            return reason + "; setting it up anew failed too: " + error.message
        }
    }
}
