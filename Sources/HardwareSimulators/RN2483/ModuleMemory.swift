import Ciphers
import Timekeeping

/// What `mac save` writes to EEPROM, and `sys reset` reads back.
struct ModuleSettings {
    struct Channel {
        var frequency = 0
        var isOn = false
        var dutyCycle = 65_535
        var dataRates = 0...5
    }

    let plan: ModulePlan

    var devEUI: UInt64?
    var joinEUI: UInt64?
    var appKey: AES128Key?
    var devAddr: UInt32 = 0
    var networkKey: AES128Key?
    var applicationKey: AES128Key?
    var nextUplink: UInt32 = 0
    var nextDownlink: UInt32 = 0
    var dataRate: Int
    var powerIndex: Int
    var hasADR = false
    var repliesByItself = false
    var retransmissions = 7
    var repetitions = 1
    var receiveDelay = TimeSpan.seconds(1)
    var receive1Offset = 0
    var receive2DataRate: Int
    var receive2Frequency: Int
    var channels: [Channel]

    /// `mac reset`: in Europe three channels that share 1 % (DS40001784, "mac set ch dcycle": 302 is 0.33 %).
    init(_ plan: ModulePlan) {
        self.plan = plan
        (receive2Frequency, receive2DataRate) = plan.receive2
        channels = plan.carriers.enumerated().map { index, frequency in
            Channel(
                frequency: frequency, isOn: true, dutyCycle: plan.isFixed ? 0 : 302,
                dataRates: plan.dataRates(ofChannel: index))
        }
        channels += [Channel](repeating: Channel(), count: plan.capacity - channels.count)
        dataRate = plan.narrowRates.upperBound
        powerIndex = plan.isFixed ? 5 : 1
    }

    /// What is in EEPROM after `mac save`: nothing of power, battery and retransmissions, and not how often the network lets an
    /// uplink go out.
    var saved: ModuleSettings {
        var settings = self
        let fresh = ModuleSettings(plan)
        settings.powerIndex = fresh.powerIndex
        settings.retransmissions = fresh.retransmissions
        settings.repetitions = fresh.repetitions
        settings.repliesByItself = fresh.repliesByItself
        return settings
    }
}

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
    var pausedUntil: MonotonicInstant?
    var channelsChanged = false
    var powerChanged = false
    var repetitionsChanged = false
    var receive2Changed = false
    var timingChanged = false
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
    let dataRate: Int
}
