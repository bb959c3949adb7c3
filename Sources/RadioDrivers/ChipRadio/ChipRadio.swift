public import HardwareInterfaces
public import LoRaWAN
public import Timekeeping

/// Semtech SX1276, SX1277, SX1278, SX1279 and the modules made of them (RFM95, RFM96), and SX1272 and SX1273.
///
/// It needs chip select and the SPI wires; a reset line lets it recover from a chip that hangs; DIO0 gives the time of
/// TxDone and RxDone by the kernel's stamp, DIO1 that of an empty window's end. Without them, or when an edge is lost, the
/// flags are polled at the time at which they are due.
///
/// Nothing waits, except ``start(at:)``, the recovery from a failure, and ahead of an uplink a calibration when the
/// temperature has drifted: these take about 30 ms, most of it by the chip's calibration, and spend them in the `pause`
/// given.
public final class SX127x: CarrierSource {
    public let configuration: Configuration
    /// What happened since the driver was made.
    public var counters: Counters {
        var sum = tally
        sum.rewrites = bus.rewrites
        return sum
    }
    /// Which chip answered; nil before the first start.
    public internal(set) var model: Model?
    /// Whether a pulse on the reset line reset the chip; nil where no line is configured, or before the first start.
    public internal(set) var isResetWired: Bool?
    /// Degrees Celsius when it was measured last, by the chip's sensor (see ``temperature(at:)``).
    public internal(set) var lastTemperature: Int?
    /// Of the windows so far, and of what was measured before.
    public private(set) var lateness: WindowLateness

    var tally = Counters()
    var bus: SX127xBus
    let reset: (any OutputPin)?
    let pause: (TimeSpan) -> Void
    let dio0: (any EdgePin)?
    let dio1: (any EdgePin)?
    var state = State.down
    var calibration = Calibration()
    /// Until when an amplifier rests that sent with more than 17 dBm.
    var fullPowerRestsUntil: MonotonicInstant?

    /// - Parameters:
    ///   - reset: NRESET; nil where the board does not wire it.
    ///   - dio0: nil where the board does not wire it.
    ///   - dio1: nil where the board does not wire it.
    ///   - pause: lets the time given pass; used at start and in recovery only. In virtual time it moves the clock.
    public init(
        bus: any SPIBus, reset: (any OutputPin)? = nil, dio0: (any EdgePin)? = nil, dio1: (any EdgePin)? = nil,
        configuration: Configuration = Configuration(), pause: @escaping (TimeSpan) -> Void
    ) {
        self.bus = SX127xBus(bus)
        self.reset = reset
        self.dio0 = dio0
        self.dio1 = dio1
        self.configuration = configuration
        self.pause = pause
        lateness = configuration.lateness
    }

    // MARK: Orders

    public func start(at now: MonotonicInstant) throws(RadioError) {
        state = .down
        try bringUp(at: now)
        state = .idle
    }

    /// Power outside what the amplifier can give is moved to the nearest it can. 18 to 20 dBm are for 1 % of the time
    /// (datasheet 5.4.3): a frame that comes sooner goes out with 17 dBm.
    public func transmit(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        guard (1...255).contains(transmission.payload.count) else {
            throw RadioError("a frame of \(transmission.payload.count) bytes cannot be sent: 1 to 255 are possible")
        }
        if isOnAir { throw RadioError("the radio is still sending what was ordered before this") }
        try makeReady(at: now)
        try calibrateAfterDrift(at: now)
        try persistently(at: now) { () throws(RadioError) in
            if let sense = transmission.carrierSense { return try beginSensing(transmission, sense, at: now) }
            try send(transmission, at: now)
        }
    }

    func send(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        let airTime = AirTime.of(
            bytes: transmission.payload.count, modulation: transmission.modulation, hasCRC: true)
        let transmission = sparingAmplifier(transmission, airTime: airTime, at: now)
        var rest: ArraySlice<UInt8> = []
        state = .down
        switch transmission.modulation {
        case .lora(let lora):
            try useLoRa()
            try bus.program(
                SX127xSettings.transmit(transmission, lora: lora, output: configuration.output, model: bus.model))
            try bus.load(transmission.payload)
            try clearFlagsAndEdges()
            try bus.enter(.transmit)
        case .fsk: rest = try beginPacket(transmission)
        }
        let due = now + Self.startUp + airTime
        let isFSK = transmission.modulation == .fsk
        state = .transmitting(
            Flight(
                startedAt: now, dueAt: due,
                pollAt: rest.isEmpty ? fallback(after: due, isFSK: isFSK) : now + Self.refillInterval,
                notDoneAt: now, rest: rest, isFSK: isFSK))
    }

    public func receive(_ window: ReceiveWindow, at now: MonotonicInstant) throws(RadioError) {
        if isOnAir { throw RadioError("the radio is still sending: no window can be opened yet") }
        try makeReady(at: now)
        let plan = SX127xWindowPlan(
            window, early: configuration.earlyMargin(after: lateness), late: configuration.lateMargin)
        if case .continuous(var continuous) = state, plan.opensAt - now > Self.programmingTime {
            continuous.next = window
            continuous.leavesAt = plan.opensAt - Self.programmingTime
            state = .continuous(continuous)
            return
        }
        try persistently(at: now) { () throws(RadioError) in
            state = .down
            try program(window, plan)
        }
        state = .armed(window, plan)
        if now >= plan.opensAt { try open(window, plan, plannedAt: now, at: now) }
    }

    /// All that a window needs but the mode.
    func program(_ window: ReceiveWindow, _ plan: SX127xWindowPlan) throws(RadioError) {
        switch window.modulation {
        case .lora(let lora):
            try useLoRa()
            try bus.program(
                SX127xSettings.receive(
                    frequency: window.frequency, lora: lora, symbols: plan.symbols, model: bus.model))
        case .fsk:
            try useFSK()
            try bus.program(SX127xPacketSettings.receive(frequency: window.frequency))
        }
        try clearFlagsAndEdges()
    }

    public func sleep() throws(RadioError) {
        guard isUp else { return }
        if case .radiating(let radiation) = state { return try end(radiation) }
        state = .down
        try settle()
        state = .idle
    }

    // MARK: Time

    /// DIO0 and DIO1, while an edge of them is wanted: at any other time nobody would take the edge, and a loop that is
    /// woken by it would not rest again.
    public var pollDescriptors: [Int32] {
        switch state {
        case .down, .idle, .armed, .sensing, .radiating: []
        case .transmitting, .listening, .continuous: [dio0, dio1].compactMap { $0?.pollDescriptor }
        }
    }

    public var nextDeadline: MonotonicInstant? {
        switch state {
        case .down, .idle: nil
        case .transmitting(let flight): flight.pollAt
        case .armed(_, let plan): plan.opensAt
        case .listening(let listening): listening.pollAt
        case .continuous(let continuous): min(continuous.pollAt, continuous.leavesAt ?? continuous.pollAt)
        case .sensing(let sensing): sensing.pollAt
        case .radiating(let radiation): radiation.pollAt
        }
    }

    public func poll(at now: MonotonicInstant) -> [RadioEvent] {
        let isSending = isSending
        do {
            switch state {
            case .down, .idle: return []
            case .transmitting(let flight): return try follow(flight, at: now)
            case .armed(let window, let plan):
                guard now >= plan.opensAt else { return [] }
                lateness.note(now - plan.opensAt)
                try open(window, plan, plannedAt: plan.opensAt, at: now)
                return []
            case .listening(let listening): return try follow(listening, at: now)
            case .continuous(let continuous): return try follow(continuous, at: now)
            case .sensing(let sensing): return try follow(sensing, at: now)
            case .radiating(let radiation): return follow(radiation, at: now)
            }
        } catch {
            return [recover(from: error.message, isSending: isSending, at: now)]
        }
    }

    private var isSending: Bool {
        switch state {
        case .transmitting, .sensing, .radiating: true
        default: false
        }
    }
}
