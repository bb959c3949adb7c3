import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// What the driver is doing.
extension SX127x {
    enum State {
        case down
        case idle
        case transmitting(Flight)
        case armed(ReceiveWindow, SX127xWindowPlan)
        case listening(Listening)
        case continuous(Continuous)
        case sensing(Sensing)
        case radiating(Radiation)
    }

    struct Flight {
        let startedAt: MonotonicInstant
        let dueAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// When the flag was last seen down.
        var notDoneAt: MonotonicInstant
        /// Of an FSK packet: what did not fit into the FIFO.
        var rest: ArraySlice<UInt8> = []
        let isFSK: Bool
        /// Behind an FSK packet the chip may send on until it is stopped.
        var givesUpAt: MonotonicInstant { dueAt + .milliseconds(isFSK ? 50 : 500) }
    }

    struct Listening {
        let window: ReceiveWindow
        let startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// FSK: until when a packet may begin. The chip itself closes a LoRa window.
        let closesAt: MonotonicInstant
        let givesUpAt: MonotonicInstant
        var packet = Packet()
    }

    /// Class C: what is listened to, and the window that ends it.
    struct Continuous {
        let reception: ContinuousReception
        var startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        var packet = Packet()
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

    /// A carrier, and the looks at it.
    struct Radiation {
        let carrier: Carrier
        let startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// Why it is to end before its time, and does not.
        var trouble: String?
        var endsAt: MonotonicInstant { startedAt + carrier.duration }
    }

    /// An FSK packet, as far as it was taken from the FIFO: the length byte and what follows it.
    struct Packet {
        var bytes: [UInt8] = []
        /// dBm, while it came in; nil before its first byte.
        var strength: Int?
        /// When a preamble was seen of which the sync word had not come.
        var preambleAt: MonotonicInstant?
    }

    struct Calibration {
        /// The temperature at which the image was calibrated.
        var temperature = 0
        /// When the temperature is to be looked at again.
        var checkAt = MonotonicInstant(nanoseconds: 0)
    }

    /// The time the chip takes from standby to the first symbol (datasheet tables 7 and 8): 120 us.
    static let startUp = TimeSpan.microseconds(120)
    /// Between two looks at the flags when they are late.
    static let pollInterval = TimeSpan.milliseconds(5)
    /// Between two looks at the FIFO of a packet that is longer: half of it takes 5 ms.
    static let refillInterval = TimeSpan.milliseconds(2)
    /// Of FSK: from a preamble that is detected to the end of the sync word take 1 ms.
    static let syncTime = TimeSpan.milliseconds(2)
    /// How long after an edge was due the flags are asked.
    static let edgeTolerance = TimeSpan.milliseconds(20)
    /// How long ahead of its opening a window is programmed that interrupts continuous reception.
    static let programmingTime = TimeSpan.milliseconds(5)
    /// Between two looks at the channel's strength.
    static let senseInterval = TimeSpan.milliseconds(1)

    /// When the flags are asked for what DIO0 is to tell at `due`. Behind an FSK packet the chip sends on until it is stopped
    /// (datasheet 4.2.13.3): there the edge is not waited for.
    func fallback(after due: MonotonicInstant, isFSK: Bool = false) -> MonotonicInstant {
        dio0 == nil ? due : due + (isFSK ? .milliseconds(1) : Self.edgeTolerance)
    }

    /// Between two looks at the flags while listening continuously: no DIO0 is wired, or an edge of it was lost. The FIFO
    /// holds only the first 10 ms of an FSK packet, and DIO1 tells that it fills.
    func continuousInterval(_ modulation: Modulation) -> TimeSpan {
        switch modulation {
        case .lora: dio0 == nil ? .milliseconds(20) : .seconds(1)
        case .fsk: dio0 == nil || dio1 == nil ? Self.refillInterval : .seconds(1)
        }
    }

    /// Whether the chip sends.
    var isOnAir: Bool {
        switch state {
        case .transmitting, .radiating: true
        default: false
        }
    }

    var isUp: Bool {
        if case .down = state { false } else { true }
    }

    // MARK: Modems

    /// To standby in LoRa mode, from wherever it is.
    func useLoRa() throws(RadioError) {
        if !bus.mode.isLoRa { try settle() }
        try bus.enter(.standby)
    }

    /// To standby in FSK mode, from wherever it is: the modem changes in sleep only.
    func useFSK() throws(RadioError) {
        if bus.mode.isLoRa {
            if bus.mode != .sleep { try bus.enter(.sleep) }
            try bus.enter(.fskSleep)
        }
        try bus.enter(.fskStandby)
    }

    /// To sleep in LoRa mode, from wherever it is.
    func settle() throws(RadioError) {
        if !bus.mode.isLoRa { try bus.enter(.fskSleep) }
        try bus.enter(.sleep)
    }

    func rest() throws(RadioError) {
        if bus.mode.isLoRa {
            try bus.write(.flags, SX127xFlag.all)
            try bus.enter(.sleep)
        } else {
            try settle()
        }
        state = .idle
    }

    // MARK: Flags and edges

    /// A mode change does not clear flags, and a DIO that is already high gives no second edge.
    func clearFlagsAndEdges() throws(RadioError) {
        if bus.mode.isLoRa {
            try bus.write(.flags, SX127xFlag.all)
        } else {
            try bus.write(.packetFlags, SX127xPacketFlag.fifoOverrun)
        }
        while try nextEdge(of: dio0) != nil {}
        while try nextEdge(of: dio1) != nil {}
    }

    func risingEdge(of pin: (any EdgePin)?, since start: MonotonicInstant) throws(RadioError) -> MonotonicInstant? {
        while let edge = try nextEdge(of: pin) {
            if edge.rising, edge.at >= start { return edge.at }
        }
        return nil
    }

    func nextEdge(of pin: (any EdgePin)?) throws(RadioError) -> PinEdge? {
        do {
            return try pin?.nextEdge()
        } catch {
            throw RadioError("DIO0 or DIO1 cannot be read: \(error)")
        }
    }

    /// RegIrqFlags. The chip never raises all eight: those that are not wanted are masked.
    func readFlags() throws(RadioError) -> UInt8 { try checked(try bus.read(.flags)) }

    /// RegIrqFlags2. A FIFO is never full and empty.
    func readPacketFlags() throws(RadioError) -> UInt8 { try checked(try bus.read(.packetFlags)) }

    private func checked(_ flags: UInt8) throws(RadioError) -> UInt8 {
        guard flags != 0xFF else {
            throw RadioError(
                "the radio does not answer any more, its flags read 0xFF: its supply or the SPI wires were interrupted")
        }
        return flags
    }
}
