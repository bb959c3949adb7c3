public import Timekeeping

/// One LoRa frame on the air, described by what a receiver must match to hear it.
public struct AirTransmission: Hashable, Sendable {
    public var payload: [UInt8]
    /// Carrier in hertz.
    public var frequency: Int
    /// 6 to 12.
    public var spreadingFactor: Int
    /// In hertz.
    public var bandwidth: Int
    /// Inverted for downlinks, so that devices do not hear each other (RP002: "uplink normal, downlink inverted").
    public var invertedIQ: Bool
    /// 0x34 on public networks.
    public var syncWord: UInt8
    /// 1 to 4, for 4/5 to 4/8.
    public var codingRate: Int
    public var hasCRC: Bool
    /// It arrives with a bit error in its payload: gateways drop it by its CRC, a device finds out by the flag, or, as
    /// downlinks have no CRC, by the integrity code.
    public var isCorrupt = false
    /// Wanted where a symbol lasts 16 ms or longer; both sides must agree.
    public var lowDataRateOptimize: Bool
    /// Programmed preamble, without the 4.25 symbols of the sync word.
    public var preambleSymbols: Int
    /// dBm at the antenna.
    public var power: Int
    /// When the first symbol of the preamble begins.
    public var start: MonotonicInstant

    /// A frame with what LoRaWAN fixes: coding rate 4/5, eight symbols of preamble, and low-data-rate optimisation where
    /// the symbols are long.
    public init(
        payload: [UInt8], frequency: Int, spreadingFactor: Int, bandwidth: Int, invertedIQ: Bool, hasCRC: Bool,
        start: MonotonicInstant, power: Int = 14, syncWord: UInt8 = 0x34
    ) {
        self.payload = payload
        self.frequency = frequency
        self.spreadingFactor = spreadingFactor
        self.bandwidth = bandwidth
        self.invertedIQ = invertedIQ
        self.hasCRC = hasCRC
        self.start = start
        self.power = power
        self.syncWord = syncWord
        codingRate = 1
        preambleSymbols = 8
        lowDataRateOptimize = Self.needsLowDataRateOptimize(spreadingFactor: spreadingFactor, bandwidth: bandwidth)
    }

    /// 2^SF / BW.
    public var symbol: TimeSpan { Self.symbol(spreadingFactor: spreadingFactor, bandwidth: bandwidth) }

    /// From the first symbol of the preamble to the last of the payload (SX1276 datasheet 4.1.1.7, explicit header).
    public var airTime: TimeSpan {
        let coded = 8 * payload.count - 4 * spreadingFactor + 28 + (hasCRC ? 16 : 0)
        let perBlock = 4 * (spreadingFactor - (lowDataRateOptimize ? 2 : 0))
        var payloadSymbols = 8
        if coded > 0, perBlock > 0 { payloadSymbols += (coded + perBlock - 1) / perBlock * (codingRate + 4) }
        return symbol * Int64(4 * (preambleSymbols + 4 + payloadSymbols) + 1) / 4
    }

    /// When the last symbol ends.
    public var end: MonotonicInstant { start + airTime }

    /// When the header has been sent: preamble, sync word and the first block of eight symbols.
    var headerEnd: MonotonicInstant { start + symbol * Int64(4 * (preambleSymbols + 4 + 8) + 1) / 4 }

    static func symbol(spreadingFactor: Int, bandwidth: Int) -> TimeSpan {
        .nanoseconds((Int64(1) << Int64(spreadingFactor)) * 1_000_000_000 / Int64(max(bandwidth, 1)))
    }

    static func needsLowDataRateOptimize(spreadingFactor: Int, bandwidth: Int) -> Bool {
        symbol(spreadingFactor: spreadingFactor, bandwidth: bandwidth) >= .milliseconds(16)
    }
}
