import Ciphers

extension Session {
    /// An ABP device's session (TS001 6.3).
    init(_ given: Personalization, region: Region, mask: ChannelMask?, dataRate: DataRate?) {
        self.init(
            devAddr: given.devAddr, netID: NetID(rawValue: 0), keys: given.keys, region: region,
            dataRate: region.lowestDataRate(dwell: region.txParameters?.uplinkDwell ?? false),
            settings: DownlinkSettings(rx1Offset: 0, rx2DataRate: region.rx2DataRate),
            rxDelay: max(1, min(given.rxDelay, 15)))
        uplinkCounter = given.firstUplinkCounter
        let nextDownlink = given.firstDownlinkCounter.rawValue
        downlinkCounter = nextDownlink == 0 ? nil : FrameCounter(rawValue: nextDownlink - 1)
        if let rate = given.rx2DataRate, region.canReceive(rate, dwell: false) { rx2DataRate = rate }
        if let frequency = given.rx2Frequency, region.allows(frequency: frequency) { rx2Frequency = frequency }
        addChannels(given.frequencies, region: region)
        channelMask = region.isDynamic ? channelMask : region.startMask(mask)
        chooseDataRate(dataRate, region: region)
    }
}
