extension DeviceConfiguration {
    /// dBm at the radio's pin, rounded down, that is no more than this limit (hundredths of a dBm, by the region's
    /// ``Region/powerReference``) nor that of the sub-band.
    func conductedPower(within limit: Int, subBand: Int?) -> Int {
        var limit = limit
        if let subBand, region.subBands.indices.contains(subBand) {
            limit = min(limit, region.subBands[subBand].maximumPower)
        }
        let hundredths = limit - countedGain
        let floor = hundredths >= 0 ? hundredths / 100 : -((99 - hundredths) / 100)
        return min(floor, conductedPower.upperBound)
    }

    /// What the region's limits are held against at the chip's lowest power, in hundredths of a dBm.
    var lowestPower: Int { conductedPower.lowerBound * 100 + countedGain }

    /// What the antenna adds to the radio's power in the measure of the region's limits, in hundredths of a dB.
    package var countedGain: Int {
        switch region.powerReference {
        case .radiated: antennaGain
        case .conducted(let freeGain): max(0, antennaGain - freeGain)
        }
    }
}
