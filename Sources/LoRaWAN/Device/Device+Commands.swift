import Timekeeping

/// Does what the network's MAC commands say, and queues the answers in their order (TS001 5).
extension Device {
    mutating func execute(_ bytes: [UInt8], snrQuarters: Int, into actions: inout [DeviceAction]) {
        guard !bytes.isEmpty, var session = state.session else { return }
        // Contiguous LinkADRReq are one block: they are carried out together, or not at all (TS001 5.3).
        var block: [LinkADRRequest] = []
        for command in DownlinkCommandParser(bytes) {
            if case .linkADRRequest(let request) = command {
                block.append(request)
                continue
            }
            apply(&block, to: &session)
            apply(command, to: &session, snrQuarters: snrQuarters, into: &actions)
        }
        apply(&block, to: &session)
        state.session = session
    }

    private func apply(
        _ command: DownlinkCommand, to session: inout Session, snrQuarters: Int, into actions: inout [DeviceAction]
    ) {
        switch command {
        case .linkADRRequest: break
        case .linkCheckAnswer(let margin, let gateways):
            actions.append(.linkCheck(margin: margin, gateways: gateways))
        case .dutyCycleRequest(let maximum):
            session.maximumDutyCycle = maximum
            session.commands.append(.dutyCycleAnswer)
        case .rxParamSetupRequest(let offset, let dataRate, let frequency):
            setReceiveParameters(offset: offset, dataRate: dataRate, frequency: frequency, of: &session)
        case .devStatusRequest:
            let margin = (snrQuarters + (snrQuarters < 0 ? -2 : 2)) / 4
            session.commands.append(.devStatusAnswer(battery: battery, margin: margin))
        case .newChannelRequest(let index, let frequency, let maximum, let minimum):
            setChannel(Int(index), frequency: frequency, minimum: minimum, maximum: maximum, of: &session)
        case .rxTimingSetupRequest(let delay):
            session.rxDelay = delay
            session.commands.append(.rxTimingSetupAnswer)
        case .txParamSetupRequest(let downlinkDwell, let uplinkDwell, let code):
            guard configuration.region.usesTXParamSetup else { break }
            session.maximumEIRPCode = code
            session.downlinkDwell = downlinkDwell
            session.uplinkDwell = uplinkDwell
            session.commands.append(.txParamSetupAnswer)
        case .dlChannelRequest(let index, let frequency):
            setDownlinkFrequency(frequency, ofChannel: Int(index), of: &session)
        case .deviceTimeAnswer(let seconds, let fraction):
            guard let uplinkEnd else { break }
            actions.append(.networkTime(utc: UTCInstant(gpsSeconds: seconds, fraction: fraction), at: uplinkEnd))
        }
    }

    /// TS001 5.3. Each request is answered, all in the same way.
    private func apply(_ block: inout [LinkADRRequest], to session: inout Session) {
        guard let last = block.last else { return }
        let region = configuration.region
        let defined = session.definedChannels
        var mask = session.channelMask
        var isMaskGood = true
        for request in block {
            switch request.maskControl {
            case 0: mask = request.mask
            case 6: mask = defined
            default: isMaskGood = false
            }
            if mask & ~defined != 0 { isMaskGood = false }
        }
        if mask == 0 { isMaskGood = false }
        let dataRate = configuration.adr && last.dataRate != 15 ? DataRate(last.dataRate) : session.dataRate
        let power = configuration.adr && last.power != 15 ? last.power : session.powerIndex
        // Whether a channel carries the data rate can only be said of a mask that exists.
        let isRateGood =
            isMaskGood && region.modulation(of: dataRate) != nil && session.carries(dataRate, mask: mask)
        let isPowerGood =
            power <= region.lastPowerIndex
            && conductedPower(index: power, subBand: nil) >= configuration.conductedPower.lowerBound
        let status: UInt8 = (isMaskGood ? 1 : 0) | (isRateGood ? 2 : 0) | (isPowerGood ? 4 : 0)
        if status == 7 {
            session.channelMask = mask
            session.dataRate = dataRate
            session.powerIndex = power
            if configuration.adr { session.nbTrans = max(1, last.nbTrans) }
        }
        for _ in block { session.commands.append(.linkADRAnswer(status)) }
        block.removeAll()
    }

    /// TS001 5.5.
    private func setReceiveParameters(offset: UInt8, dataRate: DataRate, frequency: Int, of session: inout Session) {
        let region = configuration.region
        let status: UInt8 =
            (region.allows(frequency: frequency) ? 1 : 0) | (region.modulation(of: dataRate) != nil ? 2 : 0)
            | (Int(offset) < region.rx1Offsets.count ? 4 : 0)
        if status == 7 {
            session.rx1Offset = offset
            session.rx2DataRate = dataRate
            session.rx2Frequency = frequency
        }
        session.commands.append(.rxParamSetupAnswer(status))
    }

    /// TS001 5.7. Default channels cannot be changed; a frequency of 0 removes a channel.
    private func setChannel(
        _ index: Int, frequency: Int, minimum: DataRate, maximum: DataRate, of session: inout Session
    ) {
        let region = configuration.region
        guard index >= region.defaultChannels.count, index < session.channels.count else {
            session.commands.append(.newChannelAnswer(0))
            return
        }
        let bit: UInt16 = 1 << UInt16(index)
        if frequency == 0 {
            session.channels[index] = .undefined
            session.channelMask &= ~bit
            // The network may leave no channel that can be used; the default ones can always.
            if !session.carries(session.dataRate) { session.channelMask |= region.defaultMask }
            session.commands.append(.newChannelAnswer(3))
            return
        }
        let band = region.frequencies.contains(frequency) ? region.subBand(of: frequency) : nil
        let isRangeGood =
            minimum <= maximum && region.modulation(of: minimum) != nil && region.modulation(of: maximum) != nil
        if isRangeGood, let band {
            session.channels[index] = Channel(frequency: frequency, subBand: band, dataRates: minimum...maximum)
            session.channelMask |= bit
            session.usedChannels &= ~bit
            if !session.carries(session.dataRate) { session.channelMask |= region.defaultMask }
        }
        session.commands.append(.newChannelAnswer((band != nil ? 1 : 0) | (isRangeGood ? 2 : 0)))
    }

    /// TS001 5.10.
    private func setDownlinkFrequency(_ frequency: Int, ofChannel index: Int, of session: inout Session) {
        let isDefined = session.channels.indices.contains(index) && session.channels[index].isDefined
        let isAllowed = configuration.region.allows(frequency: frequency)
        if isDefined, isAllowed { session.channels[index].downlinkFrequency = frequency }
        session.commands.append(.dlChannelAnswer((isAllowed ? 1 : 0) | (isDefined ? 2 : 0)))
    }
}

extension UTCInstant {
    /// GPS time began on 1980-01-06 and knows no leap seconds; since 2017 it is 18 s ahead of UTC.
    init(gpsSeconds: UInt32, fraction: UInt8) {
        let whole = Self(secondsSince1970: 315_964_800 + Int64(gpsSeconds) - 18)
        self.init(nanoseconds: whole.nanoseconds + Int64(fraction) * 1_000_000_000 / 256)
    }
}
