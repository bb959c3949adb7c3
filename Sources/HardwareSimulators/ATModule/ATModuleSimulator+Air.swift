import Timekeeping

/// The module's class A: what it sends, its two windows, and what it makes of downlinks.
extension ATModuleSimulator {
    private var story: (any ATStory)? { speech as? any ATStory }

    func beginJoin() -> ATObstacle? {
        let nonce = story?.drawsNonces == true ? nonces.draw(&random) : flash.nextNonce
        guard let frame = memory.settings.joinRequest(nonce: nonce) else { return .noKeys }
        flash.nextNonce &+= 1
        memory.isJoined = false
        memory.answers = []
        let work = ATWork(
            kind: .join(nonce: nonce), frame: frame, transmissionsLeft: 1, dataRate: memory.settings.dataRate)
        return begin(work)
    }

    /// - Parameter port: nil for an empty frame.
    func beginUplink(
        isConfirmed: Bool, port: UInt8?, payload: [UInt8], isOwn: Bool = false, isRefused: Bool = false
    ) -> ATObstacle? {
        guard memory.isJoined else { return .notJoined }
        guard memory.work == nil, !has(.stuckBusy) else { return .busy }
        let room = room
        guard payload.count <= room else { return .tooLong(room: room) }
        memory.settings.hasADR = story?.hasADR(self) ?? false
        guard
            let frame = memory.settings.uplink(
                isConfirmed: isConfirmed, port: port, payload: payload, options: memory.answers.prefix(15),
                acknowledges: memory.owesAcknowledgement)
        else { return .noKeys }
        var work = ATWork(
            kind: .uplink(isConfirmed: isConfirmed), frame: frame,
            transmissionsLeft: isConfirmed ? 1 : memory.settings.repetitions, dataRate: memory.settings.dataRate)
        (work.isOwn, work.isRefused) = (isOwn, isRefused)
        if let obstacle = begin(work) { return obstacle }
        memory.settings.nextUplink += 1
        (memory.answers, memory.owesAcknowledgement) = ([], false)
        backOff()
        if isOwn { ownUplinks += 1 }
        return nil
    }

    /// Bytes that the next uplink has room for.
    var room: Int {
        let limits = flash.settings.plan.payloadLimits
        let most = limits.indices.contains(memory.settings.dataRate) ? limits[memory.settings.dataRate] : 0
        return max(0, most - min(memory.answers.count, 15))
    }

    /// An answer to the network, or an acknowledgement, that nobody has ordered.
    func sendByItself() {
        _ = beginUplink(isConfirmed: false, port: nil, payload: [], isOwn: true)
    }

    /// ADR without an answer from the network: one data rate less after 96 uplinks, and after each 32 that follow.
    private func backOff() {
        guard memory.settings.hasADR else { return }
        memory.unheardUplinks += 1
        guard memory.unheardUplinks >= 96, memory.unheardUplinks % 32 == 0, memory.settings.dataRate > 0 else { return }
        let slower = memory.settings.dataRate - 1
        memory.settings.dataRate = slower
        memory.work?.dataRate = slower
    }

    // MARK: Its own duty cycle

    /// Parts of the 863-870 MHz band, and what of an hour they may be used for (ETSI EN 300 220-2, annex B).
    private static let bands: [(range: Range<Int>, share: Double)] = [
        (863_000_000..<865_000_000, 0.001), (865_000_000..<868_000_000, 0.01), (868_000_000..<868_600_000, 0.01),
        (868_700_000..<869_200_000, 0.001), (869_400_000..<869_650_000, 0.1), (869_700_000..<870_000_000, 0.01),
    ]

    private func freeAt(_ frequency: Int, airTime: TimeSpan) -> MonotonicInstant {
        guard story?.keepsDutyCycle(self) == true,
            let band = Self.bands.firstIndex(where: { $0.range.contains(frequency) })
        else { return world.now }
        let limit = TimeSpan.seconds(Int64(3_600 * Self.bands[band].share))
        var left = limit - airTime
        for entry in memory.spent.reversed() where entry.band == band && entry.at + .hours(1) > world.now {
            left -= entry.airTime
            if left < .zero { return entry.at + .hours(1) }
        }
        return world.now
    }

    private func begin(_ work: ATWork) -> ATObstacle? {
        guard memory.work == nil, !has(.stuckBusy) else { return .busy }
        if let until = memory.closedUntil, until > world.now {
            return .wait(milliseconds: (until - world.now).milliseconds)
        }
        guard let (factor, bandwidth) = flash.settings.plan.modulation(work.dataRate) else { return .noKeys }
        let channels = memory.settings.channels.indices.filter {
            memory.settings.channels[$0].isOn && memory.settings.channels[$0].dataRates.contains(work.dataRate)
        }
        let airTime = AirTransmission(
            payload: work.frame, frequency: 0, spreadingFactor: factor, bandwidth: bandwidth, invertedIQ: false,
            hasCRC: true, start: world.now
        ).airTime
        let free = channels.map { (index: $0, at: freeAt(memory.settings.channels[$0].frequency, airTime: airTime)) }
        guard let index = free.filter({ $0.at <= world.now }).randomElement(using: &random)?.index else {
            let first = free.map(\.at).min() ?? world.now + .seconds(60)
            return .wait(milliseconds: max(1, (first - world.now).milliseconds))
        }
        speaksToFormerHost = false
        transmit(work, channel: index, factor: factor, bandwidth: bandwidth)
        return nil
    }

    private func transmit(_ work: ATWork, channel index: Int, factor: Int, bandwidth: Int) {
        let frequency = memory.settings.channels[index].frequency
        let transmission = AirTransmission(
            payload: work.frame, frequency: frequency, spreadingFactor: factor, bandwidth: bandwidth,
            invertedIQ: false, hasCRC: true, start: world.now + .milliseconds(5), power: story?.power(self) ?? 14)
        var work = work
        work.transmissionsLeft -= 1
        (work.channel, work.frequency) = (index, frequency)
        rounds += 1
        work.round = rounds
        memory.work = work
        if let band = Self.bands.firstIndex(where: { $0.range.contains(frequency) }) {
            memory.spent.append((band, world.now, transmission.airTime))
        }
        later(.milliseconds(5)) { $0.air.transmit(transmission) }
        if hasWeakSupply { later(.milliseconds(30)) { $0.restart() } }
        later(transmission.end - world.now) { $0.listen(to: work) }
    }

    // MARK: Windows

    /// RX1 after the delay, RX2 a second later; each opens 10 ms early.
    private func listen(to work: ATWork) {
        var first = memory.settings.receiveDelay
        var offset = memory.settings.receive1Offset
        var second = (memory.settings.receive2Frequency, memory.settings.receive2DataRate)
        if case .join = work.kind { (first, offset, second) = (.seconds(5), 0, flash.settings.plan.receive2) }
        later(first - .milliseconds(10)) { module in
            guard module.memory.work?.round == work.round else { return }
            let receive1 = module.flash.settings.plan.receive1(
                channel: work.channel, frequency: work.frequency, dataRate: work.dataRate, offset: offset)
            module.open(1, frequency: receive1.frequency, dataRate: receive1.dataRate)
        }
        later(first + .milliseconds(990)) { module in
            // A frame of RX1 is still coming in, or was the end of it.
            guard module.memory.caught == nil, module.memory.work?.round == work.round else { return }
            module.open(2, frequency: second.0, dataRate: second.1)
        }
    }

    private func open(_ number: Int, frequency: Int, dataRate: Int) {
        guard memory.work != nil else { return }
        let (factor, bandwidth) = flash.settings.plan.modulation(dataRate) ?? (12, 125_000)
        memory.window = (number, frequency, factor, bandwidth)
        let round = memory.work?.round
        let symbol = AirTransmission.symbol(spreadingFactor: factor, bandwidth: bandwidth)
        later(.milliseconds(20) + symbol * 8) { module in
            guard module.memory.window?.number == number, module.memory.caught == nil,
                module.memory.work?.round == round
            else { return }
            module.memory.window = nil
            if number == 2 { module.windowsAreOver() }
        }
    }

    /// Nothing came.
    private func windowsAreOver() {
        guard let work = memory.work else { return }
        guard work.transmissionsLeft > 0 else { return finish(ATOutcome(work: work)) }
        later(.milliseconds(100)) { module in
            module.memory.work = nil
            // Without a free channel it waits for the first.
            guard module.begin(work) != nil else { return }
            module.memory.work = work
            module.later(.seconds(5)) { $0.windowsAreOver() }
        }
    }

    private func finish(_ outcome: ATOutcome) {
        (memory.work, memory.window, memory.caught) = (nil, nil, nil)
        story?.tell(outcome, self)
        guard answersByItself, let downlink = outcome.downlink,
            downlink.isConfirmed || downlink.isPending || !memory.answers.isEmpty
        else { return }
        later(.milliseconds(300)) { $0.sendByItself() }
    }

    private func take(_ frame: [UInt8], window: Int) {
        guard let work = memory.work else { return }
        var outcome = ATOutcome(work: work)
        outcome.window = window
        switch work.kind {
        case .join(let nonce):
            if memory.settings.adopt(frame, nonce: nonce) {
                (memory.isJoined, outcome.hasJoined) = (true, true)
                return finish(outcome)
            }
        case .uplink:
            if let downlink = memory.settings.take(frame) {
                memory.unheardUplinks = 0
                memory.owesAcknowledgement = downlink.isConfirmed
                let obeyed = memory.settings.obey(downlink.commands, powers: [0: 16, 1: 14, 2: 12, 3: 10, 4: 8, 5: 6])
                memory.answers += obeyed.answers
                outcome.downlink = downlink
                outcome.linkCheck = obeyed.linkCheck
                if let seconds = obeyed.time {
                    // GPS time, 18 leap seconds ahead of UTC, from 1980-01-06.
                    memory.clock = (UTCInstant(secondsSince1970: Int64(seconds) + 315_964_800 - 18), world.now)
                    outcome.hasTime = true
                }
                return finish(outcome)
            }
        }
        memory.window = nil
        if window == 2 { windowsAreOver() }
    }
}

extension ATModuleSimulator: AirListener {
    package func airStarted(_ transmission: AirTransmission) {
        guard let window = memory.window, memory.caught == nil, transmission.invertedIQ, transmission.syncWord == 0x34,
            (window.frequency, window.factor, window.bandwidth)
                == (transmission.frequency, transmission.spreadingFactor, transmission.bandwidth)
        else { return }
        memory.caught = transmission
    }

    package func airEnded(_ transmission: AirTransmission) {
        guard memory.caught == transmission, let window = memory.window else { return }
        (memory.caught, memory.window) = (nil, nil)
        take(transmission.isCorrupt ? [] : transmission.payload, window: window.number)
    }
}
