import LoRaWAN
import Timekeeping

/// How long symbols and frames last (SX1276 datasheet 4.1.1.7), for deadlines: preamble 8, explicit header, 4/5.
enum LoRaAirTime {
    /// 2^SF / BW.
    static func symbol(_ modulation: Modulation) -> TimeSpan {
        .nanoseconds(
            (Int64(1) << Int64(modulation.spreadingFactor)) * 1_000_000_000 / Int64(modulation.bandwidth.hertz))
    }

    /// Low-data-rate optimisation is wanted where a symbol lasts 16 ms or longer.
    static func needsLowDataRateOptimize(_ modulation: Modulation) -> Bool {
        symbol(modulation) >= .milliseconds(16)
    }

    /// - Parameters:
    ///   - bytes: PHYPayload.
    ///   - crc: on for uplinks, off for downlinks.
    static func frame(bytes: Int, modulation: Modulation, crc: Bool) -> TimeSpan {
        let factor = modulation.spreadingFactor
        let bits = 8 * bytes - 4 * factor + 28 + (crc ? 16 : 0)
        let perBlock = 4 * (factor - (needsLowDataRateOptimize(modulation) ? 2 : 0))
        let blocks = bits > 0 ? (bits + perBlock - 1) / perBlock : 0
        let quarterSymbols = 4 * (8 + 4 + 8 + blocks * 5) + 1
        return symbol(modulation) * Int64(quarterSymbols) / 4
    }
}
