import LoRaWAN
import Timekeeping

extension BaseStation {
    /// How often, and for how long, the latest uplink is answered again: NbTrans is 15 at most (TS001 5.3).
    static let repetitionLimit = 15
    static let repetitionSpan = TimeSpan.minutes(2)

    mutating func received(_ heard: ReceivedFrame) -> [BaseAction] {
        guard let rate = listening else { return [] }
        do throws(FrameRefusal) {
            guard let header = heard.payload.first else { throw .tooShort(bytes: 0) }
            switch FrameType(header: header) {
            case .joinRequest: return try join(heard, at: rate)
            case .unconfirmedUp, .confirmedUp: return try data(heard, at: rate)
            default: throw .notAnUplink(header: header)
            }
        } catch {
            refusals[error.kind, default: 0] += 1
            if case .stranger(let device) = error { remember(device) }
            return [.refused(error, at: heard.at)]
        }
    }

    private mutating func remember(_ stranger: DevEUI) {
        strangers.removeAll { $0 == stranger }
        strangers.append(stranger)
        if strangers.count > Self.rememberedStrangers { strangers.removeFirst() }
    }

    /// Nothing is stored, and nothing goes out, before the MIC is right: a flood of frames costs neither disk nor air-time.
    private mutating func data(_ heard: ReceivedFrame, at rate: DataRate) throws(FrameRefusal) -> [BaseAction] {
        let frame = try DataFrame(
            reading: heard.payload, limit: configuration.region.maximumMACPayload(at: rate))
        var refusal = FrameRefusal.otherAddress(frame.address)
        for (device, record) in core.state.devices where known[device] != nil {
            for (session, isNew) in [(record.joined, true), (record.session, false)] {
                guard let session, session.devAddr == frame.address else { continue }
                switch try frame.counter(after: session.uplinkCounter, by: try cipher(for: session.keys)) {
                case .new(let counter):
                    let uplink = HeardUplink(frame: frame, counter: counter, heard: heard, rate: rate, device: device)
                    return try take(uplink, in: session, isNew: isNew)
                case .latestAgain:
                    guard let counter = session.uplinkCounter else { continue }
                    let uplink = HeardUplink(frame: frame, counter: counter, heard: heard, rate: rate, device: device)
                    return try answerAgain(uplink, in: session)
                case .old(let counter): refusal = .counterRepeated(device, counter)
                case .foreign: refusal = .wrongIntegrityCode(frame.address)
                }
            }
        }
        throw refusal
    }

    private mutating func take(_ uplink: HeardUplink, in session: BaseSession, isNew: Bool) throws(FrameRefusal)
        -> [BaseAction]
    {
        let (frame, device) = (uplink.frame, uplink.device)
        guard frame.port != 0 || frame.options.isEmpty else { throw .commandsTwice(device) }
        let payload = try frame.payload(counter: uplink.counter, by: try cipher(for: session.keys))
        var track = core.tracks[device] ?? DeviceTrack()
        let expected = session.uplinkCounter.map { $0.rawValue &+ 1 } ?? 0
        let lost = Int(uplink.counter.rawValue - min(expected, uplink.counter.rawValue))
        track.lost += lost
        track.notePause(until: uplink.heard.at, frames: isNew ? 1 : lost + 1)
        track.uplinks += 1
        track.repetitions = 0
        track.isJoinUnanswered = false
        track.hasADR = frame.hasADR
        track.hear(uplink.heard, at: uplink.rate)
        var events: [BaseAction] = []
        if let awaiting = track.awaiting {
            events.append(
                .acknowledged(awaiting.downlink, device, counter: awaiting.counter, frame.acknowledges && !isNew))
            track.awaiting = nil
        }
        let commands = DeviceCommand.parse(frame.port == 0 ? payload : frame.options)
        track.note(commands)
        core.tracks[device] = track

        var session = session
        session.uplinkCounter = uplink.counter
        core.state.devices[device]?.session = session
        if isNew { core.state.devices[device]?.joined = nil }
        // It has not heard the order.
        if uplink.rate == core.state.dataRate { core.move?.told.remove(device) }
        // It has, and says so.
        if uplink.rate == core.move?.to { core.move?.confirmsUntil = nil }
        considerMove(at: uplink.heard.at)
        do throws(FrameRefusal) {
            events += try answer(uplink, commands: commands)
        } catch {
            // It is taken all the same: its counter can't come again.
            refusals[error.kind, default: 0] += 1
            events.append(.refused(error, at: uplink.heard.at))
        }
        events.append(.deliver(uplink.delivery(address: session.devAddr, payload: payload)))
        return [.persist(core.state)] + events
    }

    /// The latest frame once more: a device that did not hear the answer (TS001 4.3.1.1), or somebody who recorded it. It is
    /// told to nobody.
    private mutating func answerAgain(_ uplink: HeardUplink, in session: BaseSession) throws(FrameRefusal)
        -> [BaseAction]
    {
        let track = core.tracks[uplink.device] ?? DeviceTrack()
        guard uplink.frame.isConfirmed, track.repetitions < Self.repetitionLimit, let first = track.heardAt,
            uplink.heard.at - first <= Self.repetitionSpan
        else { throw .counterRepeated(uplink.device, uplink.counter) }
        core.tracks[uplink.device]?.repetitions += 1
        let payload = try uplink.frame.payload(counter: uplink.counter, by: try cipher(for: session.keys))
        let commands = DeviceCommand.parse(uplink.frame.port == 0 ? payload : uplink.frame.options)
        let events = try answer(uplink, commands: commands, isRepeated: true)
        return [.persist(core.state)] + events
    }

    mutating func cipher(for keys: SessionKeys) throws(FrameRefusal) -> SessionCipher {
        if let cipher = ciphers[keys] { return cipher }
        // Only those of sessions that are kept.
        let live = Set(core.state.devices.values.flatMap { [$0.session?.keys, $0.joined?.keys].compactMap { $0 } })
        ciphers = ciphers.filter { live.contains($0.key) }
        do {
            let cipher = try SessionCipher(keys)
            ciphers[keys] = cipher
            return cipher
        } catch {
            throw .cipherFailed
        }
    }
}

/// An uplink whose MIC is right, as it was heard.
struct HeardUplink {
    let frame: DataFrame
    let counter: FrameCounter
    let heard: ReceivedFrame
    let rate: DataRate
    let device: DevEUI

    func delivery(address: DevAddr, payload: [UInt8]) -> BaseUplink {
        BaseUplink(
            devEUI: device, devAddr: address, counter: counter, confirmed: frame.isConfirmed, adr: frame.hasADR,
            port: frame.port, payload: payload, dataRate: rate, at: heard.at, rssi: heard.rssi,
            snrQuarters: heard.snrQuarters)
    }
}

extension DeviceTrack {
    /// What the device says to the latest order of a data rate.
    fileprivate mutating func note(_ commands: [DeviceCommand]) {
        for command in commands {
            guard case .linkADRAnswer(let isAccepted) = command, let rate = ordered else { continue }
            if !isAccepted { refused.insert(rate) }
            ordered = nil
        }
    }
}
