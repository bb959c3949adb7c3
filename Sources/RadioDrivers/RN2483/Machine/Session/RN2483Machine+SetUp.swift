import Ciphers
import LoRaWAN
import Timekeeping

/// From a module that answers to one that may send.
extension RN2483Machine {
    mutating func setUp(at now: MonotonicInstant) -> [Order] {
        guard let firmware else { return wake(at: now) }
        guard let band = band(of: firmware.model) else {
            return giveUp(
                "a module \(firmware.model.rawValue) can't do \(region.name): change region or module", at: now)
        }
        session.forgetChannels()
        session.isResuming = false
        join.endRenewal()
        switch configuration.activation {
        case .personalized(let given):
            guard quirks.hasCounters else {
                return giveUp("\(firmware) can't be told its frame counter: update it, or join over the air", at: now)
            }
            session.forgetMask()
            record.session?.repetitions = 1
            return run([reset(band)] + planCheck + commands(for: given), for: .resuming, at: now)
        case .overTheAir:
            if record.session?.isSaved == true, quirks.hasCounters {
                session.isResuming = true
                return run([.get("devaddr", .sessionCheck)], for: .probing, at: now)
            }
            return beginJoin(at: now)
        }
    }

    /// Gives the module what it needs for a join, which follows.
    mutating func beginJoin(at now: MonotonicInstant) -> [Order] {
        guard case .overTheAir(let joinEUI, let appKey) = configuration.activation, let firmware,
            let band = band(of: firmware.model)
        else { return setUp(at: now) }
        // All are on after a reset of the MAC.
        session.allChannelsAreOn()
        session.forgetChannels()
        session.isResuming = false
        return run([reset(band)] + planCheck + commands(joinEUI: joinEUI, appKey: appKey), for: .settingUp, at: now)
    }

    /// The session is not the module's any more: join anew.
    mutating func forgetSession(at now: MonotonicInstant) -> [Order] {
        session.isJoined = false
        count.end()
        guard case .overTheAir = configuration.activation else {
            return giveUp("the session's frame counters are used up: give the device new keys", at: now)
        }
        record.session = nil
        return [.keep] + setUp(at: now)
    }

    private func band(of model: RN2483Firmware.Model) -> String? {
        switch (model, region.name) {
        case (.rn2483, "EU868"): "868"
        case (.rn2483, "EU433"): "433"
        case (.rn2903, "US915"), (.rn2903, "AU915"): ""
        default: nil
        }
    }

    /// Modules for North America and for Australia answer to the same name, and Australia's first firmware ("SA1.0.3") has
    /// data rates that the network does not know any more.
    private var planCheck: [RN2483Command] {
        region.plan == .dynamic ? [] : [.get("ch freq 0", .planCheck), .get("ch drrange 0", .rangeCheck)]
    }

    /// The channels that are written down for a fixed plan; without them all are on.
    private var startChannels: [RN2483Command] {
        mutating get {
            region.plan == .dynamic ? [] : configuration.channelMask.map { session.switchChannels(to: $0) } ?? []
        }
    }

    private func reset(_ band: String) -> RN2483Command {
        RN2483Command(band.isEmpty ? "mac reset" : "mac reset \(band)")
    }

    private mutating func commands(joinEUI: JoinEUI, appKey: AES128Key) -> [RN2483Command] {
        let identity: [RN2483Command] = [
            .set("deveui \(configuration.devEUI)"), .set("appeui \(joinEUI)"), .set("appkey \(appKey.bytes.hex)"),
            .set("pwridx \(powerIndex)"),
        ]
        return identity + habits + dutyCycles + startChannels
    }

    private mutating func commands(for given: Personalization) -> [RN2483Command] {
        let rx2 = given.rx2DataRate ?? region.rx2DataRate
        guard let known = record.session else { return [] }
        let receiveDelay = Int(max(1, min(given.rxDelay, 15))) * 1_000
        let rx2Frequency = given.rx2Frequency ?? region.rx2Frequency
        let identity: [RN2483Command] = [
            .set("deveui \(configuration.devEUI)"), .set("devaddr \(given.devAddr)"),
            .set("nwkskey \(given.keys.network.bytes.hex)"), .set("appskey \(given.keys.application.bytes.hex)"),
        ]
        let radio: [RN2483Command] = [
            .set("rxdelay1 \(receiveDelay)"), .set("rx2 \(rx2.index) \(rx2Frequency)"), .set("pwridx \(powerIndex)"),
        ]
        let channels = dutyCycles + extraChannels(given.frequencies) + startChannels
        return identity + radio + channels + resumption(of: known)
    }

    /// A session that the module has, with the counters that the record knows.
    func resumption(of session: ModuleRecord.Session) -> [RN2483Command] {
        habits + [
            .set("upctr \(session.nextUplink)"), .get("dnctr", .newestDownlink),
            RN2483Command.set("dr \(session.dataRate.index)").asWish,
            // A reset has brought back the strongest.
            .get("pwridx", .powerIndex),
            RN2483Command("mac join abp", .join),
        ]
    }

    /// One transmission for one command: no retransmission and no answer that the ledger does not know of.
    private var habits: [RN2483Command] {
        [
            .set("adr \(configuration.adr ? "on" : "off")"), .set("ar off"), .set("retx 0"),
            .set("bat \(configuration.battery)"),
        ]
    }

    /// The module's own limit for each channel is its sub-band's (100 % / X - 1): it never forbids what the ledger, which
    /// counts whole sub-bands, allows in an empty hour, and is there should the ledger be wrong.
    private var dutyCycles: [RN2483Command] {
        guard region.plan == .dynamic else { return [] }
        return region.defaultChannels.indices.compactMap {
            dutyCycle(channel: $0, frequency: region.defaultChannels[$0].frequency)
        }
    }

    func dutyCycle(channel: Int, frequency: Int) -> RN2483Command? {
        guard let index = region.subBand(of: frequency) else { return nil }
        let permille = max(1, region.subBands[index].dutyPermille)
        return RN2483Command.set("ch dcycle \(channel) \(1_000 / permille - 1)").asWish
    }

    private func extraChannels(_ frequencies: [Int]) -> [RN2483Command] {
        guard region.plan == .dynamic else { return [] }
        let first = region.defaultChannels.count
        // Everything must be known of a channel before it is switched on.
        return frequencies.filter { region.subBand(of: $0) != nil }.prefix(16 - first).enumerated().flatMap {
            let channel = first + $0.offset
            return [
                .set("ch freq \(channel) \($0.element)"), .set("ch drrange \(channel) 0 5"),
                dutyCycle(channel: channel, frequency: $0.element), .set("ch status \(channel) on"),
            ].compactMap { $0 }
        }
    }

    /// The strongest step that stays within the law, antenna included.
    var powerIndex: Int {
        let steps = quirks.powers(in: region)
        let allowed = min(configuration.modulePower, configuration.conductedPower.upperBound)
        return (steps.first { $0.power <= allowed } ?? steps[steps.count - 1]).index
    }

    // MARK: What the module knows

    /// Which channels there are, and the delay of RX1.
    var survey: [RN2483Command] {
        let channels = region.plan == .dynamic ? 0..<16 : 0..<0
        return [.get("rxdelay1", .receiveDelay)] + channels.map { .get("ch status \($0)", .channelStatus($0)) }
    }

    /// The survey after a join or a resumption is done.
    mutating func adopted(at now: MonotonicInstant) -> [Order] {
        guard let address = record.session?.devAddr else { return forgetSession(at: now) }
        session.adopted()
        join.endRenewal()
        if !session.isResuming { cure.worked() }
        let isOld = if case .overTheAir = configuration.activation { session.isResuming } else { true }
        let event: ModuleEvent = isOld ? .resumed(address) : .joined(address)
        let isTold = !join.takeReturn() || !isOld
        return [.keep] + (isTold ? [.event(event)] : []) + settle(at: now)
    }
}

extension RN2483Command {
    /// The same, where a refusal costs nothing.
    var asWish: RN2483Command { RN2483Command(text, .wish) }
}
