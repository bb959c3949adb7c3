import Ciphers
import Timekeeping

/// The module's class A: what it sends, its two windows, and what it makes of downlinks.
extension RN2483Simulator {
    func beginJoin() -> String {
        guard let key = memory.settings.appKey, let joinEUI = memory.settings.joinEUI,
            let devEUI = memory.settings.devEUI, let cipher = try? ServerCipher(key)
        else { return "keys_not_init" }
        // This firmware draws its DevNonces (LoRaWAN 1.0.2 and before).
        let nonce = UInt16(truncatingIfNeeded: random.next())
        let signed = [0] + joinEUI.littleEndianBytes + devEUI.littleEndianBytes + nonce.littleEndianBytes
        return send(
            ModuleWork(
                kind: .join(nonce: nonce), frame: signed + cipher.code(signed), transmissionsLeft: 1,
                dataRate: joinDataRate()))
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
        guard let networkKey = settings.networkKey, let applicationKey = settings.applicationKey,
            let network = try? ServerCipher(networkKey), let application = try? ServerCipher(applicationKey)
        else { return "keys_not_init" }
        let options = memory.answers.prefix(15)
        var frame: [UInt8] = [isConfirmed ? 0x80 : 0x40] + settings.devAddr.littleEndianBytes
        frame.append((settings.hasADR ? 0x80 : 0) | (memory.owesAcknowledgement ? 0x20 : 0) | UInt8(options.count))
        frame += UInt16(truncatingIfNeeded: settings.nextUplink).littleEndianBytes + options + [port]
        frame += application.crypt(
            payload, direction: .up, devAddr: settings.devAddr, counter: settings.nextUplink)
        frame += network.code(frame, direction: .up, devAddr: settings.devAddr, counter: settings.nextUplink)
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
        guard frame.first == 0x20, frame.count == 17 || frame.count == 33, let key = memory.settings.appKey,
            let plain = (try? AES128(key))?.encrypt(blocks: Array(frame.dropFirst())),
            let cipher = try? ServerCipher(key),
            cipher.code([0x20] + plain.dropLast(4)) == Array(plain.suffix(4))
        else { return false }
        let joinNonce = UInt32(littleEndian: plain[0..<3])
        let netID = UInt32(littleEndian: plain[3..<6])
        memory.settings.networkKey = try? cipher.sessionKey(1, joinNonce: joinNonce, netID: netID, devNonce: nonce)
        memory.settings.applicationKey = try? cipher.sessionKey(
            2, joinNonce: joinNonce, netID: netID, devNonce: nonce)
        memory.settings.devAddr = UInt32(littleEndian: plain[6..<10])
        (memory.settings.nextUplink, memory.settings.nextDownlink) = (0, 0)
        memory.settings.receive1Offset = Int(plain[10] >> 4 & 7)
        memory.settings.receive2DataRate = Int(plain[10] & 15)
        memory.settings.receiveDelay = .seconds(Int64(max(1, plain[11] & 15)))
        // Older firmware passes over the masks of a fixed plan.
        if plain.count == 32, !firmware.plan.isFixed {
            for index in 0..<5 {
                let frequency = Int(UInt32(littleEndian: plain[(12 + index * 3)..<(15 + index * 3)])) * 100
                guard frequency > 0 else { continue }
                memory.settings.channels[3 + index] = .init(frequency: frequency, isOn: true, dutyCycle: 799)
            }
        }
        memory.isJoined = true
        memory.needsRejoin = false
        return true
    }

    /// - Returns: the last line; nil when the frame is not for this module.
    private func takeData(_ frame: [UInt8], isConfirmed: Bool) -> String? {
        let settings = memory.settings
        guard frame.count >= 12, [0x60, 0xA0].contains(frame[0]),
            UInt32(littleEndian: frame[1..<5]) == settings.devAddr, let networkKey = settings.networkKey,
            let applicationKey = settings.applicationKey, let network = try? ServerCipher(networkKey),
            let application = try? ServerCipher(applicationKey)
        else { return nil }
        let low = UInt16(littleEndian: frame[6..<8])
        let counter = settings.nextDownlink &+ UInt32(low &- UInt16(truncatingIfNeeded: settings.nextDownlink))
        let signed = Array(frame.dropLast(4))
        guard
            network.code(signed, direction: .down, devAddr: settings.devAddr, counter: counter)
                == Array(frame.suffix(4))
        else { return nil }
        memory.settings.nextDownlink = counter &+ 1
        memory.unheardUplinks = 0
        memory.owesAcknowledgement = frame[0] == 0xA0
        let optionsEnd = 8 + Int(frame[5] & 15)
        let port = signed.count > optionsEnd ? signed[optionsEnd] : nil
        let cipher = port == 0 ? network : application
        let payload = cipher.crypt(
            Array(signed.dropFirst(optionsEnd + 1)), direction: .down, devAddr: settings.devAddr, counter: counter)
        obey(port == 0 ? payload : Array(signed.prefix(optionsEnd).dropFirst(8)))
        if let port, port > 0 { return "mac_rx \(port) \(payload.hex.uppercased())" }
        guard isConfirmed else { return "mac_tx_ok" }
        return frame[5] & 0x20 != 0 ? "mac_tx_ok" : "mac_err"
    }

    /// MAC commands (TS001 5) that the simulated server sends.
    private func obey(_ commands: [UInt8]) {
        var rest = commands[...]
        while let identifier = rest.popFirst() {
            let arguments = Array(rest)
            switch identifier {
            case 0x03 where arguments.count >= 4:
                rest = rest.dropFirst(4)
                let power = Int(arguments[0] & 15)
                guard memory.settings.hasADR, firmware.plan.isFixed || firmware.powers[power] != nil else {
                    memory.answers += [0x03, 0]
                    continue
                }
                // The limit of the antenna is not known here.
                memory.settings.powerIndex = firmware.plan.isFixed ? max(5, power) : power
                memory.powerChanged = true
                memory.settings.dataRate = Int(arguments[0] >> 4)
                let mask = UInt16(littleEndian: arguments[1..<3])
                for bit in 0..<16 {
                    let index = Int(arguments[3] >> 4 & 7) * 16 + bit
                    guard memory.settings.channels.indices.contains(index),
                        memory.settings.channels[index].frequency > 0, !firmware.plan.isFixed || mask != 0
                    else { continue }
                    memory.settings.channels[index].isOn = mask & 1 << bit != 0
                }
                memory.channelsChanged = true
                memory.settings.repetitions = max(1, Int(arguments[3] & 15))
                memory.repetitionsChanged = true
                memory.answers += [0x03, 7]
            case 0x05 where arguments.count >= 4:
                rest = rest.dropFirst(4)
                memory.settings.receive1Offset = Int(arguments[0] >> 4 & 7)
                memory.settings.receive2DataRate = Int(arguments[0] & 15)
                memory.settings.receive2Frequency = Int(UInt32(littleEndian: arguments[1..<4])) * 100
                memory.receive2Changed = true
                memory.answers += [0x05, 7]
            case 0x06: memory.answers += [0x06, 0, 10]
            case 0x07 where arguments.count >= 5:
                rest = rest.dropFirst(5)
                let frequency = Int(UInt32(littleEndian: arguments[1..<4])) * 100
                guard (3..<16).contains(Int(arguments[0])) else {
                    memory.answers += [0x07, 0]
                    continue
                }
                memory.settings.channels[Int(arguments[0])] = .init(
                    frequency: frequency, isOn: frequency > 0, dutyCycle: 799)
                memory.channelsChanged = true
                memory.answers += [0x07, 3]
            case 0x08 where arguments.count >= 1:
                rest = rest.dropFirst(1)
                memory.settings.receiveDelay = .seconds(Int64(max(1, arguments[0] & 15)))
                memory.timingChanged = true
                memory.answers += [0x08]
            default: return
            }
        }
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
