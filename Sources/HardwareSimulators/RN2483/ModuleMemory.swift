import Timekeeping

/// What a reset clears.
struct ModuleMemory {
    enum Activity: Int {
        case idle = 0
        case sending = 1
        case beforeReceive1 = 2
        case receive1 = 3
        case beforeReceive2 = 4
        case receive2 = 5
    }

    var settings: ModuleSettings
    var isJoined = false
    var activity = Activity.idle
    var isSilent = false
    /// Uplinks since the last downlink, for ADR.
    var unheardUplinks = 0
    var pausedUntil: MonotonicInstant?
    /// By the network, since the status was last read.
    var changes: Set<ModuleChange> = []
    var needsRejoin = false
    /// The next join-request of a fixed plan goes out on a wide channel.
    var joinsWide = false
    var bench = ModuleBenchRadio()
    /// When each channel may be used again.
    var freeAt: [Int: MonotonicInstant] = [:]
    /// FOpts of the next uplink.
    var answers: [UInt8] = []
    var owesAcknowledgement = false
    /// A window that is open, and what was caught in it.
    var window: (frequency: Int, spreadingFactor: Int, bandwidth: Int)?
    var caught: AirTransmission?
    var work: ModuleWork?
    /// When the window opens or closes that comes next.
    var nextWindow: MonotonicInstant?
}

/// What `radio set` sets, and what `radio` is at.
struct ModuleBenchRadio {
    enum Work: Hashable {
        case sending
        case listening
    }

    var values = [
        "mod": "lora", "freq": "868100000", "pwr": "1", "sf": "sf12", "bw": "125", "cr": "4/5", "crc": "on",
        "iqi": "off",
        "prlen": "8", "sync": "34", "wdt": "15000",
    ]
    var work: Work?
    /// Counts the works: what was to end an earlier one is void.
    var round = 0
    var caught: AirTransmission?
    /// Of the frame that was received last.
    var signal: (snr: Int, rssi: Int) = (-128, -128)
}

/// A join or an uplink that is under way.
struct ModuleWork {
    enum Kind {
        case join(nonce: UInt16)
        case uplink(isConfirmed: Bool)
    }

    let kind: Kind
    let frame: [UInt8]
    var transmissionsLeft: Int
    var channel = 0
    var frequency = 0
    var dataRate: Int
}
