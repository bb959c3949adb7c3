/// A frequency plan as the server needs it (RP002), with tables of its own.
package struct ServerRegion: Hashable, Sendable {
    struct Rate: Hashable, Sendable {
        /// 0 for FSK.
        let spreadingFactor: Int
        let bandwidth: Int

        /// 50 kbit/s.
        static let fsk = Rate(spreadingFactor: 0, bandwidth: 50_000)
    }

    /// By index; nil where the simulated radios have none.
    let dataRates: [Rate?]
    let joinReceive2Frequency: Int
    let joinReceive2DataRate: Int
    /// How many default channels there are; a CFList's come behind them.
    let defaultChannels: Int
    /// The highest data rate that ADR chooses.
    let fastest: Int
    /// Most steps of 2 dB that ADR takes off.
    let lowestPower: Int
    /// dBm of downlinks, and of those on 869.525 MHz.
    let power: Int
    /// The first carrier of the uplinks; nil where the plan has no fixed channels.
    let firstFixedChannel: Int?

    /// EU863-870.
    package static let eu868 = dynamic(receive2: (869_525_000, 0), channels: 3)
    /// IN865-867.
    package static let in865 = dynamic(receive2: (866_550_000, 2), channels: 3, power: 27)
    /// KR920-923.
    package static let kr920 = dynamic(receive2: (921_900_000, 0), channels: 3, power: 23)
    /// AS923, group 1.
    package static let as923 = dynamic(receive2: (923_200_000, 2), channels: 2)
    /// US902-928: SF10 to SF7, SF8 at 500 kHz, and DR8 to DR13 down.
    package static let us915 = ServerRegion(
        dataRates: rates([10, 9, 8, 7], 125_000) + rates([8], 500_000) + [nil, nil, nil] + wide,
        joinReceive2Frequency: 923_300_000, joinReceive2DataRate: 8, defaultChannels: 72, fastest: 3, lowestPower: 10,
        power: 26, firstFixedChannel: 902_300_000)
    /// AU915-928: SF12 to SF7, SF8 at 500 kHz, and DR8 to DR13 down.
    package static let au915 = ServerRegion(
        dataRates: rates([12, 11, 10, 9, 8, 7], 125_000) + rates([8], 500_000) + [nil] + wide,
        joinReceive2Frequency: 923_300_000, joinReceive2DataRate: 8, defaultChannels: 72, fastest: 5, lowestPower: 10,
        power: 26, firstFixedChannel: 915_200_000)

    private static let wide = rates([12, 11, 10, 9, 8, 7], 500_000)

    private static func rates(_ factors: [Int], _ bandwidth: Int) -> [Rate?] {
        factors.map { Rate(spreadingFactor: $0, bandwidth: bandwidth) }
    }

    private static func dynamic(receive2: (Int, Int), channels: Int, power: Int = 14) -> ServerRegion {
        ServerRegion(
            dataRates: rates([12, 11, 10, 9, 8, 7], 125_000) + rates([7], 250_000) + [.fsk],
            joinReceive2Frequency: receive2.0, joinReceive2DataRate: receive2.1, defaultChannels: channels, fastest: 5,
            lowestPower: 7, power: power, firstFixedChannel: nil)
    }

    /// The index of an uplink's data rate.
    func dataRate(spreadingFactor: Int, bandwidth: Int) -> Int? {
        dataRates.firstIndex(of: Rate(spreadingFactor: spreadingFactor, bandwidth: bandwidth))
    }

    func modulation(dataRate: Int) -> Rate {
        let rate = dataRates.indices.contains(dataRate) ? dataRates[dataRate] : nil
        return rate ?? dataRates[0] ?? Rate(spreadingFactor: 12, bandwidth: 125_000)
    }

    /// RP002, "RX1 data rate" without dwell time: fixed plans answer at 500 kHz.
    func receive1DataRate(uplink: Int, offset: Int) -> Int {
        guard firstFixedChannel != nil else { return max(0, uplink - offset) }
        // The slowest uplink of each plan at 500 kHz is answered at the fastest rate, like the one below it.
        let narrow = dataRates.count { $0?.bandwidth == 125_000 }
        let unshifted = uplink >= narrow ? 14 : 14 - narrow + uplink
        return max(8, min(13, unshifted - offset))
    }

    /// The carrier of RX1.
    func receive1Frequency(uplink: Int) -> Int {
        guard let firstFixedChannel else { return uplink }
        let narrow = (uplink - firstFixedChannel) % 200_000 == 0 ? (uplink - firstFixedChannel) / 200_000 : nil
        let channel = narrow ?? (uplink - firstFixedChannel - 700_000) / 1_600_000
        return 923_300_000 + 600_000 * (channel % 8)
    }

    /// dBm: EU868's 869.525 MHz has more than its other bands.
    func power(frequency: Int) -> Int { (869_400_000..<869_650_000).contains(frequency) ? 27 : power }

    /// Signal over noise, in quarters of a decibel, at which a spreading factor is just heard (SX1276 datasheet, table 13);
    /// FSK wants about 8 dB.
    static func requiredSNRQuarters(spreadingFactor: Int) -> Int {
        spreadingFactor == 0 ? 32 : -30 - 10 * (spreadingFactor - 7)
    }
}
