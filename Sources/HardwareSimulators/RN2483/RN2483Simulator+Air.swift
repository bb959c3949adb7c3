import Ciphers
import Timekeeping

/// The module's class A: what it sends, its two windows, and what it makes of downlinks.
extension RN2483Simulator {
    func beginJoin() -> String {
        // This firmware draws its DevNonces (LoRaWAN 1.0.2 and before).
        let nonce = nonces.draw(&random)
        guard let frame = memory.settings.joinRequest(nonce: nonce) else { return "keys_not_init" }
        return send(
            ModuleWork(
                kind: .join(nonce: nonce), frame: frame, transmissionsLeft: 1, dataRate: joinDataRate()))
    }

    /// In a fixed plan SF10 on a narrow channel and the wide ones in turns, whatever `mac set dr` was.
    private func joinDataRate() -> Int {
        let plan = firmware.plan
        guard plan.isFixed else { return memory.settings.dataRate }
        defer { memory.joinsWide.toggle() }
        return memory.joinsWide
            ? plan.narrowRates.upperBound + 1
            : plan.narrowRates.first { plan.modulation($0)?.factor == 10 } ?? plan.narrowRates.lowerBound
    }

    func beginUplink(isConfirmed: Bool, port: UInt8, payload: [UInt8]) -> String {
        let settings = memory.settings
        guard
            let frame = settings.uplink(
                isConfirmed: isConfirmed, port: port, payload: payload, options: memory.answers.prefix(15),
                acknowledges: memory.owesAcknowledgement)
        else { return "keys_not_init" }
        let answer = send(
            ModuleWork(
                kind: .uplink(isConfirmed: isConfirmed), frame: frame,
                transmissionsLeft: isConfirmed ? 1 + settings.retransmissions : settings.repetitions,
                dataRate: settings.dataRate))
        guard answer == "ok" else { return answer }
        memory.settings.nextUplink += 1
        backOff()
        memory.answers = []
        memory.owesAcknowledgement = false
        return answer
    }

    /// ADR without an answer from the network: one data rate less after 96 uplinks, and after each 32 that follow. The frame
    /// that is going out keeps the old one, its repetitions do not.
    private func backOff() {
        guard memory.settings.hasADR else { return }
        memory.unheardUplinks += 1
        guard memory.unheardUplinks >= 96, memory.unheardUplinks % 32 == 0, memory.settings.dataRate > 0 else { return }
        let slower = memory.settings.dataRate - 1
        memory.settings.dataRate = slower
        memory.work?.dataRate = slower
    }

    private func send(_ work: ModuleWork) -> String {
        let free = memory.settings.channels.indices.filter {
            memory.settings.channels[$0].isOn && memory.settings.channels[$0].dataRates.contains(work.dataRate)
                && (memory.freeAt[$0] ?? world.now) <= world.now
        }
        guard let index = free.randomElement(using: &random),
            let (factor, bandwidth) = firmware.plan.modulation(work.dataRate)
        else { return "no_free_ch" }
        let channel = memory.settings.channels[index]
        let transmission = AirTransmission(
            payload: work.frame, frequency: channel.frequency, spreadingFactor: factor, bandwidth: bandwidth,
            invertedIQ: false, hasCRC: true, start: world.now + .milliseconds(5),
            power: power)
        var work = work
        work.transmissionsLeft -= 1
        (work.channel, work.frequency) = (index, channel.frequency)
        memory.work = work
        memory.activity = .sending
        memory.freeAt[index] = transmission.end + transmission.airTime * Int64(channel.dutyCycle)
        // A brown-out before its start takes it back.
        later(.milliseconds(5)) { $0.air.transmit(transmission) }
        if hasWeakSupply { later(.milliseconds(30)) { $0.restart() } }
        later(transmission.end - world.now) { $0.listen(to: work) }
        return "ok"
    }

    /// RX1 after the delay, RX2 a second later; each opens 10 ms early.
    private func listen(to work: ModuleWork) {
        memory.activity = .beforeReceive1
        var first = memory.settings.receiveDelay
        var offset = memory.settings.receive1Offset
        var second = (memory.settings.receive2Frequency, memory.settings.receive2DataRate)
        if case .join = work.kind { (first, offset, second) = (.seconds(5), 0, firmware.plan.receive2) }
        memory.nextWindow = world.now + first
        later(first - .milliseconds(10)) {
            $0.memory.nextWindow = nil
            let receive1 = $0.firmware.plan.receive1(
                channel: work.channel, frequency: work.frequency, dataRate: work.dataRate, offset: offset)
            $0.open(.receive1, frequency: receive1.frequency, dataRate: receive1.dataRate)
        }
        later(first + .milliseconds(990)) { module in
            // A frame of RX1 is still coming in, or was the end of it.
            guard module.memory.caught == nil, module.memory.activity != .idle else { return }
            module.open(.receive2, frequency: second.0, dataRate: second.1)
        }
    }

    private func open(_ activity: ModuleMemory.Activity, frequency: Int, dataRate: Int) {
        guard memory.work != nil else { return }
        guard !isPaused else {
            // Neither windows nor repetitions follow, and nobody is told how it ended.
            violations.append("the MAC was paused in the middle of an exchange")
            (memory.activity, memory.work, memory.answers) = (.idle, nil, [])
            return
        }
        let (factor, bandwidth) = firmware.plan.modulation(dataRate) ?? (12, 125_000)
        memory.activity = activity
        memory.window = (frequency, factor, bandwidth)
        let symbol = AirTransmission.symbol(spreadingFactor: factor, bandwidth: bandwidth)
        later(.milliseconds(20) + symbol * 8) { module in
            guard module.memory.activity == activity, module.memory.caught == nil else { return }
            module.memory.window = nil
            guard activity == .receive1 else { return module.windowsAreOver() }
            module.memory.activity = .beforeReceive2
            module.memory.nextWindow = module.world.now + .milliseconds(800)
        }
    }

    /// Nothing came.
    private func windowsAreOver() {
        guard let work = memory.work else { return }
        if case .join = work.kind { return finish("denied") }
        guard work.transmissionsLeft > 0 else {
            if case .uplink(isConfirmed: true) = work.kind { return finish("mac_err") }
            return finish("mac_tx_ok")
        }
        later(.milliseconds(100)) { module in
            // Without a free channel it waits for the first.
            guard module.send(work) == "ok" else {
                return module.later(.seconds(5)) { $0.windowsAreOver() }
            }
        }
    }

    private func finish(_ line: String) {
        memory.activity = .idle
        memory.work = nil
        memory.window = nil
        memory.caught = nil
        end(line)
    }

    // MARK: Downlinks

    private func take(_ frame: [UInt8]) {
        guard let work = memory.work else { return }
        let line: String?
        switch work.kind {
        case .join(let nonce): line = adoptAccept(frame, nonce: nonce) ? "accepted" : nil
        case .uplink(let isConfirmed): line = takeData(frame, isConfirmed: isConfirmed)
        }
        if let line {
            finish(line)
        } else if memory.activity == .receive2, case .uplink = work.kind {
            // What is for somebody else ends the uplink, and its repetitions.
            finish("mac_err")
        } else if memory.activity == .receive2 {
            windowsAreOver()
        } else {
            memory.activity = .beforeReceive2
        }
    }

    private func adoptAccept(_ frame: [UInt8], nonce: UInt16) -> Bool {
        guard memory.settings.adopt(frame, nonce: nonce) else { return false }
        memory.isJoined = true
        memory.needsRejoin = false
        return true
    }

    /// - Returns: the last line; nil when the frame is not for this module.
    private func takeData(_ frame: [UInt8], isConfirmed: Bool) -> String? {
        guard let downlink = memory.settings.take(frame) else { return nil }
        memory.unheardUplinks = 0
        memory.owesAcknowledgement = downlink.isConfirmed
        let outcome = memory.settings.obey(downlink.commands, powers: firmware.powers)
        memory.answers += outcome.answers
        memory.changes.formUnion(outcome.changes)
        if let port = downlink.port { return "mac_rx \(port) \(downlink.payload.hex.uppercased())" }
        guard isConfirmed else { return "mac_tx_ok" }
        return downlink.acknowledges ? "mac_tx_ok" : "mac_err"
    }
}

extension RN2483Simulator: AirListener {
    package func airStarted(_ transmission: AirTransmission) {
        benchHears(transmission)
        guard let window = memory.window, memory.caught == nil, transmission.invertedIQ, transmission.syncWord == 0x34,
            window == (transmission.frequency, transmission.spreadingFactor, transmission.bandwidth)
        else { return }
        memory.caught = transmission
    }

    package func airEnded(_ transmission: AirTransmission) {
        benchHasHeard(transmission)
        guard memory.caught == transmission else { return }
        memory.caught = nil
        memory.window = nil
        guard !transmission.isCorrupt else { return take([]) }
        take(transmission.payload)
    }
}
