import Timekeeping

extension Region {
    /// KR920-923: RP002-1.0.4 2.11; no duty cycle but listen before talk, with the figures of LoRaMac-node: 6 ms, -65 dBm.
    public static let kr920 = Region(
        name: "KR920",
        servers: ServerNames(thingsStackBand: "KR920-923", frequencyPlan: "KR_920_923_TTN", chirpStack: "KR920"),
        // RP002 2.11.3: DR0 to DR5 only.
        dataRates: Array(commonRows.prefix(6)),
        // RP002 2.11.2.
        defaultChannels: channels(922_100_000, 922_300_000, 922_500_000),
        frequencies: 920_900_000...923_300_000,
        // RP002 2.11.2: channels of 200 kHz, from 920.9 MHz on.
        raster: 200_000,
        // RP002 2.11.4: end-devices radiate 10 dBm below 922 MHz and 14 dBm above.
        subBands: [
            SubBand(name: "KR low", frequencies: 920_900_000...921_999_999, dutyPermille: 1_000, maximumPower: 1_000),
            SubBand(name: "KR high", frequencies: 922_000_000...923_300_000, dutyPermille: 1_000, maximumPower: 1_400),
        ],
        maximumPower: 1_400,
        lastPowerIndex: 7,
        // RP002 2.11.7.
        rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5], fastest: 5),
        rx2Frequency: 921_900_000,
        rx2DataRate: DataRate(0),
        joinDataRates: commonJoinRates,
        carrierSense: CarrierSense(duration: .milliseconds(6), threshold: -65))
}
