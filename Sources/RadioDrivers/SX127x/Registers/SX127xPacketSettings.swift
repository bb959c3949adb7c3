import LoRaWAN

/// Register values for LoRaWAN's FSK (RP002, "preamble format"; the values that LoRaMac-node and LMIC agree on).
enum SX127xPacketSettings {
    /// More bytes than this in the FIFO raise FifoLevel.
    static let threshold = 31
    static let syncWord: [UInt8] = [0xC1, 0x94, 0xC1]
    /// Bytes that the FIFO holds.
    static let fifo = 64

    /// DIO0 = PacketSent, DIO1 = FifoLevel.
    static func transmit(
        _ transmission: Transmission, output: SX127xChip.PowerOutput, model: SX127xChip.Model
    ) -> [SX127xSetting] {
        common(frequency: transmission.frequency)
            + SX127xSettings.power(transmission.power, output: output, model: model)
            // Gauss filter of BT = 1, ramp of 40 us; an SX1272 has its filter in the mode register.
            + (model == .sx1276 ? [.init(.amplifierRamp, 0x29)] : []) + [.init(.mapping1, 0x00)]
    }

    /// DIO0 = PayloadReady, DIO1 = FifoEmpty, which falls with the first byte. 50 kHz to each side, 83 kHz while the carrier
    /// is corrected, AGC and correction by the preamble.
    static func receive(frequency: Int) -> [SX127xSetting] {
        common(frequency: frequency) + [
            .init(.receiver, 0x1E), .init(.strengthFilter, 0xD2), .init(.bandwidth, 0x0B),
            .init(.correctionBandwidth, 0x12), .init(.frequencyCorrection, 0x01), .init(.preambleDetector, 0xAA),
            .init(.oscillator, 0x07), .init(.mapping1, 0x10),
        ]
    }

    /// An unmodulated carrier: FSK without deviation in continuous mode, where DIO2 would be the data and DIO1 gives a clock
    /// edge with every bit, unless neither is told anything (datasheet 4.2.12; so do LoRaMac-node and Lora-net/SWL2001).
    static func carrier(_ carrier: Carrier, output: SX127xChip.PowerOutput, model: SX127xChip.Model) -> [SX127xSetting]
    {
        SX127xSettings.carrier(carrier.frequency)
            // 18 to 20 dBm are for 1 % of the time (datasheet 5.4.3).
            + SX127xSettings.power(min(carrier.power, 17), output: output, model: model) + [
                .init(.bitRateHigh, 0x1A), .init(.bitRateLow, 0x0B), .init(.deviationHigh, 0), .init(.deviationLow, 0),
                .init(.packet2, 0x00), .init(.mapping1, 0xF0),
            ]
    }

    /// 50 kbit/s, 25 kHz, preamble 5, sync word C194C1, packets of variable length with whitening and CRC, which stay in
    /// the FIFO when they are damaged.
    private static func common(frequency: Int) -> [SX127xSetting] {
        SX127xSettings.carrier(frequency) + [
            .init(.bitRateHigh, 0x02), .init(.bitRateLow, 0x80), .init(.deviationHigh, 0x01),
            .init(.deviationLow, 0x99), .init(.packetPreambleHigh, 0), .init(.packetPreambleLow, 5), .init(.sync, 0x12),
            .init(.syncWord1, syncWord[0]), .init(.syncWord2, syncWord[1]), .init(.syncWord3, syncWord[2]),
            .init(.packet1, 0xD8),
            .init(.packet2, 0x40), .init(.longestPayload, 0xFF), .init(.fifoThreshold, 0x80 | UInt8(threshold)),
        ]
    }
}
