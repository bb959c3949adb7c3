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
        powerIndex = plan.powers.keys.min() ?? 1
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
    var repetitionsChanged = false
    var receive2Changed = false
    var timingChanged = false
    var needsRejoin = false
    /// When each channel may be used again.
    var freeAt: [Int: MonotonicInstant] = [:]
    /// FOpts of the next uplink.
    var answers: [UInt8] = []
    var owesAcknowledgement = false
    /// A window that is open, and what was caught in it.
    var window: (frequency: Int, spreadingFactor: Int, bandwidth: Int)?
    var caught: AirTransmission?
    var work: ModuleWork?
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
