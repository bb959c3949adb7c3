/// EU868 as the server needs it (RP002 2.3).
enum ServerRegion {
    /// Spreading factor and bandwidth of DR0 to DR6.
    static let dataRates: [(spreadingFactor: Int, bandwidth: Int)] = [
        (12, 125_000), (11, 125_000), (10, 125_000), (9, 125_000), (8, 125_000), (7, 125_000), (7, 250_000),
    ]

    static func dataRate(spreadingFactor: Int, bandwidth: Int) -> Int? {
        dataRates.firstIndex { $0 == (spreadingFactor, bandwidth) }
    }

    static func modulation(dataRate: Int) -> (spreadingFactor: Int, bandwidth: Int) {
        dataRates[max(0, min(dataRate, dataRates.count - 1))]
    }

    static let joinReceive2Frequency = 869_525_000
    static let joinReceive2DataRate = 0
    /// dBm: RX1 bands allow 14 dBm e.r.p., 869.525 MHz 27.
    static func power(frequency: Int) -> Int { (869_400_000..<869_650_000).contains(frequency) ? 27 : 14 }

    /// Signal over noise, in quarters of a decibel, at which a spreading factor is just heard (SX1276 datasheet, table 13).
    static func requiredSNRQuarters(spreadingFactor: Int) -> Int { -30 - 10 * (spreadingFactor - 7) }
}
