/// MAC commands that say where and how the device sends and listens (TS001 5.3, 5.5, 5.7, 5.9, 5.10).
extension Device {
    /// TS001 5.3. Each request is answered, all in the same way.
    func apply(_ block: inout [LinkADRRequest], to session: inout Session) {
        guard let last = block.last else { return }
        let region = configuration.region
        let defined = session.definedChannels
        var mask = session.channelMask
        var isMaskGood = true
        for request in block {
            guard let changed = request.changing(mask, defined: defined, plan: region.plan) else {
                isMaskGood = false
                continue
            }
            mask = changed
            if mask & ~defined != 0 { isMaskGood = false }
        }
        if mask == 0 { isMaskGood = false }
        let dataRate = isADROn && last.dataRate != 15 ? DataRate(last.dataRate) : session.dataRate
        let power = isADROn && last.power != 15 ? last.power : session.powerIndex
        if case .fixed(let fewest) = region.plan {
            let narrow = mask & Region.narrowMask
            if session.carries(dataRate, mask: narrow), narrow.nonzeroBitCount < fewest { isMaskGood = false }
        }
        // Whether a channel carries the data rate can only be said of a mask that exists.
        let isRateGood =
            isMaskGood && region.isUsable(dataRate, dwell: session.uplinkDwell)
            && session.carries(dataRate, mask: mask)
        let isPowerGood =
            power <= region.lastPowerIndex
            && conductedPower(index: power, code: session.maximumEIRPCode, subBand: nil)
                >= configuration.conductedPower.lowerBound
        let status: UInt8 = (isMaskGood ? 1 : 0) | (isRateGood ? 2 : 0) | (isPowerGood ? 4 : 0)
        if status == 7 {
            session.channelMask = mask
            session.dataRate = dataRate
            session.powerIndex = power
            if isADROn { session.nbTrans = max(1, last.nbTrans) }
        }
        for _ in block { session.commands.append(.linkADRAnswer(status)) }
        block.removeAll()
    }

    /// TS001 5.5.
    func setReceiveParameters(offset: UInt8, dataRate: DataRate, frequency: Int, of session: inout Session) {
        let region = configuration.region
        let status: UInt8 =
            (region.allows(frequency: frequency) ? 1 : 0)
            | (region.canReceive(dataRate, dwell: session.isDownlinkDwellOrdered) ? 2 : 0)
            | (Int(offset) < region.rx1OffsetCount ? 4 : 0)
        if status == 7 {
            session.rx1Offset = offset
            session.rx2DataRate = dataRate
            session.rx2Frequency = frequency
        }
        session.commands.append(.rxParamSetupAnswer(status))
    }

    /// TS001 5.7. Default channels cannot be changed; a frequency of 0 removes a channel.
    func setChannel(
        _ index: Int, frequency: Int, minimum: DataRate, maximum: DataRate, of session: inout Session
    ) {
        let region = configuration.region
        // A fixed plan has no such command: it is passed over (TS001 5.7).
        guard region.isDynamic else { return }
        guard index >= region.defaultChannels.count, index < session.channels.count else {
            session.commands.append(.newChannelAnswer(0))
            return
        }
        let bit: ChannelMask = 1 << ChannelMask(index)
        if frequency == 0 {
            session.channels[index] = .undefined
            session.channelMask &= ~bit
            // The network may leave no channel that can be used; the default ones can always.
            if !session.carries(session.dataRate) { session.channelMask |= startMask }
            session.commands.append(.newChannelAnswer(3))
            return
        }
        let band = region.allows(frequency: frequency) ? region.subBand(of: frequency) : nil
        let isRangeGood =
            minimum <= maximum && region.modulation(of: minimum) != nil && region.modulation(of: maximum) != nil
        if isRangeGood, let band {
            session.channels[index] = Channel(frequency: frequency, subBand: band, dataRates: minimum...maximum)
            session.channelMask |= bit
            session.usedChannels &= ~bit
            if !session.carries(session.dataRate) { session.channelMask |= startMask }
        }
        session.commands.append(.newChannelAnswer((band != nil ? 1 : 0) | (isRangeGood ? 2 : 0)))
    }

    /// TS001 5.10.
    func setDownlinkFrequency(_ frequency: Int, ofChannel index: Int, of session: inout Session) {
        guard configuration.region.isDynamic else { return }
        let isDefined = session.channels.indices.contains(index) && session.channels[index].isDefined
        let isAllowed = configuration.region.allows(frequency: frequency)
        if isDefined, isAllowed { session.channels[index].downlinkFrequency = frequency }
        session.commands.append(.dlChannelAnswer((isAllowed ? 1 : 0) | (isDefined ? 2 : 0)))
    }

    /// TS001 5.9.
    func setTXParameters(downlinkDwell: Bool, uplinkDwell: Bool, code: UInt8, of session: inout Session) {
        let region = configuration.region
        guard region.txParameters != nil else { return }
        session.maximumEIRPCode = code
        session.downlinkDwell = downlinkDwell
        session.uplinkDwell = uplinkDwell
        if !region.isUsable(session.dataRate, dwell: uplinkDwell) {
            session.dataRate = region.lowestDataRate(dwell: uplinkDwell)
            if !session.carries(session.dataRate) { session.channelMask |= startMask }
        }
        session.commands.append(.txParamSetupAnswer)
    }
}

extension LinkADRRequest {
    /// The mask after this request (RP002 2.4.5 and 2.5.5, ChMaskCntl); nil for a control value that is not defined.
    fileprivate func changing(_ present: ChannelMask, defined: ChannelMask, plan: Region.Plan) -> ChannelMask? {
        let wide = ChannelMask(mask & 0xFF) << 64
        switch (plan, maskControl) {
        case (.dynamic, 0): return ChannelMask(mask)
        case (.dynamic, 6): return defined
        case (.fixed, 0...3):
            let shift = ChannelMask(maskControl) * 16
            return present & ~(0xFFFF << shift) | ChannelMask(mask) << shift
        case (.fixed, 4): return present & Region.narrowMask | wide
        case (.fixed, 5):
            // One bit for each bank of eight narrow channels and the wide one among them.
            return (0..<8).reduce(wide) { $0 | (mask & 1 << UInt16($1) == 0 ? 0 : 0xFF << ChannelMask($1 * 8)) }
        case (.fixed, 6): return Region.narrowMask | wide
        case (.fixed, 7): return wide
        default: return nil
        }
    }
}

extension Region {
    /// Whether RX2 may have the data rate; in a fixed plan downlinks have data rates of their own.
    func canReceive(_ dataRate: DataRate, dwell: Bool) -> Bool {
        isUsable(dataRate, dwell: dwell) && (isDynamic || rx1DataRates.contains { $0.contains(dataRate) })
    }
}
