import BridgeStore
import Ciphers
import HardwareInterfaces
import LoRaWAN
import Logging
import RadioDrivers
import Timekeeping
import UplinkPayload

extension LinkEvent {
    var meaning: EventMeaning<LinkRecord> {
        switch self {
        case .radioStarted(let firmware):
            return Self.line(.info, "radio ready\(firmware.map { ", \($0)" } ?? "")").recorded { record, _ in
                record.isRadioUp = true
                record.firmware = firmware
            }
        case .radioFailed(let error, let retryAt):
            return EventMeaning(
                LogLine(.warning, .bounded(error.message)) {
                    "radio: \(error); next attempt in \($0.wait(until: retryAt))"
                }, trouble: .radio
            ).counted { $0.radioRestarts += 1 }.recorded { record, now in
                record.isRadioUp = false
                record.radioTrouble = (error.message, now)
            }
        case .resumed(let address): return Self.line(.info, "session \(address) goes on, no join needed")
        case .transmitting(let transmission): return Self.meaning(of: transmission)
        case .joined(let address):
            return Self.line(.info, "joined, address \(address)").counted { $0.joins += 1 }
                .recorded { record, _ in record.sent?.result = "answered" }
        case .joinFailed(let next, let refused): return Self.joinFailed(next: next, refused: refused)
        case .uplinkDone(let result): return Self.meaning(of: result)
        case .downlink(let downlink): return Self.meaning(of: downlink)
        case .waiting(let until, let reason):
            // Pauses of seconds are the everyday rhythm of a radio that shares its band.
            let line = LogLine({ $0.span(until: until) > .seconds(30) ? .info : .debug }) {
                "the next frame waits \($0.span(until: until)): \(reason.explanation)"
            }
            return EventMeaning(line).recorded { record, _ in record.waiting = (until, reason.explanation) }
        case .networkTime(let utc): return Self.line(.info, "the network says that it is \(utc)")
        case .radiating(let carrier):
            let place = "\(Double(carrier.frequency) / 1e6) MHz, \(carrier.power) dBm"
            return Self.line(.notice, "a test bench has ordered a carrier of \(carrier.duration) on \(place)")
                .recorded { record, _ in record.airTime += carrier.duration }
        case .unsupported(let order, let reason):
            return Self.line(.warning, "\(order) was ordered and is not sent: \(reason)")
        case .discarded(let reason): return Self.meaning(of: reason)
        case .recordDamaged, .storeFailed, .storedInSafetyFile, .sendingOnReserve, .safetyFileFailed, .storeRecovered,
            .restoredFromSafetyFile:
            return storeMeaning
        }
    }

    private static func line(_ level: Logger.Level, _ text: String) -> EventMeaning<LinkRecord> {
        EventMeaning(LogLine(level) { _ in text })
    }

    private static func meaning(of transmission: LinkTransmission) -> EventMeaning<LinkRecord> {
        let parts = [
            transmission.bytes.map { "\($0) bytes" }, transmission.modulation?.description,
            transmission.frequency.map { "\(Double($0) / 1e6) MHz" }, transmission.power.map { "\($0) dBm" },
            "\(transmission.airTime) on air",
        ]
        return EventMeaning(
            LogLine(.info) { _ in "sending \(parts.compactMap { $0 }.joined(separator: ", "))" },
            airTime: transmission.airTime
        ).recorded { record, now in
            record.frames += 1
            record.airTime += transmission.airTime
            record.waiting = nil
            record.sent = LinkRecord.Sent(
                at: now, subject: record.underWay, bytes: transmission.bytes,
                modulation: transmission.modulation?.description, frequency: transmission.frequency,
                power: transmission.power)
        }
    }

    private static func joinFailed(next: MonotonicInstant?, refused: JoinNonce?) -> EventMeaning<LinkRecord> {
        let line = LogLine(.warning) { words in
            let then = next.map { "next attempt in \(words.wait(until: $0))" } ?? "all nonces are used up"
            guard let refused else {
                return "no answer to the join-request, \(then). Is the device registered, is a gateway in reach?"
            }
            return """
                the server answered with JoinNonce \(refused.rawValue), which it has used before: was it set up anew? It \
                counts on with each join-request, \(then)
                """
        }
        return EventMeaning(line, trouble: .join).recorded { record, _ in
            record.joinFailures += 1
            record.sent?.result = refused == nil ? "unanswered" : "refused"
        }
    }

    private static func meaning(of result: UplinkResult) -> EventMeaning<LinkRecord> {
        let line: LogLine
        var failure: String?
        switch result {
        case .acknowledged: line = LogLine(.info) { _ in "the network has it" }
        case .sent: line = LogLine(.debug) { _ in "sent" }
        case .notAcknowledged: line = LogLine(.warning) { _ in "no acknowledgement came" }
        case .failed(let reason):
            line = LogLine(.warning) { _ in "the uplink failed: \(reason)" }
            failure = reason
        }
        return EventMeaning(line, trouble: failure == nil ? nil : .radio).counted { [failure] in
            if failure == nil { $0.uplinks += 1 }
        }.recorded { [failure] record, now in
            record.sent?.result = result.name
            record.underWay = nil
            record.results[result.name, default: 0] += 1
            if let failure { record.radioTrouble = (failure, now) }
        }
    }

    private static func meaning(of downlink: LinkDownlink) -> EventMeaning<LinkRecord> {
        line(.info, "downlink on port \(downlink.port), \(downlink.payload.count) bytes: \(downlink.payload.hex)")
            .counted { $0.downlinks += 1 }
            .recorded { record, now in
                record.received = LinkRecord.Received(
                    at: now, port: Int(downlink.port), bytes: downlink.payload.count, rssi: downlink.rssi,
                    snrQuarters: downlink.snrQuarters)
            }
    }

    private static func meaning(of reason: DiscardReason) -> EventMeaning<LinkRecord> {
        let line =
            if case .unsupportedSettings = reason {
                // The join never succeeds until a person changes that.
                LogLine(.warning, .bounded("unsupported settings")) { _ in "\(reason)" }
            } else {
                LogLine(.debug) { _ in "a frame was passed over: \(reason)" }
            }
        return EventMeaning(line).recorded { record, _ in record.discarded += 1 }
    }
}

extension LinkEvent {
    private var storeMeaning: EventMeaning<LinkRecord> {
        func warning(_ key: String, _ error: StoreError, _ text: String) -> EventMeaning<LinkRecord> {
            EventMeaning(LogLine(.warning, .bounded(key)) { _ in "\(error). \(text)" }, storeTrouble: error.description)
        }
        switch self {
        case .storeFailed(let error): return warning("store", error, "Nothing is sent while nothing can be stored")
        case .storedInSafetyFile(let error):
            return warning("safety file", error, "The safety file takes its place: sending goes on")
        case .sendingOnReserve(let error, let left):
            return warning("reserve", error, "Sending goes on with what was set aside: \(left) uplinks at most")
        case .safetyFileFailed(let error): return warning("safety", error, "The state file is stored all the same")
        case .recordDamaged(let reason):
            let text = "the stored session is damaged: \(reason)"
            return EventMeaning(LogLine(.error) { _ in text }, storeTrouble: text)
        case .storeRecovered: return Self.line(.notice, "the state is stored again")
        case .restoredFromSafetyFile:
            return Self.line(
                .warning, "the session is restored from the safety file, and some frame counters are passed over")
        default: return EventMeaning()
        }
    }
}

extension UplinkResult {
    /// One word, as the status and the metrics call it.
    fileprivate var name: String {
        switch self {
        case .acknowledged: "acknowledged"
        case .sent: "sent"
        case .notAcknowledged: "unacknowledged"
        case .failed: "failed"
        }
    }
}
