/// A channel of a session; a frequency of 0 means that it is not defined.
public struct Channel: Hashable, Sendable {
    /// Hertz, of the uplink.
    public internal(set) var frequency: Int
    /// Hertz, of RX1: the region's, until DlChannelReq moves it.
    public internal(set) var downlinkFrequency: Int
    /// Index in ``Region/subBands``.
    public internal(set) var subBand: Int
    /// Those that may be used on it.
    public internal(set) var dataRates: ClosedRange<DataRate>

    /// - Parameter downlinkFrequency: nil for that of the uplink.
    init(frequency: Int, downlinkFrequency: Int? = nil, subBand: Int, dataRates: ClosedRange<DataRate>) {
        self.frequency = frequency
        self.downlinkFrequency = downlinkFrequency ?? frequency
        self.subBand = subBand
        self.dataRates = dataRates
    }

    static let undefined = Channel(frequency: 0, subBand: 0, dataRates: DataRate(0)...DataRate(0))

    /// Whether it may be sent on: the network can switch one off by a carrier of 0 Hz.
    public var isDefined: Bool { frequency != 0 }
}
