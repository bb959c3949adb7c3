/// Everything that a join, and what the network has ordered since, gave the device (TR007 2.3: what persists).
public struct Session: Hashable, Sendable {
    /// The device's address in the network.
    public let devAddr: DevAddr
    /// Whose network it is.
    public let netID: NetID
    /// NwkSKey and AppSKey.
    public let keys: SessionKeys
    /// FCntUp of the next new uplink.
    public internal(set) var uplinkCounter = FrameCounter(rawValue: 0)
    /// FCntDown of the last downlink; nil before the first.
    public internal(set) var downlinkCounter: FrameCounter?

    /// 16 in a dynamic plan, 72 in a fixed one; their order is their index.
    public internal(set) var channels: [Channel]
    /// One bit for each enabled channel.
    public internal(set) var channelMask: ChannelMask
    /// One bit for each channel that was used in this round of hopping.
    var usedChannels: ChannelMask = 0

    /// Of the next uplink, as the network or the device itself has set it.
    public internal(set) var dataRate: DataRate
    /// TXPower index: 2 dB less for each step.
    public internal(set) var powerIndex: UInt8 = 0
    /// How often each uplink goes out, 1 to 15.
    public internal(set) var nbTrans: UInt8 = 1
    /// MaxDutyCycle: the device may send 1/2^this of the time; 0 is no limit.
    public internal(set) var maximumDutyCycle: UInt8 = 0
    /// RX1DROffset, 0 to 7.
    public internal(set) var rx1Offset: UInt8
    /// Of RX2.
    public internal(set) var rx2DataRate: DataRate
    /// Hertz.
    public internal(set) var rx2Frequency: Int
    /// Seconds from the end of an uplink to RX1, 1 to 15.
    public internal(set) var rxDelay: UInt8
    /// TXParamSetupReq, in the regions that have it: the coded MaxEIRP and the dwell-time flags.
    public internal(set) var maximumEIRPCode: UInt8?
    /// Whether frames may last 400 ms at most (TXParamSetupReq).
    public internal(set) var uplinkDwell: Bool
    /// The same of the network's frames.
    public internal(set) var downlinkDwell: Bool

    /// New uplinks since the last downlink (ADRACKCnt).
    public internal(set) var uplinksSinceDownlink: UInt32 = 0
    /// The count at which ADR back-off was done last, so that a restart does not do it twice.
    var backedOffAt: UInt32 = 0
    /// A confirmed downlink waits for its ACK.
    public internal(set) var owesAcknowledgement = false
    var commands = CommandQueue()

    init(
        devAddr: DevAddr, netID: NetID, keys: SessionKeys, region: Region, dataRate: DataRate,
        settings: DownlinkSettings, rxDelay: UInt8
    ) {
        self.devAddr = devAddr
        self.netID = netID
        self.keys = keys
        channels = region.initialChannels
        channelMask = region.defaultMask
        self.dataRate = dataRate
        rx1Offset = settings.rx1Offset
        rx2DataRate = settings.rx2DataRate
        rx2Frequency = region.rx2Frequency
        self.rxDelay = rxDelay
        uplinkDwell = region.txParameters?.uplinkDwell ?? false
        downlinkDwell = region.txParameters?.downlinkDwell ?? false
    }
}

extension Session {
    /// Whether the network has said that its downlinks last 400 ms at most. What a region takes for granted before the
    /// first TXParamSetupReq is no reason to throw a frame away: the limit binds who sends.
    var isDownlinkDwellOrdered: Bool { downlinkDwell && maximumEIRPCode != nil }

    /// One bit for each channel that is defined.
    var definedChannels: ChannelMask {
        channels.indices.reduce(0) { $0 | (channels[$1].isDefined ? 1 << ChannelMask($1) : 0) }
    }

    /// Whether an enabled channel may be used with the data rate.
    func carries(_ dataRate: DataRate) -> Bool { carries(dataRate, mask: channelMask) }

    func carries(_ dataRate: DataRate, mask: ChannelMask) -> Bool {
        var rest = mask
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            guard index < channels.count else { return false }
            if channels[index].isDefined, channels[index].dataRates.contains(dataRate) { return true }
        }
        return false
    }
}
