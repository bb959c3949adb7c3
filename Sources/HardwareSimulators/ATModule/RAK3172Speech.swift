import Ciphers
import Timekeeping

/// A RAK3172 with RUI3 4.2.0.
package struct RAK3172Speech: ATStory {
    /// "RUI_4.2.0_RAK3172-E"
    let version: String

    package init(version: String = "RUI_4.2.0_RAK3172-E") {
        self.version = version
    }

    package let baudRate = 115_200
    package let factoryOptions = [
        "NWM": "1", "NJM": "1", "CLASS": "A", "BAND": "4", "ADR": "1", "TXP": "0", "CFM": "0", "DCS": "1",
        "MASK": "0000", "RETY": "0",
    ]
    let drawsNonces = false

    /// Of RUI_4.2.1 (forum.rakwireless.com 16327).
    package func banner(_ module: ATModuleSimulator) -> [String] {
        [
            "RAKwireless RAK3172-E", "", "Version: \(version)",
            "Current Work Mode: LoRa\(isLoRaWAN(module) ? "WAN" : " P2P").",
        ]
    }

    package func tellLineEndLost(_ module: ATModuleSimulator) {}
    package func leaveLoRaWAN(_ module: ATModuleSimulator) {
        module.set("NWM", "0")
        module.memory.isJoined = false
    }

    private func isLoRaWAN(_ module: ATModuleSimulator) -> Bool { module.option("NWM") == "1" }
    func keepsDutyCycle(_ module: ATModuleSimulator) -> Bool { module.option("DCS") == "1" }
    func hasADR(_ module: ATModuleSimulator) -> Bool { module.option("ADR") == "1" }
    func power(_ module: ATModuleSimulator) -> Int { 16 - 2 * (Int(module.option("TXP") ?? "") ?? 0) - 2 }

    package func execute(_ line: String, _ module: ATModuleSimulator) {
        switch line.uppercased() {
        case "AT": return module.answer("OK")
        case "ATZ": return module.restart()
        default: break
        }
        guard line.uppercased().hasPrefix("AT+"), let sign = line.firstIndex(of: "=") else {
            return module.refuse(line, "AT_COMMAND_NOT_FOUND")
        }
        let name = line[..<sign].dropFirst(3).uppercased()
        let value = String(line[line.index(after: sign)...])
        if !isLoRaWAN(module), !["NWM", "VER"].contains(name) { return module.refuse(line, "AT_MODE_NO_SUPPORT") }
        if value == "?" { return ask(line, name, module) }
        switch name {
        case "JOIN": join(module)
        case "SEND": send(line, value, module)
        case "LINKCHECK": question(0x02, module)
        case "TIMEREQ": question(0x0D, module)
        case "NWM":
            module.set(name, value)
            module.answer("OK")
            module.later(.milliseconds(50)) { $0.restart() }
        default: set(line, name, value, module)
        }
    }

    private func question(_ command: UInt8, _ module: ATModuleSimulator) {
        module.memory.answers.append(command)
        module.answer("OK")
    }

    private func ask(_ line: String, _ name: String, _ module: ATModuleSimulator) {
        guard let value = value(of: name, module) else { return module.refuse(line, "AT_COMMAND_NOT_FOUND") }
        module.answer("AT+\(name)=\(value)", "OK")
    }

    private func value(of name: String, _ module: ATModuleSimulator) -> String? {
        let settings = module.memory.settings
        switch name {
        case "VER": return version
        case "DEVEUI": return hex(module.flash.settings.devEUI ?? 0xAC1F_09FF_FE00_0001, digits: 16)
        case "APPEUI": return hex(module.flash.settings.joinEUI ?? 0xAC1F_09FF_F915_3172, digits: 16)
        case "APPKEY": return (module.flash.settings.appKey?.bytes ?? [UInt8](repeating: 0, count: 16)).hex.uppercased()
        case "DEVADDR": return hex(UInt64(settings.devAddr), digits: 8)
        case "NJS": return module.isJoined ? "1" : "0"
        case "DR": return "\(settings.dataRate)"
        case "RX1DL": return "\(settings.receiveDelay.milliseconds / 1_000)"
        case "LTIME": return time(module)
        default: return module.option(name)
        }
    }

    private func set(_ line: String, _ name: String, _ value: String, _ module: ATModuleSimulator) {
        switch name {
        case "DEVEUI", "APPEUI":
            guard value.count == 16, let number = UInt64(value, radix: 16) else {
                return module.refuse(line, "AT_PARAM_ERROR")
            }
            if name == "DEVEUI" {
                module.flash.settings.devEUI = number
            } else {
                module.flash.settings.joinEUI = number
            }
        case "APPKEY":
            guard let key = try? AES128Key(hex: value) else { return module.refuse(line, "AT_PARAM_ERROR") }
            module.flash.settings.appKey = key
        case "DR":
            guard let rate = Int(value), module.flash.settings.plan.modulation(rate) != nil else {
                return module.refuse(line, "AT_PARAM_ERROR")
            }
            (module.memory.settings.dataRate, module.flash.settings.dataRate) = (rate, rate)
        case "MASK": setMask(value, module)
        default:
            guard module.option(name) != nil else { return module.refuse(line, "AT_COMMAND_NOT_FOUND") }
            // A change of the way of joining clears the MAC's data.
            if name == "NJM", module.option(name) != value { module.memory.isJoined = false }
            module.set(name, value)
        }
        let known = module.flash.settings
        module.memory.settings.devEUI = known.devEUI
        (module.memory.settings.joinEUI, module.memory.settings.appKey) = (known.joinEUI, known.appKey)
        module.saves += 1
        module.answer("OK")
    }

    private func setMask(_ value: String, _ module: ATModuleSimulator) {
        module.set("MASK", value)
        let bits = UInt16(value, radix: 16) ?? 0
        for index in module.memory.settings.channels.indices where module.flash.settings.plan.isFixed {
            let group = index < 64 ? index / 8 : index - 64
            module.memory.settings.channels[index].isOn = bits >> UInt16(group) & 1 == 1
        }
    }

    private func join(_ module: ATModuleSimulator) {
        if let obstacle = module.beginJoin() { return refuse(obstacle, module) }
        module.answer("OK")
    }

    private func send(_ line: String, _ value: String, _ module: ATModuleSimulator) {
        let parts = value.split(separator: ":")
        guard parts.count == 2, let port = UInt8(parts[0]), (1...223).contains(port),
            let payload = [UInt8](hex: parts[1])
        else { return module.refuse(line, "AT_PARAM_ERROR") }
        let isConfirmed = module.option("CFM") == "1"
        if module.takeFault(.refusedButSent) { return refuseAndSend(line, module) }
        guard let obstacle = module.beginUplink(isConfirmed: isConfirmed, port: port, payload: payload) else {
            return module.answer("OK")
        }
        if case .tooLong = obstacle { return refuseAndSend(line, module) }
        refuse(obstacle, module)
    }

    /// An empty frame goes out for the MAC's answers, and is told of.
    private func refuseAndSend(_ line: String, _ module: ATModuleSimulator) {
        module.refuse(line, "AT_PARAM_ERROR")
        _ = module.beginUplink(isConfirmed: false, port: nil, payload: [], isOwn: true)
    }

    private func refuse(_ obstacle: ATObstacle, _ module: ATModuleSimulator) {
        switch obstacle {
        case .busy: module.answer("AT_BUSY_ERROR")
        case .notJoined: module.answer("AT_NO_NETWORK_JOINED")
        case .noKeys, .tooLong: module.answer("AT_ERROR")
        case .wait(let span): module.answer("Restricted_Wait_\(span)_ms", "AT_BUSY_ERROR")
        }
    }

    func tell(_ outcome: ATOutcome, _ module: ATModuleSimulator) {
        guard case .uplink(let isConfirmed) = outcome.work.kind else {
            return module.tell([], last: outcome.hasJoined ? "+EVT:JOINED" : "+EVT:JOIN_FAILED_RX_TIMEOUT")
        }
        var last = "+EVT:TX_DONE"
        if isConfirmed {
            last = outcome.downlink?.acknowledges == true ? "+EVT:SEND_CONFIRMED_OK" : "+EVT:SEND_CONFIRMED_FAILED(4)"
        }
        module.tell([], last: last)
        // The confirm comes before the indication.
        var lines: [String] = []
        if let downlink = outcome.downlink, let port = downlink.port {
            lines.append("+EVT:RX_\(outcome.window):-43:10:UNICAST:\(port):\(downlink.payload.hex)")
        }
        if let check = outcome.linkCheck { lines.append("+EVT:LINKCHECK:0:\(check.margin):\(check.gateways):-43:10") }
        if outcome.hasTime { lines.append("+EVT:TIMEREQ_OK") }
        module.tell(lines, last: nil)
    }

    private func time(_ module: ATModuleSimulator) -> String {
        guard let clock = module.memory.clock else { return "00h00m07s on 01/06/1980" }
        let now = clock.utc + (module.world.now - clock.at)
        let seconds = now.secondsSince1970
        let date = CivilDate(daysSince1970: Int(seconds / 86_400))
        let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
        return
            "\(two(hour))h\(two(minute))m\(two(second))s on \(two(Int64(date.month)))/\(two(Int64(date.day)))/\(date.year)"
    }

    private func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func hex(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
