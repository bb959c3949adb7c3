import Ciphers
import Timekeeping

/// Seeed's LoRa-E5, firmware 4.0.11.
package struct LoRaE5Speech: ATStory {
    /// "4.0.11"
    let version: String

    package init(version: String = "4.0.11") {
        self.version = version
    }

    package let baudRate = 9_600
    package let factoryOptions = [
        "MODE": "LWABP", "PORT": "8", "CLASS": "A", "ADR": "ON", "POWER": "16", "REPT": "1", "RETRY": "3", "DC": "ON",
        "JDC": "ON", "SCHEME": "EU868",
    ]
    let drawsNonces = true

    package func banner(_ module: ATModuleSimulator) -> [String] { [] }
    package func tellLineEndLost(_ module: ATModuleSimulator) { module.answer("+INFO: Input timeout") }
    package func leaveLoRaWAN(_ module: ATModuleSimulator) { module.set("MODE", "TEST") }

    func keepsDutyCycle(_ module: ATModuleSimulator) -> Bool { module.option("DC") == "ON" }
    func hasADR(_ module: ATModuleSimulator) -> Bool { module.option("ADR") == "ON" }
    func power(_ module: ATModuleSimulator) -> Int { Int(module.option("POWER") ?? "") ?? 14 }

    package func execute(_ line: String, _ module: ATModuleSimulator) {
        guard line.uppercased().hasPrefix("AT") else { return module.answer("+AT: ERROR(-11)") }
        guard line != "AT" else { return module.answer("+AT: OK") }
        let parts = line.dropFirst(3).split(separator: "=", maxSplits: 1).map { String($0) }
        guard let name = parts.first else { return module.refuse(line, "+AT: ERROR(-10)") }
        let words = (parts.count > 1 ? parts[1] : "").split(separator: ",").map { word in
            word.filter { $0 != "\"" && $0 != " " }
        }
        switch name {
        case "VER": module.answer("+VER: \(version)")
        case "MODE", "CLASS", "ADR", "POWER", "REPT", "RETRY", "PORT": option(name, words, module)
        case "ID": identify(line, words, module)
        case "KEY": key(line, words, module)
        case "DR": dataRate(line, words, module)
        case "CH": channels(line, words, module)
        case "DELAY":
            let delay = module.memory.settings.receiveDelay.milliseconds
            module.answer("+DELAY: RX1, \(delay)", "+DELAY: RX2, \(delay + 1_000)")
        case "LW": stack(line, words, module)
        case "RTC": module.answer("+RTC: \(time(module))")
        case "JOIN": join(words, module)
        case "MSGHEX", "CMSGHEX": send(line, name, words, module)
        case "RESET":
            module.answer("+RESET: OK")
            module.later(.milliseconds(50)) { $0.restart() }
        default: module.refuse(line, "+\(name): ERROR(-10)")
        }
    }

    private func option(_ name: String, _ words: [String], _ module: ATModuleSimulator) {
        if let value = words.first {
            module.set(name, value)
            module.saves += 1
        }
        module.answer("+\(name): \(module.option(name) ?? "")")
    }

    private func identify(_ line: String, _ words: [String], _ module: ATModuleSimulator) {
        let settings = module.flash.settings
        if words.count == 2 {
            guard let number = UInt64(words[1], radix: 16) else { return module.refuse(line, "+ID: ERROR(-1)") }
            if words[0] == "DevEui" { module.flash.settings.devEUI = number }
            if words[0] == "AppEui" { module.flash.settings.joinEUI = number }
            (module.memory.settings.devEUI, module.memory.settings.joinEUI) = (
                module.flash.settings.devEUI, module.flash.settings.joinEUI
            )
            module.saves += 1
            return module.answer("+ID: \(words[0]), \(colons(number, digits: 16))")
        }
        module.answer(
            "+ID: DevAddr, \(colons(UInt64(module.memory.settings.devAddr), digits: 8))",
            "+ID: DevEui, \(colons(settings.devEUI ?? 0x2CF7_F120_0000_0001, digits: 16))",
            "+ID: AppEui, \(colons(settings.joinEUI ?? 0x8000_0000_0000_0006, digits: 16))")
    }

    private func key(_ line: String, _ words: [String], _ module: ATModuleSimulator) {
        guard words.count == 2, words[0] == "APPKEY", let key = try? AES128Key(hex: words[1]) else {
            return module.refuse(line, "+KEY: ERROR(-1)")
        }
        (module.flash.settings.appKey, module.memory.settings.appKey) = (key, key)
        module.saves += 1
        module.answer("+KEY: APPKEY \(words[1])")
    }

    private func dataRate(_ line: String, _ words: [String], _ module: ATModuleSimulator) {
        guard let word = words.first else {
            let rate = module.memory.settings.dataRate
            let modulation = module.flash.settings.plan.modulation(rate) ?? (12, 125_000)
            return module.answer(
                "+DR: DR\(rate)",
                "+DR: \(module.option("SCHEME") ?? "") DR\(rate)  SF\(modulation.factor) BW\(modulation.bandwidth / 1_000)K "
            )
        }
        if word == "SCHEME" { return module.answer("+DR: \(module.option("SCHEME") ?? "")") }
        if let rate = Int(word.hasPrefix("DR") ? String(word.dropFirst(2)) : word) {
            guard module.flash.settings.plan.modulation(rate) != nil else {
                return module.refuse(line, "+DR: ERROR(-1)")
            }
            module.memory.settings.dataRate = rate
            return module.answer("+DR: DR\(rate)")
        }
        guard ["EU868", "US915", "AU915"].contains(word) else { return module.refuse(line, "+DR: ERROR(-1)") }
        // Channels, data rate and windows are the band's again.
        let fresh = ModuleSettings(module.flash.settings.plan)
        module.memory.settings.channels = fresh.channels
        module.memory.settings.dataRate = fresh.plan.narrowRates.lowerBound
        module.set("SCHEME", word)
        module.saves += 1
        module.answer("+DR: \(word)")
    }

    private func channels(_ line: String, _ words: [String], _ module: ATModuleSimulator) {
        guard words.first == "NUM" else { return module.refuse(line, "+CH: ERROR(-1)") }
        var on: Set<Int> = []
        for word in words.dropFirst() {
            let ends = word.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else {
                return module.refuse(line, "+CH: ERROR(-1)")
            }
            on.formUnion(first...last)
        }
        for index in module.memory.settings.channels.indices {
            module.memory.settings.channels[index].isOn = on.contains(index)
        }
        module.answer("+CH: \(words.joined(separator: ", "))")
    }

    private func stack(_ line: String, _ words: [String], _ module: ATModuleSimulator) {
        switch words.first {
        case "ULDL":
            module.answer("+LW: ULDL, \(module.memory.settings.nextUplink), \(module.memory.settings.nextDownlink)")
        case "LEN": module.answer("+LW: LEN, \(module.room)")
        case "DC", "JDC":
            let name = words[0]
            if words.count > 1 { module.set(name, words[1]) }
            module.answer("+LW: \(name), \(module.option(name) ?? "")" + (name == "DC" ? ", 0" : ""))
        case "LCR":
            module.memory.answers.append(0x02)
            module.answer("+LW: LCR")
        case "DTR":
            module.memory.answers.append(0x0D)
            module.answer("+LW: DTR")
        default: module.refuse(line, "+LW: ERROR(-1)")
        }
    }

    private func join(_ words: [String], _ module: ATModuleSimulator) {
        guard module.option("MODE") == "LWOTAA" else { return module.answer("+JOIN: Not in OTAA mode") }
        if module.memory.isJoined, words.first != "FORCE" { return module.answer("+JOIN: Joined already") }
        if let obstacle = module.beginJoin() { return module.answer("+JOIN: \(self.words(of: obstacle))") }
        module.answer("+JOIN: Start", "+JOIN: NORMAL")
    }

    private func send(_ line: String, _ name: String, _ words: [String], _ module: ATModuleSimulator) {
        guard module.option("MODE") == "LWOTAA" else { return module.refuse(line, "+\(name): ERROR(-12)") }
        guard let payload = [UInt8](hex: words.first ?? ""), line.utf8.count <= 528 else {
            return module.refuse(line, "+\(name): ERROR(-1)")
        }
        let port = words.isEmpty ? nil : UInt8(module.option("PORT") ?? "")
        let isConfirmed = name == "CMSGHEX"
        if module.takeFault(.refusedButSent) {
            _ = module.beginUplink(isConfirmed: isConfirmed, port: port, payload: payload, isRefused: true)
            return module.refuse(line, "+\(name): ERROR(-1)")
        }
        if let obstacle = module.beginUplink(isConfirmed: isConfirmed, port: port, payload: payload) {
            return module.answer("+\(name): \(self.words(of: obstacle))")
        }
        module.answer("+\(name): Start")
        if isConfirmed { module.answer("+\(name): Wait ACK") }
    }

    private func words(of obstacle: ATObstacle) -> String {
        switch obstacle {
        case .busy: "LoRaWAN modem is busy"
        case .notJoined: "Please join network first"
        case .noKeys: "No free channel"
        case .wait(let span): "No band in \(span)ms"
        case .tooLong(let room): "Length error \(room)"
        }
    }

    func tell(_ outcome: ATOutcome, _ module: ATModuleSimulator) {
        switch outcome.work.kind {
        case .join:
            guard outcome.hasJoined else { return module.tell(["+JOIN: Join failed"], last: "+JOIN: Done") }
            let address = colons(UInt64(module.memory.settings.devAddr), digits: 8)
            // What ends a join for whoever waits for it is this line.
            module.tell([], last: "+JOIN: Network joined")
            module.tell(["+JOIN: NetID 000013 DevAddr \(address)", "+JOIN: Done"], last: nil)
        case .uplink(let isConfirmed):
            guard !outcome.work.isOwn, !outcome.work.isRefused else { return }
            let name = isConfirmed ? "CMSGHEX" : "MSGHEX"
            module.tell(lines(of: outcome).map { "+\(name): \($0)" }, last: "+\(name): Done")
        }
    }

    private func lines(of outcome: ATOutcome) -> [String] {
        guard let downlink = outcome.downlink else { return [] }
        var lines: [String] = []
        if downlink.acknowledges { lines.append("ACK Received") }
        if downlink.isPending { lines.append("FPENDING") }
        if let check = outcome.linkCheck { lines.append("Link \(check.margin), \(check.gateways)") }
        if let port = downlink.port { lines.append("PORT: \(port); RX: \"\(downlink.payload.hex.uppercased())\"") }
        return lines + ["RXWIN\(outcome.window), RSSI -43, SNR 10.0"]
    }

    private func time(_ module: ATModuleSimulator) -> String {
        guard let clock = module.memory.clock else { return "2020-01-01 00:00:07.123" }
        let now = clock.utc + (module.world.now - clock.at)
        return "\(now)".replacing("T", with: " ").filter { $0 != "Z" } + ".000"
    }

    /// "FC:00:AC:0B"
    private func colons(_ number: UInt64, digits: Int) -> String {
        let hex = String(number, radix: 16, uppercase: true)
        let padded = Array(String(repeating: "0", count: max(0, digits - hex.count)) + hex)
        return stride(from: 0, to: digits, by: 2).map { String(padded[$0..<($0 + 2)]) }.joined(separator: ":")
    }
}
