import Ciphers
import LoRaWAN
import Timekeeping

/// "AT+NAME=value" and a status, or an event that begins with "+EVT:".
extension RAK3172Dialect {
    func reports(_ line: String, answering command: ATCommand?) -> [ATReport] {
        if line.hasPrefix("+EVT:") { return event(line.dropFirst(5)) }
        if line.hasPrefix("AT+"), let sign = line.firstIndex(of: "=") {
            let name = line[line.index(line.startIndex, offsetBy: 3)..<sign]
            let value = line[line.index(after: sign)...]
            // An answer that belongs to no question is of one that was given up.
            guard let command, command.name == name else { return [] }
            return facts(String(name), value) + [.value(value.uppercased())]
        }
        return status(line, command)
    }

    private func status(_ line: String, _ command: ATCommand?) -> [ATReport] {
        switch line {
        case "OK": return [.done]
        case "AT_BUSY_ERROR": return [.busy]
        case "AT_NO_NETWORK_JOINED": return [.notJoined]
        case "AT_MODE_NO_SUPPORT": return [.wrongMode]
        case "AT_ERROR", "AT_PARAM_ERROR", "AT_COMMAND_NOT_FOUND", "AT_TEST_PARAM_OVERFLOW", "AT_NO_CLASSB_ENABLE",
            "AT_RX_ERROR", "AT_UNSUPPORTED_BAND":
            return [.refused(line)]
        default: break
        }
        if line.hasPrefix("Restricted_Wait_") {
            return [.wait(line.split(separator: "_").compactMap { Int64($0) }.first.map { .milliseconds($0) })]
        }
        return line.hasPrefix("Current Work Mode") ? [.restarted] : []
    }

    private func event(_ words: Substring) -> [ATReport] {
        let parts = words.split(separator: ":", omittingEmptySubsequences: false)
        switch parts[0] {
        case "JOINED": return [.joined]
        case "TX_DONE": return [.sent]
        case "SEND_CONFIRMED_OK": return [.acknowledged]
        case "LINKCHECK":
            guard parts.count >= 4, parts[1] == "0", let margin = Int(parts[2]), let gateways = Int(parts[3]) else {
                return []
            }
            return [.linkCheck(margin: margin, gateways: gateways)] + signal(parts.dropFirst(4))
        case "TIMEREQ_OK": return [.timeAnswered]
        case "RX_1", "RX_2", "RX_C": return received(parts)
        default: break
        }
        // Older firmware has a blank, and no number behind it.
        if words.hasPrefix("JOIN_FAILED") || words.hasPrefix("JOIN FAILED") { return [.joinFailed] }
        return words.hasPrefix("SEND_CONFIRMED_FAILED") || words.hasPrefix("SEND CONFIRMED FAILED")
            ? [.notAcknowledged] : []
    }

    /// "RX_1:-28:8:UNICAST:2:00000710"
    private func received(_ parts: [Substring]) -> [ATReport] {
        guard parts.count == 6, let port = UInt8(parts[4]), let payload = [UInt8](hex: parts[5]) else { return [] }
        return signal(parts[1...2]) + [.received(port: port, payload: payload)]
    }

    /// dBm, then whole decibels.
    private func signal(_ parts: ArraySlice<Substring>) -> [ATReport] {
        guard parts.count == 2, let rssi = parts.first.flatMap({ Int($0) }),
            let ratio = parts.last.flatMap({ Int($0) }),
            abs(ratio) < 100
        else { return [] }
        return [.signal(ModuleSignal(rssi: rssi, snrQuarters: ratio * 4))]
    }

    private func facts(_ name: String, _ value: Substring) -> [ATReport] {
        let fact: ATFact? =
            switch name {
            case "VER": ATVersion(value).map { .version($0) }
            case "NWM": value == "0" ? .mode(.peerToPeer) : nil
            case "NJM": .mode(value == "1" ? .overTheAir : .personalized)
            case "DEVEUI": UInt64(value, radix: 16).map { .devEUI($0) }
            case "APPEUI": UInt64(value, radix: 16).map { .joinEUI($0) }
            case "APPKEY": [UInt8](hex: value).map { .appKey($0) }
            case "BAND": .band(String(value))
            case "DEVADDR": UInt32(value, radix: 16).map { .devAddr($0) }
            case "NJS": .isJoined(value == "1")
            case "DCS": .dutyCycle(value == "1")
            case "DR": UInt8(value).flatMap { $0 < 16 ? .dataRate($0) : nil }
            case "RX1DL": Int64(value).map { .receiveDelay(.seconds(max(1, min($0, 15)))) }
            case "LTIME": time(value).map { .time($0) }
            default: nil
            }
        return fact.map { [.fact($0)] } ?? []
    }

    /// "15h08m55s on 08/17/2026": UTC, the month first.
    private func time(_ value: Substring) -> UTCInstant? {
        let numbers = value.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        return UTCInstant(
            year: numbers[5], month: numbers[3], day: numbers[4], hour: numbers[0], minute: numbers[1],
            second: numbers[2])
    }
}
