import Timekeeping

extension DeviceState {
    /// The state as this start of the device may use it.
    ///
    /// Another region, JoinEUI or root key makes the session worthless; the DevNonce goes on counting in any case.
    /// After a reboot the stored instants belong to a clock that is gone: everything is taken as just sent.
    func adopted(
        by configuration: DeviceConfiguration, keyCheck: UInt32, bootIdentifier: String, at now: MonotonicInstant
    ) -> DeviceState {
        var state = self
        let region = configuration.region
        let isSameBoot = self.bootIdentifier == bootIdentifier && (latest.map { $0.end <= now || $0.isOpen } ?? true)
        state.bootIdentifier = bootIdentifier
        state.nextDevNonce = max(nextDevNonce, configuration.firstDevNonce)

        if self.region != region.name || ledger.windows.count != region.subBands.count {
            state.region = region.name
            state.ledger = DutyCycleLedger(subBands: region.subBands)
            state.session = nil
        }
        if joinEUI != configuration.joinEUI || self.keyCheck != keyCheck {
            state.joinEUI = configuration.joinEUI
            state.keyCheck = keyCheck
            state.joinNonces = []
            state.session = nil
        }
        state.session?.refit(to: region)
        for (index, band) in region.subBands.enumerated() { state.ledger.windows[index].limit = band.hourlyLimit }
        if let limit = configuration.networkPurse {
            if state.purse == nil { state.purse = AirTimeWindow(length: .hours(24), limit: limit) }
            state.purse?.limit = limit
        } else {
            state.purse = nil
        }

        if !isSameBoot {
            state.ledger.assumeJustSent(at: now)
            state.purse?.assumeJustSent(at: now)
            state.joinBudget.assumeJustSent(at: now)
            state.latest?.end = now
        } else if let open = latest, open.isOpen {
            // The process ended while the radio was sending: it may have gone on until this moment.
            state.ledger.moveLast(band: open.subBand, toEndAt: now)
            if open.isInPurse { state.purse?.moveLast(toEndAt: now) }
            state.latest?.end = now
        }
        state.latest?.isOpen = false
        return state
    }
}

extension Session {
    /// Finds each channel's sub-band again, in case the table has changed since the state was stored.
    fileprivate mutating func refit(to region: Region) {
        while channels.count < region.channelCapacity { channels.append(.undefined) }
        for index in channels.indices where channels[index].isDefined {
            if let band = region.subBand(of: channels[index].frequency) {
                channels[index].subBand = band
            } else {
                channels[index] = .undefined
            }
        }
        channelMask &= definedChannels
        if region.modulation(of: dataRate) == nil { dataRate = region.rx2DataRate }
        if !carries(dataRate) { channelMask |= region.defaultMask }
    }
}
