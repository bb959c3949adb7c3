import LoRaWAN

extension DeviceConfiguration {
    /// dBm that the antenna leaves of what may be radiated in the default channels' sub-bands.
    var modulePower: Int {
        let allowed = modulePowerHundredths
        // Towards less: -0.5 is -1.
        return (allowed >= 0 ? allowed : allowed - 99) / 100
    }

    /// The same in hundredths.
    var modulePowerHundredths: Int {
        let limits = region.defaultChannels.compactMap { region.subBand(of: $0.frequency) }
            .map { region.subBands[$0].maximumPower }
        let lawful = min(limits.min() ?? region.maximumPower, region.maximumPower)
        return lawful - countedGain
    }

    /// Refuses an antenna behind which even a module's weakest step is more than may be radiated.
    /// - Parameter weakest: dBm; nil where there is none.
    func checkWeakest(_ weakest: Int?) throws(DeviceError) {
        guard let weakest, weakest > modulePower else { return }
        throw .antennaGainTooHigh(
            gain: antennaGain, lowestPower: weakest, allowed: modulePower * 100 + countedGain)
    }
}

extension Region {
    /// The law limits the on-time.
    var hasDutyCycle: Bool { subBands.contains { $0.dutyPermille < 1_000 } }
}
