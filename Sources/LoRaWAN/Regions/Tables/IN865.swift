extension Region {
    /// IN865-867: RP002-1.0.4 2.10, as The Things Stack `pkg/band` has it. No duty cycle.
    public static let in865 = Region(
        name: "IN865",
        servers: ServerNames(thingsStackBand: "IN865-867", frequencyPlan: "IN_865_867", chirpStack: "IN865"),
        // RP002 2.10.3: DR6 is not defined.
        dataRates: commonRows.enumerated().map { $0.offset == 6 ? noRow : $0.element },
        // RP002 2.10.2.
        defaultChannels: channels(865_062_500, 865_402_500, 865_985_000),
        frequencies: 865_000_000...867_000_000,
        subBands: [
            SubBand(name: "IN865", frequencies: 865_000_000...867_000_000, dutyPermille: 1_000, maximumPower: 3_000)
        ],
        // RP002 2.10.4: MaxEIRP 30 dBm, index 10 is 20 dB below.
        maximumPower: 3_000,
        lastPowerIndex: 10,
        // RP002 2.10.7: offsets 6 and 7 are -1 and -2. There is no DR6: DR5 stands in its place, as in
        // Lora-net/SWL2001 and LoRaMac-node.
        rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5, -1, -2], fastest: 7).map { rates in
            rates.map { $0 == DataRate(6) ? DataRate(5) : $0 }
        },
        rx2Frequency: 866_550_000,
        rx2DataRate: DataRate(2),
        joinDataRates: commonJoinRates)
}
