import BridgePlanning
import Ciphers
import HardwareInterfaces
import Logging
import Timekeeping
import UplinkPayload

extension UplinkEvent {
    var meaning: EventMeaning<LinkRecord> {
        switch self {
        case .decided(let decision):
            let left = decision.dailyAirTimeLeft.map { "; \($0) of the day's air-time are left" } ?? ""
            // Before it is handed over: the frame may go out at once.
            return EventMeaning(LogLine(.info) { "\($0.subject(decision.uplink)): \(decision.reason)\(left)" })
                .recorded { record, now in
                    record.underWay = LinkRecord.Subject(
                        kind: decision.uplink.kind, meter: decision.uplink.meter, at: now)
                }
        case .handedOver(let due, let payload):
            return EventMeaning(LogLine(.info) { "\($0.subject(due)): \(payload.count) bytes \(payload.hex)" })
        case .overtaken(let count):
            return EventMeaning(
                LogLine(.warning, .bounded("overtaken")) { _ in
                    "reports are due more often than they can be sent, \(count) were left out so far: see [[report]] every"
                }, trouble: .report
            ).counted { $0.skippedReports = count }
        case .paced(let due, let until):
            return EventMeaning(
                LogLine({ $0.span(until: until) > .seconds(30) ? .info : nil }) { words in
                    "\(due.map(words.subject) ?? "an answer"): waits \(words.span(until: until)), so that the network's "
                        + "daily air-time lasts for the day ([lorawan] daily_airtime)"
                })
        case .refused(let due, let reason):
            return EventMeaning(
                LogLine(.warning, .bounded("\(due.kind) refused")) { "\($0.subject(due)) can't be sent: \(reason)" },
                trouble: .report
            ).recorded { record, _ in
                record.underWay = nil
                record.refusedReports += 1
            }
        case .answerRefused(let reason):
            return EventMeaning(
                LogLine(.warning, .bounded("answer refused")) { _ in
                    "the network's commands can't be answered: \(reason)"
                }
            ).recorded { record, _ in record.refusedReports += 1 }
        case .answersWait:
            return EventMeaning(
                LogLine(.notice) { _ in
                    "the network asks for an answer in each downlink: they go with the reports now, and seldom by themselves"
                })
        case .contact(.heard): return EventMeaning(LogLine(.notice) { _ in "the network is heard again" })
        case .contact(.doubtful(let silence)), .contact(.lost(let silence)):
            return EventMeaning(LogLine(.warning) { _ in "\(silence)" })
        case .obeyed(let reply): return Self.meaning(of: reply)
        }
    }

    private static func meaning(of reply: Reply) -> EventMeaning<LinkRecord> {
        var isRefused = false
        let answers = reply.answers.map { answer in
            switch answer.result {
            case .accepted: return "accepted"
            case .clamped: return "clamped to what is allowed"
            case .refused(let reason):
                isRefused = true
                return "refused (\(reason.name))"
            }
        }
        return EventMeaning(
            LogLine(.notice) { _ in
                "commands of downlink \(reply.sequence): \(answers.joined(separator: ", "))"
            }, trouble: isRefused ? .downlink : nil)
    }
}
