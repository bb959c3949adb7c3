import Timekeeping

extension Region {
    /// AS923 group 1: South-East Asia's plan without offset. Japan has ``as923Japan``.
    public static let as923 = as923(name: "AS923", servers: group(), band: 915_000_000...928_000_000)
    /// AS923 group 2: 1.8 MHz below group 1.
    public static let as923Group2 = as923(
        name: "AS923-2", servers: group(2), offset: -1_800_000, band: 920_000_000...923_000_000)
    /// AS923 group 3: 6.6 MHz below group 1.
    public static let as923Group3 = as923(
        name: "AS923-3", servers: group(3), offset: -6_600_000, band: 915_000_000...921_000_000)
    /// AS923 group 4: 5.9 MHz below group 1.
    public static let as923Group4 = as923(
        name: "AS923-4", servers: group(4), offset: -5_900_000, band: 917_000_000...920_000_000)

    /// AS923 group 1 in Japan, with ARIB STD-T108's channels 24 to 38 as LoRaMac-node's table for Japan has them: listen
    /// before talk instead of the duty cycle, 13 dBm, and no data rate that is wider than a channel of 200 kHz. The law's
    /// 4 s for a frame are not reached: 59 bytes of SF12 take 2.8 s.
    public static let as923Japan = as923(
        name: "AS923-JP",
        // Japan has no band of its own at either server.
        servers: ServerNames(thingsStackBand: "AS923", frequencyPlan: "AS_920_923_TTN_JP_1", chirpStack: "AS923"),
        band: 920_600_000...923_400_000, fastest: 5,
        subBand: (dutyPermille: 1_000, maximumPower: 1_300),
        // Lora-net/SWL2001: 5 ms, -80 dBm.
        carrierSense: CarrierSense(duration: .milliseconds(5), threshold: -80))

    private static func group(_ number: Int? = nil) -> ServerNames {
        let (dashed, underscored) = number.map { ("-\($0)", "_\($0)") } ?? ("", "")
        return ServerNames(
            thingsStackBand: "AS923" + dashed, frequencyPlan: "AS_923" + underscored,
            chirpStack: "AS923" + underscored)
    }

    /// RP002-1.0.4 2.9; M and RX1 as The Things Stack `pkg/band`, LoRaMac-node and Lora-net/SWL2001 have them.
    ///
    /// - Parameters:
    ///   - offset: AS923_FREQ_OFFSET_HZ (RP002 2.9.2).
    ///   - band: the group's own, as Lora-net/SWL2001 has it.
    ///   - fastest: the last data rate.
    ///   - subBand: RP002 2.9.2: less than 1 % of the time, in all channels together.
    private static func as923(
        name: String, servers: ServerNames, offset: Int = 0, band: ClosedRange<Int>, fastest: Int = 7,
        subBand: (dutyPermille: Int, maximumPower: Int) = (10, 1_600), carrierSense: CarrierSense? = nil
    ) -> Region {
        // RP002 2.9.6.
        let rows = [
            lora(12, .khz125, 59, dwell: 0), lora(11, .khz125, 59, dwell: 0), lora(10, .khz125, 123, dwell: 19),
            lora(9, .khz125, 123, dwell: 61), lora(8, .khz125, 250, dwell: 133), lora(7, .khz125, 250),
            lora(7, .khz250, 250), DataRateRow(modulation: .fsk, maximumMACPayload: 250),
        ]
        return Region(
            name: name,
            servers: servers,
            dataRates: Array(rows[...fastest]),
            // RP002 2.9.2.
            defaultChannels: channels(923_200_000 + offset, 923_400_000 + offset),
            frequencies: band,
            subBands: [
                SubBand(
                    name: name, frequencies: band, dutyPermille: subBand.dutyPermille,
                    maximumPower: subBand.maximumPower)
            ],
            // RP002 2.9.4.
            maximumPower: 1_600,
            lastPowerIndex: 7,
            // RP002 2.9.7: offsets 6 and 7 are -1 and -2; not below DR2 while downlinks are limited to 400 ms.
            rx1DataRates: lowered(by: [0, 1, 2, 3, 4, 5, -1, -2], fastest: fastest),
            rx2Frequency: 923_200_000 + offset,
            rx2DataRate: DataRate(2),
            // RP002 2.9.2: join-requests at DR2 to DR5, the slower ones exceed the dwell time.
            joinDataRates: commonJoinRates.filter { $0 >= DataRate(2) },
            // Until TXParamSetupReq says otherwise a device must count on the limit (RP002 2.9.4).
            txParameters: TXParameters(uplinkDwell: true, downlinkDwell: true),
            carrierSense: carrierSense)
    }
}
