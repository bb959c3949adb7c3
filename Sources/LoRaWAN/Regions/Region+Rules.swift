extension Region {
    /// Whether the network can define channels; where it cannot, all are given and only masked.
    package var isDynamic: Bool { plan == .dynamic }

    /// How many channels a device keeps.
    var channelCapacity: Int { isDynamic ? 16 : defaultChannels.count }

    /// nil where the data rate is not defined or cannot be done.
    public func modulation(of dataRate: DataRate) -> Modulation? {
        let index = Int(dataRate.index)
        return index < dataRates.count ? dataRates[index].modulation : nil
    }

    /// M, in bytes; 0 where the data rate is not defined, or not with the dwell time limited to 400 ms.
    public func maximumMACPayload(at dataRate: DataRate, dwell: Bool = false) -> Int {
        let index = Int(dataRate.index)
        guard index < dataRates.count else { return 0 }
        return dwell ? dataRates[index].maximumMACPayloadInDwell : dataRates[index].maximumMACPayload
    }

    /// Whether frames may be sent at the data rate at all.
    package func isUsable(_ dataRate: DataRate, dwell: Bool) -> Bool {
        modulation(of: dataRate) != nil && maximumMACPayload(at: dataRate, dwell: dwell) > 0
    }

    /// The slowest data rate at which frames may be sent.
    func lowestDataRate(dwell: Bool) -> DataRate {
        (0..<UInt8(16)).map { DataRate($0) }.first { isUsable($0, dwell: dwell) } ?? DataRate(0)
    }

    /// The index in ``subBands``; nil for a carrier that is outside all of them.
    public func subBand(of frequency: Int) -> Int? {
        subBands.firstIndex { $0.frequencies.contains(frequency) }
    }

    /// How many values of RX1DROffset there are.
    var rx1OffsetCount: Int { rx1DataRates.first?.count ?? 0 }

    /// RP002, "RX1 data rate"; nil for an offset that is not defined.
    ///
    /// - Parameters:
    ///   - uplink: the data rate of the uplink that is answered.
    ///   - offset: RX1DROffset, 0 to 7.
    ///   - dwell: whether downlinks last 400 ms at most: the slowest rates are then replaced.
    public func rx1DataRate(uplink: DataRate, offset: UInt8, dwell: Bool = false) -> DataRate? {
        let row = Int(uplink.index)
        guard row < rx1DataRates.count, Int(offset) < rx1DataRates[row].count else { return nil }
        let rate = rx1DataRates[row][Int(offset)]
        return dwell ? max(rate, lowestDataRate(dwell: true)) : rate
    }

    /// Whether a channel or receive window may stand there.
    public func allows(frequency: Int) -> Bool {
        guard frequencies.contains(frequency), subBand(of: frequency) != nil else { return false }
        return raster.map { (frequency - frequencies.lowerBound) % $0 == 0 } ?? true
    }

    /// The channels after a join, before the network adds some.
    var initialChannels: [Channel] {
        var channels = defaultChannels.compactMap { entry in
            subBand(of: entry.frequency).map {
                Channel(
                    frequency: entry.frequency, downlinkFrequency: entry.downlinkFrequency, subBand: $0,
                    dataRates: entry.dataRates)
            }
        }
        while channels.count < channelCapacity { channels.append(.undefined) }
        return channels
    }

    /// One bit for each default channel.
    var defaultMask: ChannelMask { (1 << ChannelMask(defaultChannels.count)) - 1 }

    /// The default channels that are in the mask; all of them where it is nil, has none or the plan is dynamic.
    func startMask(_ wanted: ChannelMask?) -> ChannelMask {
        let mask = (isDynamic ? nil : wanted).map { $0 & defaultMask } ?? 0
        return mask == 0 ? defaultMask : mask
    }

    /// Channels of 125 kHz in a fixed plan.
    static let narrowMask: ChannelMask = (1 << 64) - 1

    /// A sub-band of a fixed plan, as networks and gateways speak of it: eight channels of 125 kHz and the one of 500 kHz
    /// that lies among them.
    ///
    /// - Parameter index: 0 to 7.
    public static func bank(_ index: Int) -> ChannelMask {
        0xFF << ChannelMask(8 * index) | 1 << ChannelMask(64 + index)
    }

    /// The bank that a channel of a fixed plan belongs to.
    static func bank(ofChannel channel: Int) -> ChannelMask {
        bank(channel < 64 ? channel / 8 : channel - 64)
    }
}

extension Region {
    /// RP002 for most regions: the uplink's data rate less the offset, within the region's slowest and `fastest`.
    ///
    /// - Parameter offsets: data rates to go down, by RX1DROffset; negative ones go up.
    static func lowered(by offsets: [Int], fastest: Int) -> [[DataRate]] {
        (0...fastest).map { uplink in
            offsets.map { DataRate(UInt8(max(0, min(fastest, uplink - $0)))) }
        }
    }

    /// SF12 to SF7 at 125 kHz as DR0 to DR5, SF7 at 250 kHz as DR6, and FSK as DR7: the rows of
    /// EU868 (RP002 2.4.3 and 2.4.6), which most regions share.
    static let commonRows: [DataRateRow] = [
        lora(12, .khz125, 59), lora(11, .khz125, 59), lora(10, .khz125, 59), lora(9, .khz125, 123),
        lora(8, .khz125, 250), lora(7, .khz125, 250), lora(7, .khz250, 250),
        DataRateRow(modulation: .fsk, maximumMACPayload: 250),
    ]

    /// A data rate that is not defined.
    static let noRow = DataRateRow(modulation: nil, maximumMACPayload: 0)

    static func lora(_ factor: Int, _ bandwidth: Modulation.Bandwidth, _ maximum: Int, dwell: Int? = nil)
        -> DataRateRow
    {
        DataRateRow(
            modulation: Modulation(spreadingFactor: factor, bandwidth: bandwidth), maximumMACPayload: maximum,
            inDwell: dwell)
    }

    /// Default channels with DR0 to DR5.
    static func channels(_ frequencies: Int...) -> [DefaultChannel] {
        frequencies.map { DefaultChannel(frequency: $0, dataRates: DataRate(0)...DataRate(5)) }
    }

    /// Weights 1, 2, 3, 4, 4, 6 for DR0 to DR5, as Lora-net/SWL2001 draws them.
    static let commonJoinRates: [DataRate] =
        [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5].map { DataRate($0) }

    /// 64 channels of 125 kHz, then 8 of 500 kHz, answered on 8 channels in turn (RP002 2.5.2 and 2.8.2).
    static func seventyTwo(
        narrow: Int, narrowRates: ClosedRange<UInt8>, wide: Int, wideRate: UInt8
    ) -> [DefaultChannel] {
        (0..<72).map { index in
            DefaultChannel(
                frequency: index < 64 ? narrow + 200_000 * index : wide + 1_600_000 * (index - 64),
                downlinkFrequency: 923_300_000 + 600_000 * (index % 8),
                dataRates: index < 64
                    ? DataRate(narrowRates.lowerBound)...DataRate(narrowRates.upperBound)
                    : DataRate(wideRate)...DataRate(wideRate))
        }
    }

    /// SF12 to SF7 at 500 kHz: the downlinks' DR8 to DR13 of both fixed plans (RP002 2.5.3 and 2.8.3).
    static let wideDownlinkRows: [DataRateRow] = [
        lora(12, .khz500, 61), lora(11, .khz500, 137), lora(10, .khz500, 250), lora(9, .khz500, 250),
        lora(8, .khz500, 250), lora(7, .khz500, 250),
    ]
}
