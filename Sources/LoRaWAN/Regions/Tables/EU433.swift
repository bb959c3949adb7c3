extension Region {
    /// EU433: RP002-1.0.4 2.7; the tables of EU868 with other carriers and powers. Band and duty cycle from ERC
    /// recommendation 70-03 annex 1 (433.05 to 434.79 MHz, 10 %, 10 dBm ERP).
    public static let eu433 = Region(
        name: "EU433",
        servers: ServerNames(thingsStackBand: "EU433", frequencyPlan: "EU_433", chirpStack: "EU433"),
        dataRates: commonRows,
        // RP002 2.7.2.
        defaultChannels: channels(433_175_000, 433_375_000, 433_575_000),
        // A channel of 125 kHz must lie within 433.05 to 434.79 MHz.
        frequencies: 433_175_000...434_665_000,
        subBands: [
            SubBand(name: "433", frequencies: 433_050_000...434_790_000, dutyPermille: 100, maximumPower: 1_215)
        ],
        // RP002 2.7.3: MaxEIRP 12.15 dBm, index 5 is 10 dB below.
        maximumPower: 1_215,
        lastPowerIndex: 5,
        // RP002 2.7.7.
        rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5], fastest: 7),
        rx2Frequency: 434_665_000,
        rx2DataRate: DataRate(0),
        joinDataRates: commonJoinRates)
}
