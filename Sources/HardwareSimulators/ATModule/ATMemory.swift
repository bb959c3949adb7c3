import Timekeeping

/// What outlasts a loss of power.
struct ATFlash {
    var settings: ModuleSettings
    /// By the names of the make.
    var options: [String: String]
    var nextNonce: UInt16 = 0

    init(_ plan: ModulePlan, options: [String: String]) {
        settings = ModuleSettings(plan)
        settings.dataRate = plan.narrowRates.lowerBound
        self.options = options
    }
}

/// What a reset clears: the session is among it.
struct ATMemory {
    var settings: ModuleSettings
    var isJoined = false
    var work: ATWork?
    /// What was sent when, by sub-band: its own duty cycle.
    var spent: [(band: Int, at: MonotonicInstant, airTime: TimeSpan)] = []
    var joins: [(at: MonotonicInstant, airTime: TimeSpan)] = []
    /// Its own duty cycle forbids all until then.
    var closedUntil: MonotonicInstant?
    /// FOpts of the next uplink: answers, and questions.
    var answers: [UInt8] = []
    var owesAcknowledgement = false
    /// A window that is open, and what was caught in it.
    var window: (number: Int, frequency: Int, factor: Int, bandwidth: Int)?
    var caught: AirTransmission?
    /// The network's time, and when it was told.
    var clock: (utc: UTCInstant, at: MonotonicInstant)?
    var unheardUplinks = 0
}

/// A join or an uplink that is under way.
struct ATWork {
    enum Kind {
        case join(nonce: UInt16)
        case uplink(isConfirmed: Bool)
    }

    let kind: Kind
    let frame: [UInt8]
    /// Nobody has ordered it.
    var isOwn = false
    /// It was answered with an error.
    var isRefused = false
    var transmissionsLeft: Int
    /// Counts the transmissions: the windows of an earlier one are void.
    var round = 0
    var channel = 0
    var frequency = 0
    var dataRate: Int
}

/// What became of a join or an uplink.
struct ATOutcome {
    let work: ATWork
    var hasJoined = false
    var downlink: ModuleSettings.Downlink?
    /// 1 or 2; 0 where nothing was heard.
    var window = 0
    var linkCheck: (margin: Int, gateways: Int)?
    var hasTime = false
}

/// Why a join or an uplink is not begun.
enum ATObstacle: Hashable {
    case busy, notJoined, noKeys
    case wait(milliseconds: Int64)
    case tooLong(room: Int)
}
