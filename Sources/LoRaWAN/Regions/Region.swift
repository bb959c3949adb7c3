/// The channels of a session as bits: bit 0 is channel 0. The longest plans have 72.
public typealias ChannelMask = UInt128

/// The rules of a region, as a table (RP002): a new region is one file of data in `Tables`.
public struct Region: Hashable, Sendable {
    /// "EU868"
    public let name: String
    /// What network servers call it.
    public let servers: ServerNames
    /// Who defines its channels.
    public let plan: Plan
    /// By ``DataRate/index``.
    public let dataRates: [DataRateRow]
    /// The channels that always exist; join-requests go out on them.
    public let defaultChannels: [DefaultChannel]
    /// Where the network may place channels and receive windows, in hertz.
    public let frequencies: ClosedRange<Int>
    /// Carriers stand so many hertz apart, counted from the lowest of ``frequencies``; nil where any may be chosen.
    public let raster: Int?
    /// The law's parts of the band, each with its limits.
    public let subBands: [SubBand]
    /// What ``maximumPower``, the steps below it and the limits of ``subBands`` speak of.
    public let powerReference: PowerReference
    /// At power index 0, in hundredths of a dBm.
    public let maximumPower: Int
    /// The highest TXPower index that is defined; each step is 2 dB.
    public let lastPowerIndex: UInt8
    /// The data rate of RX1, by the uplink's data rate and RX1DROffset.
    public let rx1DataRates: [[DataRate]]
    /// Default carrier of RX2 in hertz.
    public let rx2Frequency: Int
    /// Default data rate of RX2.
    public let rx2DataRate: DataRate
    /// What join-requests are sent at in a dynamic plan: one is drawn, so a rate that stands here twice is used twice as
    /// often. In a fixed plan each channel has the first of these that it carries.
    public internal(set) var joinDataRates: [DataRate]
    /// nil where TXParamSetupReq does not exist: it is passed over without an answer (TS001 5.9).
    public let txParameters: TXParameters?
    /// The law wants the channel heard to be free before each transmission.
    public let carrierSense: CarrierSense?

    /// A region's names in the catalogues of network servers.
    public struct ServerNames: Hashable, Sendable {
        /// A key of `profiles` in TheThingsNetwork/lorawan-devices (`regionToBandID` of lorawan-stack).
        public let thingsStackBand: String
        /// A plan of TheThingsNetwork/lorawan-frequency-plans; of a fixed plan without the number of the sub-band behind it.
        public let frequencyPlan: String
        /// The CommonName of ChirpStack.
        public let chirpStack: String

        /// The names as the catalogues have them.
        public init(thingsStackBand: String, frequencyPlan: String, chirpStack: String) {
            self.thingsStackBand = thingsStackBand
            self.frequencyPlan = frequencyPlan
            self.chirpStack = chirpStack
        }
    }

    /// Who defines the channels.
    public enum Plan: Hashable, Sendable {
        /// A few default channels, others are defined by the network; 16 in all.
        case dynamic
        /// 64 channels of 125 kHz and 8 of 500 kHz; the network chooses among them. Fewer than so many narrow ones may
        /// not be left while a narrow one is in use.
        case fixed(fewestNarrow: Int)
    }

    /// Where power is measured.
    public enum PowerReference: Hashable, Sendable {
        /// EIRP: the antenna's gain is taken off.
        case radiated
        /// At the antenna's connector, for a gain of up to so many hundredths of a dBi; what is beyond is taken off.
        case conducted(freeGain: Int)
    }

    /// What a data rate's number means (RP002, "Data Rate and End-device Output Power Encoding").
    public struct DataRateRow: Hashable, Sendable {
        /// nil where the data rate is not defined, or the chip cannot do it.
        public let modulation: Modulation?
        /// M: the longest MACPayload in bytes (RP002, no repeater).
        public let maximumMACPayload: Int
        /// M while dwell time is limited to 400 ms; 0 where no frame is short enough.
        public let maximumMACPayloadInDwell: Int

        /// - Parameters:
        ///   - modulation: nil for a data rate that the region leaves open.
        ///   - maximumMACPayload: M in bytes (RP002, no repeater).
        ///   - inDwell: nil for the same as without the limit.
        public init(modulation: Modulation?, maximumMACPayload: Int, inDwell: Int? = nil) {
            self.modulation = modulation
            self.maximumMACPayload = maximumMACPayload
            maximumMACPayloadInDwell = inDwell ?? maximumMACPayload
        }
    }

    /// A channel that every device has.
    public struct DefaultChannel: Hashable, Sendable {
        /// Hertz.
        public let frequency: Int
        /// Hertz, of RX1.
        public let downlinkFrequency: Int
        /// Those that may be used on it.
        public let dataRates: ClosedRange<DataRate>

        /// - Parameters:
        ///   - frequency: hertz.
        ///   - downlinkFrequency: hertz; nil for that of the uplink.
        ///   - dataRates: those that may be used on the channel.
        public init(frequency: Int, downlinkFrequency: Int? = nil, dataRates: ClosedRange<DataRate>) {
            self.frequency = frequency
            self.downlinkFrequency = downlinkFrequency ?? frequency
            self.dataRates = dataRates
        }
    }

    /// What TXParamSetupReq changes, before the network has sent one.
    public struct TXParameters: Hashable, Sendable {
        /// Whether a frame may last 400 ms at most.
        public let uplinkDwell: Bool
        /// The same of the network's frames.
        public let downlinkDwell: Bool

        /// The limits before the network has set any.
        public init(uplinkDwell: Bool, downlinkDwell: Bool) {
            self.uplinkDwell = uplinkDwell
            self.downlinkDwell = downlinkDwell
        }
    }

    /// A region by its numbers, each of which is described at its property.
    public init(
        name: String, servers: ServerNames, plan: Plan = .dynamic, dataRates: [DataRateRow],
        defaultChannels: [DefaultChannel], frequencies: ClosedRange<Int>, raster: Int? = nil, subBands: [SubBand],
        powerReference: PowerReference = .radiated, maximumPower: Int, lastPowerIndex: UInt8,
        rx1DataRates: [[DataRate]], rx2Frequency: Int, rx2DataRate: DataRate, joinDataRates: [DataRate],
        txParameters: TXParameters? = nil, carrierSense: CarrierSense? = nil
    ) {
        self.name = name
        self.servers = servers
        self.plan = plan
        self.dataRates = dataRates
        self.defaultChannels = defaultChannels
        self.frequencies = frequencies
        self.raster = raster
        self.subBands = subBands
        self.powerReference = powerReference
        self.maximumPower = maximumPower
        self.lastPowerIndex = lastPowerIndex
        self.rx1DataRates = rx1DataRates
        self.rx2Frequency = rx2Frequency
        self.rx2DataRate = rx2DataRate
        self.joinDataRates = joinDataRates
        self.txParameters = txParameters
        self.carrierSense = carrierSense
    }
}
