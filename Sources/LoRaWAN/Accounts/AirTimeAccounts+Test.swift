public import Timekeeping

extension AirTimeAccounts {
    /// What a module is to send for a frame of the bench, once the accounts are stored; they have it paid already. It is
    /// paid from the law's account and the daily air-time as every uplink is.
    /// - Parameters:
    ///   - test: the frame, its data rate and its power.
    ///   - configuration: of the device, for its region and channels.
    ///   - powers: dBm that the module can put out.
    ///   - now: the present.
    public mutating func order(
        _ test: TestFrame, configuration: DeviceConfiguration, powers: ClosedRange<Int>, at now: MonotonicInstant
    ) throws(TestRefusal) -> Transmission {
        let region = configuration.region
        guard let modulation = region.modulation(of: test.dataRate), modulation != .fsk,
            region.isUsable(test.dataRate, dwell: false)
        else { throw .dataRate(test.dataRate) }
        let frequency = test.frequency ?? region.defaultChannels.first?.frequency ?? 0
        guard region.allows(frequency: frequency), let band = region.subBand(of: frequency) else {
            throw .frequency(frequency)
        }
        let airTime = AirTime.of(bytes: TestFrame.payload.count, modulation: modulation)
        let most = configuration.conductedPower(within: region.maximumPower, subBand: band)
        guard powers.lowerBound <= most,
            let (start, reason) = earliestStart(airTime: airTime, subBands: [band], isJoin: false, at: now)
        else { throw .never(airTime: airTime) }
        guard start <= now else { throw .later(start - now, reason) }
        record(airTime: airTime, subBands: [band], isJoin: false, at: now)
        return Transmission(
            payload: TestFrame.payload, frequency: frequency, modulation: modulation,
            power: min(max(test.power ?? most, powers.lowerBound), most, powers.upperBound))
    }
}
