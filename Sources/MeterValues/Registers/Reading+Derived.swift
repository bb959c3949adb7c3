extension Reading {
    /// Adds the registers that follow from those that the meter printed: electricity of channel 1 as that of channel 0,
    /// totals, net and excess power, and the media of M-Bus channels. What the meter printed itself is not touched.
    package mutating func addDerived() {
        addElectricityOfChannelOne()
        quantities.addTotals()
        quantities.addNetPower()
        addMedia()
    }

    /// Some Swiss meters print all of their electricity under 1-1: totals, net power, names and layouts ask for 1-0.
    private mutating func addElectricityOfChannelOne() {
        for (code, quantity) in quantities where code.a == 1 && code.b == 1 {
            guard let usual = code.inChannelZero, quantities[usual] == nil else { continue }
            quantities[usual] = quantity
            ownTimes[usual] = ownTimes[code]
        }
    }
}

extension OBISCode {
    /// The register of electricity in channel 0 of which this is the one in channel 1; nil for any other.
    package var inChannelZero: OBISCode? { a == 1 && b == 1 ? OBISCode(1, 0, c, d, e, f) : nil }
}
