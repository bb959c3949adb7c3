extension Region {
    /// US902-928: RP002-1.0.4 2.5; rates as The Things Stack `pkg/band` and LoRaMac-node have them. FCC 15.247 sets no
    /// duty cycle; M keeps each frame below 400 ms.
    public static let us915 = Region(
        name: "US915",
        servers: ServerNames(thingsStackBand: "US902-928", frequencyPlan: "US_902_928_FSB", chirpStack: "US915"),
        // LoRaMac-node: FCC 15.247 wants at least two channels of 125 kHz to hop on.
        plan: .fixed(fewestNarrow: 2),
        // RP002 2.5.3 and 2.5.6: DR5 and DR6 are LR-FHSS, DR7 is not defined.
        dataRates: [
            lora(10, .khz125, 19), lora(9, .khz125, 61), lora(8, .khz125, 133), lora(7, .khz125, 250),
            lora(8, .khz500, 250), noRow, noRow, noRow,
        ] + wideDownlinkRows,
        // RP002 2.5.2.
        defaultChannels: seventyTwo(narrow: 902_300_000, narrowRates: 0...3, wide: 903_000_000, wideRate: 4),
        frequencies: 902_000_000...928_000_000,
        // RP002 2.5.2 and LoRaMac-node: 21 dBm where fewer than 50 channels are enabled.
        subBands: [
            SubBand(name: "US915", frequencies: 902_000_000...928_000_000, dutyPermille: 1_000, maximumPower: 2_100)
        ],
        // RP002 2.5.4: conducted power, as FCC 15.247(b) has it for antennas of up to 6 dBi.
        powerReference: .conducted(freeGain: 600),
        maximumPower: 3_000,
        lastPowerIndex: 14,
        // RP002 2.5.7.
        rx1DataRates: [[10, 9, 8, 8], [11, 10, 9, 8], [12, 11, 10, 9], [13, 12, 11, 10], [13, 13, 12, 11]].map {
            $0.map { DataRate($0) }
        },
        rx2Frequency: 923_300_000,
        rx2DataRate: DataRate(8),
        // RP002 2.5.2: DR0 on 125 kHz, DR4 on 500 kHz.
        joinDataRates: [DataRate(0), DataRate(4)])
}
