extension Region {
    /// RU864-870: RP002-1.0.4 2.12; 1 % for the whole band, as The Things Stack `pkg/band` and LoRaMac-node count it.
    public static let ru864 = Region(
        name: "RU864",
        servers: ServerNames(thingsStackBand: "RU864-870", frequencyPlan: "RU_864_870_TTN", chirpStack: "RU864"),
        dataRates: commonRows,
        // RP002 2.12.2: two default channels.
        defaultChannels: channels(868_900_000, 869_100_000),
        frequencies: 864_000_000...870_000_000,
        subBands: [
            SubBand(name: "RU864", frequencies: 864_000_000...870_000_000, dutyPermille: 10, maximumPower: 2_215)
        ],
        // RP002 2.12.4.
        maximumPower: 1_600,
        lastPowerIndex: 7,
        // RP002 2.12.7.
        rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5], fastest: 7),
        rx2Frequency: 869_100_000,
        rx2DataRate: DataRate(0),
        joinDataRates: commonJoinRates)
}
