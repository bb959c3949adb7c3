/// The rules of a region, as a table (RP002): a new region is one file of data.
public struct Region: Hashable, Sendable {
    /// "EU868"
    public let name: String
    /// By ``DataRate/index``.
    public let dataRates: [DataRateRow]
    /// The channels that always exist; join-requests go out on them.
    public let defaultChannels: [DefaultChannel]
    /// How many channels a device keeps, at most 16.
    public let channelCapacity: Int
    /// Where the network may place channels and receive windows, in hertz.
    public let frequencies: ClosedRange<Int>
    public let subBands: [SubBand]
    /// EIRP at power index 0, in hundredths of a dBm.
    public let maximumEIRP: Int
    /// The highest TXPower index that is defined; each step is 2 dB.
    public let lastPowerIndex: UInt8
    /// How many data rates RX1 is slower than the uplink, by RX1DROffset.
    public let rx1Offsets: [Int]
    /// Default carrier of RX2 in hertz.
    public let rx2Frequency: Int
    public let rx2DataRate: DataRate
    /// What join-requests are sent at; one is drawn, so a rate that stands here twice is used twice as often.
    public let joinDataRates: [DataRate]
    /// Whether TXParamSetupReq exists here; where it does not, it is passed over without an answer (TS001 5.9).
    public let usesTXParamSetup: Bool

    public struct DataRateRow: Hashable, Sendable {
        /// nil where the chip or this project cannot do it.
        public let modulation: Modulation?
        /// M: the longest MACPayload in bytes (RP002, no repeater).
        public let maximumMACPayload: Int

        public init(modulation: Modulation?, maximumMACPayload: Int) {
            self.modulation = modulation
            self.maximumMACPayload = maximumMACPayload
        }
    }

    public struct DefaultChannel: Hashable, Sendable {
        /// Hertz.
        public let frequency: Int
        public let dataRates: ClosedRange<DataRate>

        public init(frequency: Int, dataRates: ClosedRange<DataRate>) {
            self.frequency = frequency
            self.dataRates = dataRates
        }
    }

    public init(
        name: String, dataRates: [DataRateRow], defaultChannels: [DefaultChannel], channelCapacity: Int,
        frequencies: ClosedRange<Int>, subBands: [SubBand], maximumEIRP: Int, lastPowerIndex: UInt8,
        rx1Offsets: [Int], rx2Frequency: Int, rx2DataRate: DataRate, joinDataRates: [DataRate],
        usesTXParamSetup: Bool
    ) {
        self.name = name
        self.dataRates = dataRates
        self.defaultChannels = defaultChannels
        self.channelCapacity = min(channelCapacity, 16)
        self.frequencies = frequencies
        self.subBands = subBands
        self.maximumEIRP = maximumEIRP
        self.lastPowerIndex = lastPowerIndex
        self.rx1Offsets = rx1Offsets
        self.rx2Frequency = rx2Frequency
        self.rx2DataRate = rx2DataRate
        self.joinDataRates = joinDataRates
        self.usesTXParamSetup = usesTXParamSetup
    }
}

extension Region {
    /// nil where the data rate is not defined or cannot be done.
    public func modulation(of dataRate: DataRate) -> Modulation? {
        let index = Int(dataRate.index)
        return index < dataRates.count ? dataRates[index].modulation : nil
    }

    /// M, in bytes; 0 where the data rate is not defined.
    public func maximumMACPayload(at dataRate: DataRate) -> Int {
        let index = Int(dataRate.index)
        return index < dataRates.count ? dataRates[index].maximumMACPayload : 0
    }

    /// The index in ``subBands``; nil for a carrier that is outside all of them.
    public func subBand(of frequency: Int) -> Int? {
        subBands.firstIndex { $0.frequencies.contains(frequency) }
    }

    /// RP002: the uplink's data rate minus the offset, not below DR0; nil for an offset that is not defined.
    public func rx1DataRate(uplink: DataRate, offset: UInt8) -> DataRate? {
        guard Int(offset) < rx1Offsets.count else { return nil }
        return DataRate(UInt8(max(0, min(15, Int(uplink.index) - rx1Offsets[Int(offset)]))))
    }

    /// Whether a channel or receive window may stand there.
    func allows(frequency: Int) -> Bool {
        frequencies.contains(frequency) && subBand(of: frequency) != nil
    }

    /// The channels after a join, before the network adds some.
    var initialChannels: [Channel] {
        var channels = defaultChannels.prefix(channelCapacity).compactMap { entry in
            subBand(of: entry.frequency).map {
                Channel(frequency: entry.frequency, subBand: $0, dataRates: entry.dataRates)
            }
        }
        while channels.count < channelCapacity { channels.append(.undefined) }
        return channels
    }

    /// One bit for each default channel.
    var defaultMask: UInt16 {
        UInt16(truncatingIfNeeded: (1 << defaultChannels.count) - 1)
    }
}
