import Timekeeping

extension DeviceState {
    /// The state as this start of the device may use it.
    ///
    /// Another region, JoinEUI, key or medium makes the session worthless; the DevNonce goes on counting in any case. After a
    /// reboot the stored instants belong to a clock that is gone: the latest transmission is taken as just over.
    func adopted(
        by configuration: DeviceConfiguration, keyCheck: UInt32, bootIdentifier: String, at now: MonotonicInstant
    ) -> DeviceState {
        var state = self
        let region = configuration.region
        // A clock that shows less than it did is another, whatever its name.
        let isSameBoot =
            self.bootIdentifier == bootIdentifier
            && (latest.map { ($0.isOpen ? $0.end - $0.airTime : $0.end) <= now } ?? true)
        state.bootIdentifier = bootIdentifier
        state.nextDevNonce = max(nextDevNonce, configuration.firstDevNonce)

        if self.region != region.name || ledger.windows.count != region.subBands.count {
            state.region = region.name
            state.ledger = DutyCycleLedger(subBands: region.subBands)
            state.latest = nil
            state.session = nil
        }
        if joinEUI != configuration.joinEUI || self.keyCheck != keyCheck {
            state.joinEUI = configuration.joinEUI
            state.keyCheck = keyCheck
            state.joinNonces = []
            state.session = nil
        }
        if medium != configuration.medium {
            state.medium = configuration.medium
            // One that is given for life (ABP) goes on counting wherever it is used.
            if !medium.isEmpty, case .overTheAir = configuration.activation { state.session = nil }
        }
        state.session?.refit(to: region)
        for (index, band) in region.subBands.enumerated() { state.ledger.windows[index].limit = band.hourlyLimit }
        if let limit = configuration.dailyAirTime {
            if state.dailyAirTime == nil { state.dailyAirTime = AirTimeWindow(length: .hours(24), limit: limit) }
            state.dailyAirTime?.limit = limit
        } else {
            state.dailyAirTime = nil
        }

        if !isSameBoot {
            // Nobody knows how long the board was off, so it was not.
            if let latest {
                let elapsed = now - latest.end
                state.ledger.shift(by: elapsed)
                state.dailyAirTime?.shift(by: elapsed)
                state.joinBudget.shift(by: elapsed)
                state.contact.shift(by: elapsed)
            }
            state.latest?.end = now
        } else if let open = state.latest, open.isOpen {
            // The process ended while the radio was sending: it may have gone on until this moment.
            if open.endsByItself {
                state.ledger.moveLast(band: open.subBand, toEndAt: now)
            } else {
                state.ledger.stretchLast(band: open.subBand, toEndAt: now)
            }
            if open.countsDaily { state.dailyAirTime?.moveLast(toEndAt: now) }
            state.latest?.end = now
        }
        state.latest?.isOpen = false
        return state
    }
}

extension Session {
    /// Finds each channel's sub-band again, in case the table has changed since the state was stored.
    fileprivate mutating func refit(to region: Region) {
        if !region.isDynamic { channels = region.initialChannels }
        while channels.count < region.channelCapacity { channels.append(.undefined) }
        for index in channels.indices where channels[index].isDefined {
            if let band = region.subBand(of: channels[index].frequency) {
                channels[index].subBand = band
            } else {
                channels[index] = .undefined
            }
        }
        channelMask &= definedChannels
        if !region.isUsable(dataRate, dwell: uplinkDwell) { dataRate = region.lowestDataRate(dwell: uplinkDwell) }
        if !carries(dataRate) { channelMask |= region.defaultMask }
    }
}
