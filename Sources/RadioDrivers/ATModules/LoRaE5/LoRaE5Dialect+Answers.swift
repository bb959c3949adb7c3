import Ciphers
import LoRaWAN
import Timekeeping

/// "+COMMAND: words": each line names the command that it answers.
extension LoRaE5Dialect {
    func reports(_ line: String, answering command: ATCommand?) -> [ATReport] {
        guard line.hasPrefix("+"), let colon = line.firstIndex(of: ":") else { return [] }
        let name = line[line.index(after: line.startIndex)..<colon]
        let words = line[line.index(after: colon)...].drop { $0 == " " }
        switch name {
        // It goes on to carry the command out all the same.
        case "INFO": return []
        // A module that slept has lost the command, but is awake.
        case "LOWPOWER": return command?.meaning == .attention ? [.done] : []
        case "MSG", "CMSG", "MSGHEX", "CMSGHEX": return air(words, answers: command?.meaning == .transmit)
        case "JOIN": return joining(words)
        default:
            let reports = facts(String(name), words)
            guard let command, name == command.name else { return reports }
            if let trouble = trouble(words) { return [trouble] }
            return reports + (ends(command, words) ? [.done] : [])
        }
    }

    /// "AT+ID" is answered with three lines.
    private func ends(_ command: ATCommand, _ words: Substring) -> Bool {
        command.text != "AT+ID" || words.hasPrefix("AppEui")
    }

    private func trouble(_ words: Substring) -> ATReport? {
        if words.hasPrefix("ERROR") { return .refused(String(words.prefix(20))) }
        switch words {
        case "LoRaWAN modem is busy": return .busy
        case "Please join network first": return .notJoined
        case "No free channel": return .wait(nil)
        case "Not in OTAA mode": return .wrongMode
        case "DR error": return .refused("DR error")
        default: break
        }
        if words.hasPrefix("No band in ") { return .wait(Self.numbers(words).first.map { .milliseconds($0) }) }
        if words.hasPrefix("Length error") { return .tooLong(Self.numbers(words).first.map { Int(clamping: $0) }) }
        return nil
    }

    private func joining(_ words: Substring) -> [ATReport] {
        if let trouble = trouble(words) { return [trouble] }
        switch words {
        case "Start", "NORMAL": return [.done]
        case "Network joined": return [.joined]
        case "Joined already": return [.stillJoined]
        case "Join failed": return [.joinFailed]
        default: break
        }
        guard words.hasPrefix("NetID"), let address = words.split(separator: " ").last.flatMap({ Self.number($0) })
        else {
            return []
        }
        return [.fact(.devAddr(UInt32(truncatingIfNeeded: address)))]
    }

    /// - Parameter answers: a command of ours is answered; else it is class C, or the end of what was given up.
    private func air(_ words: Substring, answers: Bool) -> [ATReport] {
        if answers, let trouble = trouble(words) { return [trouble] }
        switch words {
        case "Start" where answers: return [.done]
        case "Done": return answers ? [.sent] : []
        case "ACK Received": return [.acknowledged]
        default: break
        }
        if words.hasPrefix("PORT:") { return received(words) }
        if words.hasPrefix("Link ") {
            let numbers = Self.numbers(words)
            guard numbers.count == 2 else { return [] }
            return [.linkCheck(margin: Int(clamping: numbers[0]), gateways: Int(clamping: numbers[1]))]
        }
        guard words.hasPrefix("RXWIN") else { return [] }
        let parts = words.split(separator: ",").map { $0.split(separator: " ") }
        guard parts.count == 3, let rssi = parts[1].last.flatMap({ Int($0) }),
            let ratio = parts[2].last.flatMap({ Double($0) }), abs(ratio) < 100
        else { return [] }
        return [.signal(ModuleSignal(rssi: rssi, snrQuarters: Int((ratio * 4).rounded())))]
    }

    /// `PORT: 15; RX: "48656C6C6F"`; older firmware has blanks between the bytes.
    private func received(_ words: Substring) -> [ATReport] {
        let parts = words.split(separator: ";")
        guard parts.count == 2, let port = parts[0].split(separator: " ").last.flatMap({ UInt8($0) }),
            let begin = parts[1].firstIndex(of: "\""),
            let bytes = [UInt8](hex: parts[1][begin...].filter { $0 != "\"" && $0 != " " })
        else { return [] }
        return [.received(port: port, payload: bytes)]
    }

    private func facts(_ name: String, _ words: Substring) -> [ATReport] {
        let parts = words.split(separator: ",").map { $0.drop { $0 == " " } }
        switch name {
        case "VER": return fact(ATVersion(words)) { .version($0) }
        case "MODE": return fact(Self.modes[String(words)]) { .mode($0) }
        case "ID" where parts.count == 2: return identity(parts)
        case "LW": return stack(parts)
        case "DELAY" where parts.count == 2 && parts[0] == "RX1":
            return fact(Int64(parts[1])) { .receiveDelay(.milliseconds(max(0, min($0, 65_535)))) }
        case "RTC": return fact(Self.time(words)) { .time($0) }
        case "DR":
            let first = words.prefix { $0 != " " }
            if first.hasPrefix("DR"), let index = UInt8(first.dropFirst(2)), index < 16 {
                return [.fact(.dataRate(index))]
            }
            return Region.all.contains { $0.name == first } ? [.fact(.band(String(first)))] : []
        default: return []
        }
    }

    private static let modes: [String: ATMode] = [
        "LWOTAA": .overTheAir, "LWABP": .personalized, "TEST": .peerToPeer,
    ]

    private func identity(_ parts: [Substring]) -> [ATReport] {
        fact(Self.number(parts[1])) {
            switch parts[0] {
            case "DevAddr": .devAddr(UInt32(truncatingIfNeeded: $0))
            case "DevEui": .devEUI($0)
            case "AppEui": .joinEUI($0)
            default: nil
            }
        }
    }

    private func stack(_ parts: [Substring]) -> [ATReport] {
        guard parts.count > 1 else { return [] }
        switch parts[0] {
        case "DC": return [.fact(.dutyCycle(parts[1] == "ON"))]
        case "JDC": return [.fact(.joinDutyCycle(parts[1] == "ON"))]
        case "LEN": return fact(Int(parts[1])) { .room($0) }
        case "ULDL":
            guard parts.count == 3, let up = UInt32(parts[1]), let down = UInt32(parts[2]) else { return [] }
            return [.fact(.counters(up: up, down: down))]
        default: return []
        }
    }

    private func fact<Value>(_ value: Value?, _ make: (Value) -> ATFact?) -> [ATReport] {
        value.flatMap { make($0) }.map { [.fact($0)] } ?? []
    }

    /// "FC:00:AC:0B"
    private static func number(_ text: Substring) -> UInt64? { UInt64(text.filter { $0 != ":" }, radix: 16) }

    /// All whole numbers in a text.
    private static func numbers(_ words: Substring) -> [Int64] {
        words.split { !$0.isNumber && $0 != "-" }.compactMap { Int64($0) }
    }

    /// "2026-04-30 12:30:49.465"
    private static func time(_ words: Substring) -> UTCInstant? {
        let numbers = words.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count >= 6 else { return nil }
        let whole = UTCInstant(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
            second: numbers[5])
        return whole.map { $0 + .milliseconds(numbers.count > 6 ? Int64(numbers[6] % 1_000) : 0) }
    }
}
