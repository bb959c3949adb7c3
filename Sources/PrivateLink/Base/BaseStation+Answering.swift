public import LoRaWAN
public import Timekeeping

/// What goes back in RX1: acknowledgement, commands and the first of the queue in one frame.
extension BaseStation {
    /// Between the end of one frame and the begin of another.
    private static let gap = TimeSpan.milliseconds(20)

    /// Plans the answer that an uplink asks for, where one can go out.
    /// - Parameter isRepeated: of an uplink that was answered: whoever recorded it must not empty the queue.
    mutating func answer(
        _ uplink: HeardUplink, commands: [DeviceCommand], isRepeated: Bool = false
    ) throws(FrameRefusal) -> [BaseAction] {
        let device = uplink.device
        guard let session = core.state.devices[device]?.session, let counter = session.downlinkCounter else {
            return []
        }
        var answer = AnswerFrame(address: session.devAddr, counter: counter)
        answer.acknowledges = uplink.frame.isConfirmed
        answer.options = answers(to: commands, of: uplink)
        let order = dataRateOrder(for: uplink)
        if let order { answer.options += BaseCommand.linkADRRequest(order) }
        let events = expire(device, at: uplink.heard.at) + dropWhatNeverFits(for: device, at: uplink.rate)
        let downlink =
            isRepeated ? nil : nextDownlink(for: device, beside: answer.options.count, at: uplink.rate)
        if let downlink {
            (answer.port, answer.payload, answer.isConfirmed) = (downlink.port, downlink.payload, downlink.confirmed)
        }
        answer.morePending =
            wantsWord(of: device, after: order) || (core.tracks[device]?.queue.count ?? 0) > (downlink == nil ? 0 : 1)
        guard
            answer.acknowledges || uplink.frame.wantsAnswer || !answer.options.isEmpty || downlink != nil
                || answer.morePending
        else { return events }
        guard let bytes = answer.encoded(with: try cipher(for: session.keys)) else { throw .cipherFailed }
        guard
            plan(
                bytes, startingAt: uplink.heard.at + .seconds(Int64(configuration.rxDelay)), rate: uplink.rate,
                device: device, counter: counter, downlink: downlink, at: uplink.heard.at)
        else {
            missedAnswers += 1
            return events
        }
        core.state.devices[device]?.session?.downlinkCounter = counter.next
        if downlink != nil { core.tracks[device]?.queue.removeFirst() }
        if let order { told(device, order, at: uplink.heard.at, rate: uplink.rate) }
        return events
    }

    private func answers(to commands: [DeviceCommand], of uplink: HeardUplink) -> [UInt8] {
        var options: [UInt8] = []
        if commands.contains(.linkCheckRequest) {
            let margin = uplink.heard.snrQuarters - configuration.region.floorQuarters(of: uplink.rate)
            options += BaseCommand.linkCheckAnswer(margin: margin / 4)
        }
        if commands.contains(.deviceTimeRequest), let utcOffset {
            options += BaseCommand.deviceTimeAnswer(
                UTCInstant(nanoseconds: uplink.heard.at.nanoseconds &+ utcOffset))
        }
        return options
    }

    private func nextDownlink(for device: DevEUI, beside options: Int, at rate: DataRate) -> QueuedDownlink? {
        guard let first = core.tracks[device]?.queue.first else { return nil }
        let room = configuration.region.maximumPayload(at: rate) - options
        return first.payload.count <= room ? first : nil
    }

    /// Takes out what nobody wants any more, where the date is known.
    public mutating func expire(_ device: DevEUI, at now: MonotonicInstant) -> [BaseAction] {
        guard let utcOffset, let queue = core.tracks[device]?.queue else { return [] }
        let utc = UTCInstant(nanoseconds: now.nanoseconds &+ utcOffset)
        func isOver(_ downlink: QueuedDownlink) -> Bool { downlink.expiresAt.map { $0 < utc } ?? false }
        core.tracks[device]?.queue.removeAll(where: isOver)
        return queue.filter(isOver).map { .expired($0, device) }
    }

    /// What is longer than the network's data rate carries would hold up all that waits behind it.
    private mutating func dropWhatNeverFits(for device: DevEUI, at rate: DataRate) -> [BaseAction] {
        guard rate == core.state.dataRate else { return [] }
        let room = configuration.region.maximumPayload(at: rate)
        let tooLong = core.tracks[device]?.queue.filter { $0.payload.count > room } ?? []
        core.tracks[device]?.queue.removeAll { $0.payload.count > room }
        return tooLong.map { .dropped($0, device) }
    }

    /// Plans a frame, and accounts for it.
    /// - Returns: false where the law's hour has no room, or the radio sends something else then.
    mutating func plan(
        _ frame: [UInt8], startingAt start: MonotonicInstant, rate: DataRate, device: DevEUI, counter: FrameCounter?,
        downlink: QueuedDownlink?, at now: MonotonicInstant
    ) -> Bool {
        let region = configuration.region
        guard let modulation = region.modulation(of: rate), let band = region.subBand(of: configuration.frequency)
        else {
            return false
        }
        let airTime = AirTime.of(bytes: frame.count, modulation: modulation, hasCRC: false)
        let distance = Self.gap + Self.lead
        let isFree = ([sending].compactMap { $0 } + core.plans).allSatisfy {
            start + airTime + distance <= $0.startsAt || $0.endsAt + distance <= start
        }
        guard isFree, core.state.ledger.earliestStart(band: band, airTime: airTime, at: start) == start else {
            return false
        }
        // A join-accept is planned before answers that go out earlier.
        core.state.ledger.record(band: band, start: start, airTime: airTime, at: min(start, now))
        core.state.latestEnd = max(core.state.latestEnd ?? start, start + airTime)
        core.plans.append(
            PlannedAnswer(
                transmission: Transmission(
                    payload: frame, frequency: configuration.frequency, modulation: modulation,
                    power: max(configuration.power, configuration.conductedPower.lowerBound), isDownlink: true,
                    startsAt: start),
                startsAt: start, airTime: airTime, device: device, counter: counter, downlink: downlink))
        core.plans.sort { $0.startsAt < $1.startsAt }
        return true
    }

    // MARK: On the air

    /// The order that is due; what is late is left out, for no window is open for it.
    mutating func nextAnswer(at now: MonotonicInstant) -> BaseAction? {
        guard sending == nil else { return nil }
        while let next = core.plans.first, now >= next.startsAt - Self.lead {
            core.plans.removeFirst()
            guard now < next.startsAt else {
                withdraw(next)
                continue
            }
            sending = next
            listening = nil
            return .transmit(next.transmission)
        }
        return nil
    }

    mutating func answered(at end: MonotonicInstant) -> [BaseAction] {
        guard let done = sending else { return [] }
        sending = nil
        guard let downlink = done.downlink, let counter = done.counter else { return [] }
        if downlink.confirmed { core.tracks[done.device]?.awaiting = (downlink, counter) }
        return [.sent(downlink, done.device, counter: counter, at: end)]
    }

    mutating func missed() {
        guard let lost = sending else { return }
        sending = nil
        withdraw(lost)
    }

    /// Its counter and its air-time stay spent, for nobody knows what was on the air; its message waits again.
    private mutating func withdraw(_ answer: PlannedAnswer) {
        missedAnswers += 1
        if let downlink = answer.downlink { core.tracks[answer.device]?.queue.insert(downlink, at: 0) }
    }
}

extension Region {
    /// The least SNR at which a data rate of LoRa is demodulated, in quarters of a decibel (SX1276 datasheet, table 13):
    /// -7.5 dB at SF7, and 2.5 dB less for each step.
    func floorQuarters(of dataRate: DataRate) -> Int {
        -30 - 10 * ((modulation(of: dataRate)?.spreadingFactor ?? 7) - 7)
    }
}
