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
