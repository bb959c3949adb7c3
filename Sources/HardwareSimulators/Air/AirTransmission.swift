package import Timekeeping

/// One frame on the air, described by what a receiver must match to hear it.
package struct AirTransmission: Hashable, Sendable {
    package var payload: [UInt8]
    /// Carrier in hertz.
    package var frequency: Int
    /// 6 to 12; 0 for FSK.
    package var spreadingFactor: Int
    /// In hertz.
    package var bandwidth: Int
    /// What a receiver of FSK must match; nil for LoRa.
    package var fsk: FSK?
    /// FSK has none: there it only says who sends. Inverted for downlinks, so that devices do not hear each other (RP002: "uplink normal, downlink inverted").
    package var invertedIQ: Bool
    /// 0x34 on public networks.
    package var syncWord: UInt8
    /// 1 to 4, for 4/5 to 4/8.
    package var codingRate: Int
    package var hasCRC: Bool
    /// It arrives with a bit error in its payload: gateways drop it by its CRC, a device finds out by the flag, or, as
    /// downlinks have no CRC, by the integrity code.
    package var isCorrupt = false
    /// Wanted where a symbol lasts 16 ms or longer; both sides must agree.
    package var lowDataRateOptimize: Bool
    /// Programmed preamble, without the 4.25 symbols of the sync word.
    package var preambleSymbols: Int
    /// dBm at the antenna.
    package var power: Int
    /// When the first symbol of the preamble begins.
    package var start: MonotonicInstant

    /// A frame with what LoRaWAN fixes: coding rate 4/5, eight symbols of preamble, and low-data-rate optimisation where
    /// the symbols are long.
    package init(
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

    /// FSK packets (SX1276 datasheet 4.2.13).
    package struct FSK: Hashable, Sendable {
        /// Bits a second.
        package var bitRate = 50_000
        /// Hertz.
        package var deviation = 25_000
        package var syncWord: [UInt8] = [0xC1, 0x94, 0xC1]
        package var isWhitened = true

        package init() {}

        /// Time of one byte.
        package var byte: TimeSpan { .nanoseconds(8_000_000_000 / Int64(max(bitRate, 1))) }
    }

    /// LoRaWAN's FSK: preamble of 5 bytes, sync word C194C1, whitening, CRC.
    package init(fsk payload: [UInt8], frequency: Int, isDownlink: Bool, start: MonotonicInstant, power: Int = 14) {
        self.init(
            payload: payload, frequency: frequency, spreadingFactor: 0, bandwidth: 50_000, invertedIQ: isDownlink,
            hasCRC: true, start: start, power: power)
        fsk = FSK()
        preambleSymbols = 5
        lowDataRateOptimize = false
    }

    /// 2^SF / BW; a byte of FSK.
    package var symbol: TimeSpan { fsk?.byte ?? Self.symbol(spreadingFactor: spreadingFactor, bandwidth: bandwidth) }

    /// From the first symbol of the preamble to the last of the payload (SX1276 datasheet 4.1.1.7, explicit header).
    /// FSK: preamble, sync word, length byte, payload and CRC.
    package var airTime: TimeSpan {
        if let fsk {
            return fsk.byte * Int64(preambleSymbols + fsk.syncWord.count + 1 + payload.count + (hasCRC ? 2 : 0))
        }
        let coded = 8 * payload.count - 4 * spreadingFactor + 28 + (hasCRC ? 16 : 0)
        let perBlock = 4 * (spreadingFactor - (lowDataRateOptimize ? 2 : 0))
        var payloadSymbols = 8
        if coded > 0, perBlock > 0 { payloadSymbols += (coded + perBlock - 1) / perBlock * (codingRate + 4) }
        return symbol * Int64(4 * (preambleSymbols + 4 + payloadSymbols) + 1) / 4
    }

    /// When the last symbol ends.
    package var end: MonotonicInstant { start + airTime }

    /// When the header has been sent: preamble, sync word and the first block of eight symbols.
    var headerEnd: MonotonicInstant { start + symbol * Int64(4 * (preambleSymbols + 4 + 8) + 1) / 4 }

    static func symbol(spreadingFactor: Int, bandwidth: Int) -> TimeSpan {
        .nanoseconds((Int64(1) << Int64(spreadingFactor)) * 1_000_000_000 / Int64(max(bandwidth, 1)))
    }

    static func needsLowDataRateOptimize(spreadingFactor: Int, bandwidth: Int) -> Bool {
        symbol(spreadingFactor: spreadingFactor, bandwidth: bandwidth) >= .milliseconds(16)
    }
}
