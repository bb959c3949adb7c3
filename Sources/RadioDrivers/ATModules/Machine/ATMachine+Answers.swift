import LoRaWAN
import Timekeeping

/// What the answer to the command in flight means.
extension ATMachine {
    mutating func answered(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        guard let command = script.first else { return unasked(report, at: now) }
        switch command.meaning {
        case .join: return answeredJoin(report, at: now)
        case .transmit: return answeredTransmit(report, at: now)
        default: break
        }
        switch report {
        case .done: return carriedOut(command, at: now)
        case .value(let value):
            if case .agreement(let wanted, _) = command.meaning { differs = value != wanted }
            return []
        case .fact(let fact): return learn(fact, at: now)
        case .busy: return waitForModule(then: .repeatCommand, at: now)
        case .wrongMode: return leaveMode(at: now)
        case .refused(let words): return refused(command, words, at: now)
        default: return unasked(report, at: now)
        }
    }

    private mutating func carriedOut(_ command: ATCommand, at now: MonotonicInstant) -> [Order] {
        guard command.meaning != .restart else {
            forgetKeptSession()
            phase = .starting(until: now + Self.startSpan)
            return [.keep]
        }
        return proceed(at: now)
    }

    private mutating func refused(_ command: ATCommand, _ words: String, at now: MonotonicInstant) -> [Order] {
        switch command.meaning {
        case .question, .wish, .agreement: return proceed(at: now)
        // It is somebody, and takes the next command.
        case .attention: return proceed(at: now)
        default: return recover("the module refuses \(command.title) (\(words))", at: now)
        }
    }

    /// What differs from what the session is known to be.
    mutating func learn(_ fact: ATFact, at now: MonotonicInstant) -> [Order] {
        switch fact {
        case .dataRate(let index):
            guard region.modulation(of: DataRate(index)) != nil else { return [] }
            record.session?.dataRate = DataRate(index)
        case .receiveDelay(let span): session.receiveDelay = span
        case .counters(let up, let down):
            guard session.isJoined || job == .adopting else { return [] }
            guard let own = session.counted(up) else { return sessionLost(at: now) }
            record.session?.nextDownlink = FrameCounter(rawValue: down)
            return own > 0 ? sentByItself(own) : []
        case .time(let utc):
            guard exchange.isTimeAnswered || exchange.questions.contains(.time), utc > Self.earliestTime else {
                return []
            }
            return [.event(.networkTime(utc))]
        default: break
        }
        return []
    }

    /// A module that nobody has told the time begins with 2020 or 1980.
    private static let earliestTime = UTCInstant(secondsSince1970: 1_704_067_200)

    /// What answers nothing.
    mutating func unasked(_ report: ATReport, at now: MonotonicInstant) -> [Order] {
        switch report {
        case .received(let port, let payload):
            guard port > 0 else { return [] }
            return [.event(.downlink(ModuleDownlink(port: port, payload: payload, at: now)))]
        case .sent where dialect.tellsOwnUplinks: return sentByItself(1)
        default: return []
        }
    }

    /// The module has sent what nobody ordered: an answer to the network, or an acknowledgement.
    mutating func sentByItself(_ count: UInt32) -> [Order] {
        guard let known = record.session else { return [] }
        let (next, isOver) = known.nextUplink.rawValue.addingReportingOverflow(count)
        record.session?.nextUplink = FrameCounter(rawValue: isOver ? .max : next)
        // It repeats its own as it does ours.
        let once = ownAirTime(at: known.dataRate) * repetitions
        if session.settling != nil {
            session.settling?.spent += once * Int64(count)
            return []
        }
        // More than a few at once is a counter that was read wrong.
        return (0..<min(count, 8)).map { _ in
            .book(
                ModuleTransmission(
                    kind: .uplink(known.nextUplink), dataRate: known.dataRate, once: once, subBands: subBands))
        }
    }

    /// A frame without a payload and with all the answers that it can hold.
    func ownAirTime(at rate: DataRate) -> TimeSpan {
        guard let modulation = region.modulation(of: rate) else { return .zero }
        return AirTime.of(bytes: 12 + ATSession.longestOptions, modulation: modulation)
    }

    /// It hops by itself, and the network may have given it channels of which it does not tell. In those of a stricter law
    /// than the common ones its own duty cycle is the only fence.
    var subBands: [Int] {
        let common = Set(region.defaultChannels.compactMap { region.subBand(of: $0.frequency) })
        let strictest = common.map { region.subBands[$0].dutyPermille }.min() ?? 1_000
        return region.subBands.indices.filter { region.subBands[$0].dutyPermille >= strictest }
    }

    /// The air-time of the latest uplink is what is known of it by now.
    mutating func closeSettled() -> [Order] {
        defer { session.settling = nil }
        return session.settling.map { [.close($0.spent)] } ?? []
    }
}
