extension Region {
    /// AS923 group 1: Japan's and South-East Asia's plan without offset.
    public static let as923 = as923(group: 1, offset: 0)
    /// AS923 group 2: 1.8 MHz below group 1.
    public static let as923Group2 = as923(group: 2, offset: -1_800_000)
    /// AS923 group 3: 6.6 MHz below group 1.
    public static let as923Group3 = as923(group: 3, offset: -6_600_000)
    /// AS923 group 4: 5.9 MHz below group 1.
    public static let as923Group4 = as923(group: 4, offset: -5_900_000)

    /// RP002-1.0.4 2.9; M and RX1 as The Things Stack `pkg/band` and LoRaMac-node have them.
    ///
    /// - Parameter offset: AS923_FREQ_OFFSET_HZ (RP002 2.9.2).
    private static func as923(group: Int, offset: Int) -> Region {
        // RP002 2.9.6.
        let rows = [
            lora(12, .khz125, 59, dwell: 0), lora(11, .khz125, 59, dwell: 0), lora(10, .khz125, 123, dwell: 19),
            lora(9, .khz125, 123, dwell: 61), lora(8, .khz125, 250, dwell: 133), lora(7, .khz125, 250),
            lora(7, .khz250, 250), DataRateRow(modulation: .fsk, maximumMACPayload: 250),
        ]
        let lowest = 915_000_000
        return Region(
            name: group == 1 ? "AS923" : "AS923-\(group)",
            dataRates: rows,
            // RP002 2.9.2.
            defaultChannels: channels(923_200_000 + offset, 923_400_000 + offset),
            frequencies: lowest...928_000_000,
            // RP002 2.9.2: less than 1 % of the time, in all channels together.
            subBands: [
                SubBand(name: "AS923", frequencies: lowest...928_000_000, dutyPermille: 10, maximumEIRP: 1_600)
            ],
            // RP002 2.9.4.
            maximumEIRP: 1_600,
            lastPowerIndex: 7,
            // RP002 2.9.7: offsets 6 and 7 are -1 and -2; not below DR2 while downlinks are limited to 400 ms.
            rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5, -1, -2], fastest: 7),
            rx2Frequency: 923_200_000 + offset,
            rx2DataRate: DataRate(2),
            // RP002 2.9.2: join-requests at DR2 to DR5, the slower ones exceed the dwell time.
            joinDataRates: commonJoinRates.filter { $0 >= DataRate(2) },
            // Until TXParamSetupReq says otherwise a device must count on the limit (RP002 2.9.4).
            txParameters: TXParameters(uplinkDwell: true, downlinkDwell: true))
    }
}
