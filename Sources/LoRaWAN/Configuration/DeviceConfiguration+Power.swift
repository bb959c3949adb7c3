extension DeviceConfiguration {
    /// dBm at the radio's pin, rounded down, that is no more than this limit (hundredths of a dBm, by the region's
    /// ``Region/powerReference``) nor that of the sub-band.
    func conductedPower(within limit: Int, subBand: Int?) -> Int {
        min(region.conductedPower(within: limit, subBand: subBand, gain: antennaGain), conductedPower.upperBound)
    }

    /// What the region's limits are held against at the chip's lowest power, in hundredths of a dBm.
    var lowestPower: Int { conductedPower.lowerBound * 100 + countedGain }

    /// What the antenna adds to the radio's power in the measure of the region's limits, in hundredths of a dB.
    package var countedGain: Int { region.countedGain(of: antennaGain) }
}

extension Region {
    /// dBm at the radio's pin, rounded down, that is no more than a limit nor that of the sub-band.
    /// - Parameters:
    ///   - limit: hundredths of a dBm, by ``powerReference``.
    ///   - subBand: index in ``subBands``; nil for no other limit.
    ///   - gain: of the antenna, in hundredths of a dBi.
    package func conductedPower(within limit: Int, subBand: Int?, gain: Int) -> Int {
        var limit = limit
        if let subBand, subBands.indices.contains(subBand) { limit = min(limit, subBands[subBand].maximumPower) }
        let hundredths = limit - countedGain(of: gain)
        return hundredths >= 0 ? hundredths / 100 : -((99 - hundredths) / 100)
    }

    /// What an antenna adds to the radio's power in the measure of the limits, in hundredths of a dB.
    func countedGain(of antennaGain: Int) -> Int {
        switch powerReference {
        case .radiated: antennaGain
        case .conducted(let freeGain): max(0, antennaGain - freeGain)
        }
    }
}
