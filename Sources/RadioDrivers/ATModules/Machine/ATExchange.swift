import LoRaWAN
import Timekeeping

/// What was heard of a join or an uplink while it was under way.
struct ATExchange {
    var isAcknowledged = false
    var isNotAcknowledged = false
    var payloads: [(port: UInt8, payload: [UInt8])] = []
    var signal: ModuleSignal?
    var linkCheck: (margin: Int, gateways: Int)?
    var isTimeAnswered = false
    /// The module has refused the payload; it may have sent all the same.
    var refusal: String?
    var endedAt: MonotonicInstant?
    /// What the uplink asks.
    var questions: Set<NetworkQuestion> = []
    /// A frame without a payload, for the MAC's answers: the pending uplink follows.
    var isEmpty = false

    /// The network was heard.
    var isHeard: Bool {
        isAcknowledged || !payloads.isEmpty || signal != nil || linkCheck != nil || isTimeAnswered
    }

    mutating func take(_ report: ATReport) {
        switch report {
        case .acknowledged: isAcknowledged = true
        case .notAcknowledged: isNotAcknowledged = true
        case .received(let port, let payload): payloads.append((port, payload))
        case .signal(let new): signal = new
        case .linkCheck(let margin, let gateways): linkCheck = (margin, gateways)
        case .timeAnswered: isTimeAnswered = true
        default: break
        }
    }
}

/// What is known of the session that a module has, beside what the record keeps.
struct ATSession {
    var isJoined = false
    /// The session of the record was taken up again, and is not told as new.
    var isResuming = false
    var receiveDelay = TimeSpan.seconds(1)
    /// FCntUp as it was last told.
    private var told: UInt32?
    /// Uplinks that were ordered since.
    private var ordered: UInt32 = 0
    /// Bytes of FOpts to reckon with: the module answers MAC commands by itself and does not say so.
    private(set) var optionBytes = 0
    /// What was granted for the latest uplink, what it is known to have taken, and when it is closed.
    var settling: (granted: TimeSpan, spent: TimeSpan, until: MonotonicInstant)?

    /// What FOpts holds.
    static let longestOptions = 15

    mutating func begin(isResuming: Bool) {
        self = ATSession()
        self.isResuming = isResuming
    }

    mutating func ordersUplink() { ordered += 1 }

    mutating func ended(isHeard: Bool) { optionBytes = isHeard ? Self.longestOptions : 0 }

    /// There was no room beside what it has to answer.
    mutating func hasMuchToAnswer() { optionBytes = Self.longestOptions }

    /// - Returns: how many frames it has sent by itself; nil when this is another session.
    mutating func counted(_ counter: UInt32) -> UInt32? {
        defer { (told, ordered) = (counter, 0) }
        guard let told else { return 0 }
        guard counter >= told else { return nil }
        let sent = counter - told
        return sent > ordered ? sent - ordered : 0
    }
}
