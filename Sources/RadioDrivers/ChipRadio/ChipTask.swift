import LoRaWAN
import Timekeeping

/// What a radio is doing.
enum ChipTask {
    case down
    case idle
    /// Programmed, and waiting for its time.
    case loaded(Loaded)
    case transmitting(Flight)
    case armed(ReceiveWindow, WindowPlan)
    case listening(Listening)
    case continuous(Continuous)
    case sensing(Sensing)
    case radiating(Radiation)

    struct Loaded {
        let transmission: Transmission
        let airTime: TimeSpan
        /// When the chip is told, so that the first symbol begins in time.
        let leavesAt: MonotonicInstant
    }

    struct Flight {
        let startedAt: MonotonicInstant
        let dueAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// When the flag was last seen down.
        var notDoneAt: MonotonicInstant
        let bytes: Int
        let isFSK: Bool
        /// Behind an FSK packet the chip may send on until it is stopped.
        var givesUpAt: MonotonicInstant { dueAt + .milliseconds(isFSK ? 50 : 500) }
    }

    struct Listening {
        let window: ReceiveWindow
        let startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// Where a FIFO is served: until when a packet may begin. Otherwise the chip itself closes the window.
        let closesAt: MonotonicInstant
        let givesUpAt: MonotonicInstant
    }

    /// Class C: what is listened to, and the window that ends it.
    struct Continuous {
        let reception: ContinuousReception
        var startedAt: MonotonicInstant
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

    /// A carrier, and the looks at it.
    struct Radiation {
        let carrier: Carrier
        let startedAt: MonotonicInstant
        var pollAt: MonotonicInstant
        /// Why it is to end before its time, and does not.
        var trouble: String?
        var endsAt: MonotonicInstant { startedAt + carrier.duration }
    }

    /// Whether the chip sends.
    var isOnAir: Bool {
        switch self {
        case .transmitting, .radiating: true
        default: false
        }
    }

    /// Whether a transmission is under way, with what comes before it.
    var isSending: Bool {
        switch self {
        case .loaded, .transmitting, .sensing, .radiating: true
        default: false
        }
    }

    /// When it is to be looked after.
    var deadline: MonotonicInstant? {
        switch self {
        case .down, .idle: nil
        case .loaded(let loaded): loaded.leavesAt
        case .transmitting(let flight): flight.pollAt
        case .armed(_, let plan): plan.opensAt
        case .listening(let listening): listening.pollAt
        case .continuous(let continuous): min(continuous.pollAt, continuous.leavesAt ?? continuous.pollAt)
        case .sensing(let sensing): sensing.pollAt
        case .radiating(let radiation): radiation.pollAt
        }
    }
}
