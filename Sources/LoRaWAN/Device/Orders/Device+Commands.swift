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

    private mutating func apply(
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
            setTXParameters(downlinkDwell: downlinkDwell, uplinkDwell: uplinkDwell, code: code, of: &session)
        case .dlChannelRequest(let index, let frequency):
            setDownlinkFrequency(frequency, ofChannel: Int(index), of: &session)
        case .deviceTimeAnswer(let seconds, let fraction):
            // Without a request nobody knows which moment is meant.
            guard let asked = timeAskedAt else { break }
            timeAskedAt = nil
            actions.append(.networkTime(utc: UTCInstant(gpsSeconds: seconds, fraction: fraction), at: asked))
        }
    }
}

extension UTCInstant {
    /// GPS time began on 1980-01-06 and knows no leap seconds; since 2017 it is 18 s ahead of UTC.
    init(gpsSeconds: UInt32, fraction: UInt8) {
        let whole = Self(secondsSince1970: 315_964_800 + Int64(gpsSeconds) - 18)
        self.init(nanoseconds: whole.nanoseconds + Int64(fraction) * 1_000_000_000 / 256)
    }
}
