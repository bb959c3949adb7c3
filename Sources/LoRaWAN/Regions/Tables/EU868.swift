extension Region {
    /// EU863-870: RP002-1.0.4 2.4; sub-bands and their duty cycle from EN 300 220-2 annex B as the stacks agree on them
    /// (The Things Stack `pkg/band`, Lora-net/SWL2001), ERP given as EIRP (+ 2.15 dB).
    public static let eu868 = Region(
        name: "EU868",
        servers: ServerNames(thingsStackBand: "EU863-870", frequencyPlan: "EU_863_870_TTN", chirpStack: "EU868"),
        dataRates: commonRows,
        // RP002 2.4.2.
        defaultChannels: channels(868_100_000, 868_300_000, 868_500_000),
        frequencies: 863_000_000...870_000_000,
        subBands: [
            SubBand(name: "K", frequencies: 863_000_000...864_999_999, dutyPermille: 1, maximumPower: 1_615),
            SubBand(name: "L", frequencies: 865_000_000...867_999_999, dutyPermille: 10, maximumPower: 1_615),
            SubBand(name: "M", frequencies: 868_000_000...868_600_000, dutyPermille: 10, maximumPower: 1_615),
            SubBand(name: "N", frequencies: 868_700_000...869_200_000, dutyPermille: 1, maximumPower: 1_615),
            SubBand(name: "P", frequencies: 869_400_000...869_650_000, dutyPermille: 100, maximumPower: 2_915),
            SubBand(name: "R", frequencies: 869_700_000...870_000_000, dutyPermille: 10, maximumPower: 1_615),
        ],
        // RP002 2.4.4.
        maximumPower: 1_600,
        lastPowerIndex: 7,
        // RP002 2.4.7.
        rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5], fastest: 7),
        rx2Frequency: 869_525_000,
        rx2DataRate: DataRate(0),
        joinDataRates: commonJoinRates)
}
