public import Timekeeping

/// How long a frame is on the air, exact: a LoRa symbol is a whole number of microseconds (SX1276 datasheet 4.1.1.7), and
/// so is a byte of FSK.
public enum AirTime {
    /// The time from the first preamble symbol to the last symbol. Of FSK only the bytes count: the rest is fixed.
    ///
    /// - Parameters:
    ///   - bytes: PHYPayload, 0 to 255.
    ///   - modulation: LoRa or FSK; what follows matters for LoRa only.
    ///   - codingRate: 1 (4/5, LoRaWAN) to 4 (4/8).
    ///   - hasCRC: true for uplinks, false for downlinks.
    ///   - lowDataRateOptimisation: nil for what LoRaWAN uses, on from symbols of 16 ms up.
    ///   - preamble: symbols, 8 in LoRaWAN.
    public static func of(
        bytes: Int, modulation: Modulation, codingRate: Int = 1, hasCRC: Bool = true,
        lowDataRateOptimisation: Bool? = nil, preamble: Int = 8
    ) -> TimeSpan {
        guard case .lora(let lora) = modulation else {
            return byte * Int64(fskOverhead + max(0, min(bytes, 255)))
        }
        let symbol = symbol(of: modulation).microseconds
        let factor = lora.spreadingFactor
        let optimised = lowDataRateOptimisation ?? isOptimised(modulation)
        let bits = 8 * max(0, min(bytes, 255)) - 4 * factor + 28 + (hasCRC ? 16 : 0)
        let bitsPerBlock = 4 * (factor - (optimised ? 2 : 0))
        let blocks = max(0, (bits + bitsPerBlock - 1) / bitsPerBlock)
        let coded = blocks * (max(1, min(codingRate, 4)) + 4)
        // 4.25 symbols of synchronisation, counted in quarters.
        let quarters = 4 * (max(0, min(preamble, 65_535)) + 8 + coded) + 17
        return .microseconds(Int64(quarters) * symbol / 4)
    }

    /// Whether LoRaWAN switches the low-data-rate optimisation on: where a symbol lasts 16 ms or longer.
    public static func isOptimised(_ modulation: Modulation) -> Bool {
        symbol(of: modulation) >= .milliseconds(16)
    }

    /// The length of one symbol, 2^SF / bandwidth; of one byte for FSK, as Semtech's stacks count windows.
    public static func symbol(of modulation: Modulation) -> TimeSpan {
        switch modulation {
        case .lora(let lora):
            .microseconds(Int64(1_000_000 << lora.spreadingFactor) / Int64(lora.bandwidth.hertz))
        case .fsk: byte
        }
    }

    /// Bytes around an FSK payload: preamble 5, sync word 3, length 1, CRC 2.
    private static let fskOverhead = 11
    private static let byte = TimeSpan.microseconds(8_000_000 / Int64(Modulation.fskBitRate))
}
