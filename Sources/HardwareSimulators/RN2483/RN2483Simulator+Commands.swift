import Ciphers
import Timekeeping

/// The commands of DS40001784 that a bridge has a use for.
extension RN2483Simulator {
    func execute(_ line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        switch (words.first, words.dropFirst().first) {
        case ("sys", "get"): systemGet(words.dropFirst(2).first ?? "")
        case ("sys", "reset"): restart()
        case ("sys", "factoryRESET"):
            eeprom = ModuleSettings(firmware.plan)
            restart()
        case ("radio", let verb?): radio(verb, Array(words.dropFirst(2)), line)
        case ("mac", "get"): answer(get(Array(words.dropFirst(2))) ?? refuse(line))
        case ("mac", let verb?): command(verb, Array(words.dropFirst(2)), line)
        default: answer(refuse(line))
        }
    }

    func refuse(_ line: String) -> String {
        refused.append(line)
        return "invalid_param"
    }

    private func systemGet(_ what: String) {
        switch what {
        case "ver": answer(firmware.banner)
        case "hweui": answer("0004A30B001BA639")
        case "vdd": answer("3305")
        default: answer(refuse("sys get \(what)"))
        }
    }

    private func command(_ verb: String, _ words: [String], _ line: String) {
        // What ends silence and pauses is heard at all times.
        switch verb {
        case "forceENABLE":
            memory.isSilent = false
            return answer(isStuck ? "busy" : "ok")
        case "resume":
            memory.pausedUntil = nil
            return answer("ok")
        case "pause" where !isStuck: return answer("\(pause())")
        default: break
        }
        guard !isStuck, memory.activity == .idle else { return answer("busy") }
        switch verb {
        case "reset":
            guard words == firmware.plan.resetArguments else { return answer(refuse(line)) }
            let isSilent = memory.isSilent
            memory = ModuleMemory(settings: ModuleSettings(firmware.plan))
            memory.isSilent = isSilent
            answer("ok", after: .milliseconds(50))
        case "save":
            // EEPROM is slow; what was there before stays until all is written.
            let settings = memory.settings
            memory.activity = .sending
            later(.seconds(3)) { module in
                module.memory.activity = .idle
                module.eeprom = settings
                module.saves += 1
                module.answer("ok")
            }
        case "set": answer(set(words) ? "ok" : refuse(line))
        case "join": join(words, line)
        case "tx": transmit(words, line)
        default: answer(refuse(line))
        }
    }

    /// How long the MAC needs no radio, less a guard of 50 ms; 0 when it goes on.
    private func pause() -> Int64 {
        var free = Int64(UInt32.max)
        if memory.activity != .idle { free = memory.nextWindow.map { ($0 - world.now).milliseconds } ?? 0 }
        guard free >= 200 else {
            memory.pausedUntil = nil
            return 0
        }
        memory.pausedUntil = world.now + .milliseconds(Int64(UInt32.max))
        return free - 50
    }

    private func join(_ words: [String], _ line: String) {
        switch words {
        case ["abp"]:
            guard memory.settings.networkKey != nil, memory.settings.applicationKey != nil else {
                return answer("keys_not_init")
            }
            guard !isPaused else { return answer("mac_paused") }
            memory.isJoined = true
            answer("ok")
            later(.milliseconds(12)) { $0.end("accepted") }
        case ["otaa"]:
            guard !memory.isSilent else { return answer("silent") }
            guard !isPaused else { return answer("mac_paused") }
            answer(beginJoin())
        default: answer(refuse(line))
        }
    }

    private func transmit(_ words: [String], _ line: String) {
        guard words.count == 3, ["cnf", "uncnf"].contains(words[0]), let port = UInt8(words[1]),
            (1...223).contains(port), let payload = [UInt8](hex: words[2]), !payload.isEmpty
        else { return answer(refuse(line)) }
        guard memory.isJoined else { return answer("not_joined") }
        guard !memory.isSilent else { return answer("silent") }
        guard !isPaused else { return answer("mac_paused") }
        guard memory.settings.nextUplink < .max, !memory.needsRejoin else {
            memory.needsRejoin = true
            return answer("\(firmware.isRecent ? "fram" : "frame")_counter_err_rejoin_needed")
        }
        let limits = firmware.plan.payloadLimits
        let room = limits[min(memory.settings.dataRate, limits.count - 1)]
        guard payload.count + memory.answers.count <= room else { return answer("invalid_data_len") }
        answer(beginUplink(isConfirmed: words[0] == "cnf", port: port, payload: payload))
    }

    // MARK: Settings

    private func set(_ words: [String]) -> Bool {
        guard let name = words.first, let value = words.dropFirst().first else { return false }
        let key = [UInt8](hex: value).flatMap { try? AES128Key($0) }
        switch name {
        case "deveui": return store(value.count == 16 ? UInt64(value, radix: 16) : nil, in: \.devEUI)
        case "appeui": return store(value.count == 16 ? UInt64(value, radix: 16) : nil, in: \.joinEUI)
        case "appkey": return store(key, in: \.appKey)
        case "nwkskey": return store(key, in: \.networkKey)
        case "appskey": return store(key, in: \.applicationKey)
        case "devaddr": return take(value.count == 8 ? UInt32(value, radix: 16) : nil, into: \.devAddr)
        case "upctr": return firmware.hasCounters && take(UInt32(value), into: \.nextUplink)
        case "dnctr": return firmware.hasCounters && take(UInt32(value), into: \.nextDownlink)
        case "dr": return take(Int(value).flatMap { hasChannel(for: $0) ? $0 : nil }, into: \.dataRate)
        case "pwridx":
            return take(Int(value).flatMap { $0 > 0 && firmware.powers[$0] != nil ? $0 : nil }, into: \.powerIndex)
        case "adr":
            memory.unheardUplinks = 0
            return take(Self.isOn(value), into: \.hasADR)
        case "ar": return take(Self.isOn(value), into: \.repliesByItself)
        case "retx": return take(Int(value).flatMap { (0...255).contains($0) ? $0 : nil }, into: \.retransmissions)
        case "bat": return UInt8(value) != nil
        case "linkchk": return UInt16(value) != nil
        case "rxdelay1": return take(UInt16(value).map { .milliseconds(Int64($0)) }, into: \.receiveDelay)
        case "rx2":
            guard words.count == 3, let rate = Int(words[1]), firmware.plan.modulation(rate) != nil,
                let frequency = Int(words[2]),
                firmware.plan.settable?.contains(frequency) ?? (923_300_000...927_500_000).contains(frequency)
            else { return false }
            memory.settings.receive2DataRate = rate
            memory.settings.receive2Frequency = frequency
            return true
        case "ch": return setChannel(Array(words.dropFirst()))
        default: return false
        }
    }

    private static func isOn(_ word: String) -> Bool? { word == "on" ? true : word == "off" ? false : nil }

    private func hasChannel(for dataRate: Int) -> Bool {
        memory.settings.channels.contains { $0.isOn && $0.dataRates.contains(dataRate) }
    }

    private func store<Value>(_ value: Value?, in path: WritableKeyPath<ModuleSettings, Value?>) -> Bool {
        guard let value else { return false }
        memory.settings[keyPath: path] = value
        return true
    }

    private func take<Value>(_ value: Value?, into path: WritableKeyPath<ModuleSettings, Value>) -> Bool {
        guard let value else { return false }
        memory.settings[keyPath: path] = value
        return true
    }

    private func setChannel(_ words: [String]) -> Bool {
        guard words.count >= 3, let index = Int(words[1]),
            memory.settings.channels.indices.contains(index)
        else { return false }
        var channel = memory.settings.channels[index]
        switch words[0] {
        case "freq":
            // The default channels are fixed.
            guard index >= 3, let frequency = Int(words[2]), firmware.plan.settable?.contains(frequency) ?? false else {
                return false
            }
            channel.frequency = frequency
        case "dcycle":
            guard !firmware.plan.isFixed, let value = UInt16(words[2]) else { return false }
            channel.dutyCycle = Int(value)
        case "drrange":
            guard words.count == 4, let low = Int(words[2]), let high = Int(words[3]), 0 <= low, low <= high,
                high <= (index < 3 ? firmware.fastestDefault : 7)
            else { return false }
            channel.dataRates = low...high
        case "status":
            guard let isOn = Self.isOn(words[2]), !isOn || channel.frequency > 0 && channel.dutyCycle < 65_535 else {
                return false
            }
            channel.isOn = isOn
        default: return false
        }
        memory.settings.channels[index] = channel
        return true
    }

    private func get(_ words: [String]) -> String? {
        let settings = memory.settings
        switch words.first {
        case "status": return status()
        case "devaddr": return Self.hex(UInt64(settings.devAddr), digits: 8)
        case "deveui": return Self.hex(settings.devEUI ?? 0, digits: 16)
        case "dr": return "\(settings.dataRate)"
        case "upctr": return firmware.hasCounters ? "\(settings.nextUplink)" : nil
        case "dnctr": return firmware.hasCounters ? "\(settings.nextDownlink)" : nil
        case "rxdelay1": return "\(settings.receiveDelay.milliseconds)"
        case "rxdelay2": return "\(settings.receiveDelay.milliseconds + 1_000)"
        case "pwridx": return "\(settings.powerIndex)"
        case "appeui": return Self.hex(settings.joinEUI ?? 0, digits: 16)
        case "adr": return settings.hasADR ? "on" : "off"
        case "ar": return settings.repliesByItself ? "on" : "off"
        case "retx": return "\(settings.retransmissions)"
        case "sync": return "34"
        case "mrgn": return "255"
        case "gwnb": return "0"
        case "dcycleps": return firmware.plan.isFixed ? nil : "1"
        case "class": return firmware.isRecent ? "A" : nil
        case "rx2":
            // Only of more than one band is it asked which.
            guard words.count == 1 + firmware.plan.resetArguments.count else { return nil }
            return "\(settings.receive2DataRate) \(settings.receive2Frequency)"
        case "ch":
            guard words.count == 3, let index = Int(words[2]), settings.channels.indices.contains(index) else {
                return nil
            }
            let channel = settings.channels[index]
            switch words[1] {
            case "status": return channel.isOn ? "on" : "off"
            case "freq": return "\(channel.frequency)"
            case "dcycle": return "\(channel.dutyCycle)"
            case "drrange": return "\(channel.dataRates.lowerBound) \(channel.dataRates.upperBound)"
            default: return nil
            }
        default: return nil
        }
    }

    /// The flags of what the network has changed are cleared by reading them.
    private func status() -> String {
        let flags: [(Int, Bool)] = [
            (4, memory.isJoined), (5, memory.settings.repliesByItself), (6, memory.settings.hasADR),
            (7, memory.isSilent), (8, isPaused), (11, memory.changes.contains(.channels)),
            (12, memory.changes.contains(.power)), (13, memory.changes.contains(.repetitions)),
            (15, memory.changes.contains(.receive2)), (16, memory.changes.contains(.timing)), (17, memory.needsRejoin),
        ]
        var value = UInt64(memory.activity.rawValue)
        for (bit, isSet) in flags where isSet && bit < firmware.statusDigits * 4 { value |= 1 << bit }
        memory.changes = []
        return Self.hex(value, digits: firmware.statusDigits)
    }

    private static func hex(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
