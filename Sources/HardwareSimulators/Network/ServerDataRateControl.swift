/// The plain ADR algorithm of public networks: from the best signal of the last uplinks, keep 10 dB in hand and spend
/// the rest in steps of 3 dB on the data rate, then on the power.
struct ServerDataRateControl {
    private static let history = 5
    private static let marginQuarters = 40
    private static let stepQuarters = 12
    private var signals: [Int] = []
    private var power = 0

    /// A LinkADRReq, or nothing when the device is where it should be.
    mutating func command(snrQuarters: Int, dataRate: Int, channelMask: UInt16, region: ServerRegion) -> [UInt8] {
        signals.append(snrQuarters)
        guard signals.count >= Self.history, let best = signals.max() else { return [] }
        signals.removeAll()
        let required = ServerRegion.requiredSNRQuarters(
            spreadingFactor: region.modulation(dataRate: dataRate).spreadingFactor)
        var steps = (best - required - Self.marginQuarters) / Self.stepQuarters
        var (newRate, newPower) = (dataRate, power)
        while steps > 0, newRate < region.fastest { (newRate, steps) = (newRate + 1, steps - 1) }
        while steps > 0, newPower < region.lowestPower { (newPower, steps) = (newPower + 1, steps - 1) }
        while steps < 0, newPower > 0 { (newPower, steps) = (newPower - 1, steps + 1) }
        guard (newRate, newPower) != (dataRate, power) else { return [] }
        power = newPower
        return [0x03, UInt8(newRate << 4 | newPower)] + channelMask.littleEndianBytes + [0x01]
    }
}
