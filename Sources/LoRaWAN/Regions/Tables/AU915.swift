extension Region {
    /// AU915-928: RP002-1.0.4 2.8; rates as The Things Stack `pkg/band` and LoRaMac-node have them. No duty cycle.
    public static let au915 = Region(
        name: "AU915",
        servers: ServerNames(thingsStackBand: "AU915-928", frequencyPlan: "AU_915_928_FSB", chirpStack: "AU915"),
        plan: .fixed(fewestNarrow: 0),
        // RP002 2.8.3 and 2.8.6: DR7 is LR-FHSS.
        dataRates: [
            lora(12, .khz125, 59, dwell: 0), lora(11, .khz125, 59, dwell: 0), lora(10, .khz125, 59, dwell: 19),
            lora(9, .khz125, 123, dwell: 61), lora(8, .khz125, 250, dwell: 133), lora(7, .khz125, 250),
            lora(8, .khz500, 250), noRow,
        ] + wideDownlinkRows,
        // RP002 2.8.2.
        defaultChannels: seventyTwo(narrow: 915_200_000, narrowRates: 0...5, wide: 915_900_000, wideRate: 6),
        frequencies: 915_000_000...928_000_000,
        subBands: [
            SubBand(name: "AU915", frequencies: 915_000_000...928_000_000, dutyPermille: 1_000, maximumPower: 3_000)
        ],
        // RP002 2.8.4.
        maximumPower: 3_000,
        lastPowerIndex: 14,
        // RP002 2.8.7.
        rx1DataRates: [
            [8, 8, 8, 8, 8, 8], [9, 8, 8, 8, 8, 8], [10, 9, 8, 8, 8, 8], [11, 10, 9, 8, 8, 8],
            [12, 11, 10, 9, 8, 8], [13, 12, 11, 10, 9, 8], [13, 13, 12, 11, 10, 9],
        ].map { $0.map { DataRate($0) } },
        rx2Frequency: 923_300_000,
        rx2DataRate: DataRate(8),
        // TR007 2.1: DR2 on 125 kHz, DR6 on 500 kHz.
        joinDataRates: [DataRate(2), DataRate(6)],
        // RP002 2.8.4: a device counts on the uplinks' limit until TXParamSetupReq lifts it.
        txParameters: TXParameters(uplinkDwell: true, downlinkDwell: false))
}
