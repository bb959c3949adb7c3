import LoRaWAN
import Timekeeping

/// What the answer to the command in flight means.
extension RN2483Machine {
    mutating func answered(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        guard let command = script.first else { return late(answer, at: now) }
        // The end of something that was given up.
        guard !answer.isFinal else { return late(answer, at: now) }
        switch command.meaning {
        case .version: return answeredVersion(answer, at: now)
        case .transmit: return answeredTransmit(answer, at: now)
        case .join: return answeredJoin(answer, at: now)
        default: break
        }
        switch answer {
        case .busy: return waitForModule(then: .repeatCommand, at: now)
        case .value(let text):
            guard let more = learn(text, from: command, at: now) else { return garbled(text, after: command, at: now) }
            return more
        case .ok:
            if command.meaning == .save { record.session?.isSaved = true }
            return expectsOK(command) ? proceed(at: now) : garbled("ok", after: command, at: now)
        case .invalidParameter:
            switch command.meaning {
            case .wish, .channelStatus, .channelFrequency, .save: return proceed(at: now)
            // No channel has it; the network may switch one on.
            case .measuringRate: return endMeasurement(at: now)
            // Older firmware does not tell; only one that calls itself Australian is.
            case .planCheck where region.name == "US915", .rangeCheck: return proceed(at: now)
            case .planCheck: return wrongPlan(at: now)
            default: return recover("the module refuses \(name(of: command))", at: now)
            }
        default: return garbled("\(answer)", after: command, at: now)
        }
    }

    private func expectsOK(_ command: RN2483Command) -> Bool {
        switch command.meaning {
        case .setting, .wish, .save, .measuringRate: true
        default: false
        }
    }

    private mutating func garbled(_ text: String, after command: RN2483Command, at now: MonotonicInstant) -> [Order] {
        // mac resume and mac pause may say something of their own.
        guard command.meaning != .wish else { return proceed(at: now) }
        return recover("\(name(of: command)) was answered with \"\(text.prefix(40))\"", at: now)
    }

    private mutating func answeredVersion(_ answer: RN2483Answer, at now: MonotonicInstant) -> [Order] {
        switch answer {
        case .banner(let firmware): return started(firmware, at: now)
        // The 0x55 was taken for a letter: what has come is the answer to half a line.
        case .invalidParameter where cure.mayAskAgain(): return run(script, for: .waking, at: now)
        // Whatever it is: in time it falls silent, or counts as deaf.
        default: return []
        }
    }

    /// Takes what a question was answered with; nil when it can't be that.
    private mutating func learn(_ text: String, from command: RN2483Command, at now: MonotonicInstant) -> [Order]? {
        switch command.meaning {
        case .status: return RN2483Status(text).map { heed($0, at: now) }
        case .sessionCheck:
            guard let address = address(text) else { return nil }
            guard address == record.session?.devAddr else { return forgetSession(at: now) }
            // What its status has told, and nobody has heard, is not told again.
            record.session?.repetitions = session.hasBegunAnew ? 1 : nil
            session.hasBegunAnew = false
            guard let known = record.session else { return forgetSession(at: now) }
            return run(resumption(of: known), for: .resuming, at: now)
        case .newAddress:
            guard let address = address(text) else { return nil }
            record.session = ModuleRecord.Session(
                devAddr: address, nextUplink: FrameCounter(rawValue: 0), nextDownlink: FrameCounter(rawValue: 0),
                dataRate: uplink.sent?.transmission.dataRate ?? DataRate(0), isSaved: false)
            return [.keep] + proceed(at: now)
        case .uplinkCounter:
            guard let value = UInt32(text), let next = record.session?.nextUplink else { return nil }
            guard value >= next.rawValue else { return proceed(inserting: [.set("upctr \(next)")], at: now) }
            record.session?.nextUplink = FrameCounter(rawValue: value)
        case .downlinkCounter:
            guard let value = UInt32(text), let next = record.session?.nextDownlink else { return nil }
            if value == next.rawValue { learnRepetitions() }
            count.saw(nil)
            guard value > next.rawValue else {
                session.heardNothing()
                break
            }
            record.session?.nextDownlink = FrameCounter(rawValue: value)
            session.heardNetwork()
            // What the network has changed: the price of the next uplink depends on it.
            return [.event(.heard(nil))]
                + proceed(inserting: [.get("status", .status), .get("dr", .dataRate)], at: now)
        case .newestDownlink:
            guard let value = UInt32(text), let next = record.session?.nextDownlink else { return nil }
            guard value >= next.rawValue else { return proceed(inserting: [.set("dnctr \(next)")], at: now) }
            record.session?.nextDownlink = FrameCounter(rawValue: value)
        case .dataRate:
            guard let value = UInt8(text), value < 16, region.modulation(of: DataRate(value)) != nil else { return nil }
            record.session?.dataRate = DataRate(value)
        case .receiveDelay:
            guard let value = Int64(text), (0...65_535).contains(value) else { return nil }
            session.receiveDelay = .milliseconds(value)
        case .powerIndex:
            guard let index = Int(text), (0...15).contains(index) else { return nil }
            // The network knows nothing of the antenna.
            guard index >= powerIndex else { return proceed(inserting: [.set("pwridx \(powerIndex)")], at: now) }
        case .rangeCheck:
            guard let range = region.defaultChannels.first?.dataRates else { return nil }
            guard text == "\(range.lowerBound.index) \(range.upperBound.index)" else {
                return giveUp(
                    "the module's firmware has not the data rates of \(region.name) since LoRaWAN 1.0.2 "
                        + "(DR\(range.lowerBound.index) to DR\(range.upperBound.index) for 125 kHz, not \(text)): load "
                        + "another into it, or use an SX127x", at: now)
            }
        case .planCheck:
            guard let frequency = Int(text) else { return nil }
            guard frequency == region.defaultChannels.first?.frequency else { return wrongPlan(at: now) }
        case .channelStatus(let channel):
            guard text == "on" || text == "off" else { return nil }
            guard text == "on" else { break }
            return proceed(inserting: [.get("ch freq \(channel)", .channelFrequency(channel))], at: now)
        case .channelFrequency(let channel):
            guard let frequency = Int(text), frequency == 0 || (100_000_000...1_000_000_000).contains(frequency) else {
                return nil
            }
            guard let band = region.subBand(of: frequency),
                let limit = dutyCycle(channel: channel, frequency: frequency)
            else { break }
            session.add(subBand: band)
            return proceed(inserting: [limit], at: now)
        case .setting, .wish, .save, .version, .join, .transmit, .measuringRate: return nil
        }
        return proceed(at: now)
    }

    private mutating func wrongPlan(at now: MonotonicInstant) -> [Order] {
        giveUp("the module's channels are not those of \(region.name): change region or module", at: now)
    }

    private func address(_ text: String) -> DevAddr? {
        guard text.utf8.count == 8 else { return nil }
        return UInt32(text, radix: 16).map { DevAddr(rawValue: $0) }
    }

    private mutating func heed(_ status: RN2483Status, at now: MonotonicInstant) -> [Order] {
        guard !status.isBusy else { return waitForModule(then: .prepare, at: now) }
        guard !status.needsRejoin else {
            return end(.failed("\(UplinkRefusal.counterExhausted)")) + forgetSession(at: now)
        }
        var cures: [RN2483Command] = []
        if status.isSilent { cures.append(RN2483Command("mac forceENABLE")) }
        if status.isPaused { cures.append(RN2483Command("mac resume", .wish)) }
        if status.channelsChanged {
            // Nobody knows which are on now.
            session.forgetMask()
            cures += survey
        }
        if status.powerChanged { cures.append(.get("pwridx", .powerIndex)) }
        if status.repetitionsChanged { record.session?.repetitions = nil }
        if count.isUnderWay {
            count.end()
            // The network may have ordered another data rate meanwhile.
            cures.append(status.repetitionsChanged ? .get("dr", .dataRate) : usualRate)
        }
        if status.owesStickyAnswers { session.oweStickyAnswers() }
        if status.channelsChanged || status.owesStickyAnswers { session.hasChanged() }
        return proceed(inserting: cures, at: now)
    }
}
