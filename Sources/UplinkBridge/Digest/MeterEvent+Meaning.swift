import BridgeStore
import HardwareInterfaces
import Logging
import SmartMeter
import Timekeeping
import UplinkPayload

extension MeterEvent {
    /// - Parameter number: which of the meters of the configuration, from 0.
    func meaning(ofMeter number: Int) -> EventMeaning<MeterRecord> {
        func line(_ level: Logger.Level, _ text: String, _ repetition: LogLine.Repetition = .each) -> LogLine {
            LogLine(level, repetition) { "meter \($0.name(ofMeter: number)): \(text)" }
        }
        func warning(_ text: String, about key: String) -> LogLine {
            line(.warning, text, .bounded("\(number) \(key)"))
        }

        switch self {
        case .opened: return EventMeaning(line(.info, "line opened")).recorded { record, _ in record.line = .open }
        case .failed(let error, let retryAt):
            return EventMeaning(
                LogLine(.warning, .bounded("\(number) \(error.reason)")) {
                    "meter \($0.name(ofMeter: number)): \(error); next attempt in \($0.wait(until: retryAt))"
                }, trouble: .meterLine
            ).recorded { record, now in
                record.line = .lost
                record.trouble = (error.description, now)
            }
        case .noise(let edges):
            return EventMeaning(
                warning(
                    "\(edges) edges within a second are no pulses, so the input is left alone for a while. Is it wired? "
                        + "Pulled up or down ([[pulse]] pull)?", about: "noise"), trouble: .meterLine
            ).recorded { $0.trouble = ("\(edges) edges within a second are no pulses", $1) }
        case .settingsFound(let settings): return EventMeaning(line(.notice, "the line is \(settings)"))
        case .ended: return EventMeaning(line(.info, "end of the file")).recorded { record, _ in record.line = .ended }
        case .unusable(let reason):
            return EventMeaning(line(.error, reason), trouble: .meterLine).recorded { record, now in
                record.line = .unusable
                record.trouble = (reason, now)
            }
        case .silent(let span):
            return EventMeaning(
                line(
                    .warning, "no telegram for \(span). Is the cable in, the request line powered, the key right?"),
                trouble: .meterSilent
            ).counted { $0.silentMeters.insert(number) }.recorded { record, _ in record.isSilent = true }
        case .returned(let span):
            return EventMeaning(line(.notice, "telegrams come again, after \(span)"))
                .counted { $0.silentMeters.remove(number) }.recorded { record, _ in record.isSilent = false }
        case .storeFailed(let error):
            return EventMeaning(warning("\(error)", about: "store"), storeTrouble: error.description)
                .recorded { $0.trouble = (error.description, $1) }
        case .clock(let fault?):
            return EventMeaning(
                warning("its clock is \(fault.rawValue); the system's is used where it is set", about: "clock"),
                trouble: fault == .absent ? nil : .meterClock
            ).recorded { record, _ in record.clockFault = fault.rawValue }
        case .clock(nil):
            return EventMeaning(line(.notice, "its clock is right again"))
                .recorded { record, _ in record.clockFault = nil }
        case .problem(let problem) where problem.isEndOfTelegramBefore:
            return EventMeaning(
                line(.info, "joined in the middle of a telegram: its last \(problem.length) bytes are left out")
            ).recorded { record, _ in record.problems[problem.reason.kind, default: 0] += 1 }
        case .problem(let problem):
            return EventMeaning(
                warning("\(problem)", about: problem.reason.kind), trouble: problem.reason.trouble
            ).counted { if problem.reason.isOfTelegram { $0.refusedTelegrams += 1 } }.recorded { record, now in
                record.problems[problem.reason.kind, default: 0] += 1
                if problem.reason.isOfTelegram { record.refusedInARow += 1 }
                record.trouble = (problem.description, now)
            }
        case .telegram(let telegram): return Self.meaning(of: telegram, ofMeter: number)
        }
    }

    private static func meaning(of telegram: Telegram, ofMeter number: Int) -> EventMeaning<MeterRecord> {
        func identifier() -> String { telegram.meterIdentifier ?? telegram.identification }
        func line(_ level: Logger.Level, _ repetition: LogLine.Repetition, _ text: @escaping () -> String) -> LogLine {
            LogLine(level, repetition) { "meter \($0.name(ofMeter: number)): \(text())" }
        }
        let first = "telegram of \(number)"
        let unusual = telegram.notes.map { note in line(.notice, .once("\(number) \(note)")) { "\(note)" } }
        return EventMeaning(
            lines: unusual + [
                line(.info, .once(first)) { "first telegram, from \(identifier()), \(telegram.objects.count) objects" },
                line(.debug, .again(first)) { "telegram, \(telegram.objects.count) objects" },
            ]
        ).counted { $0.telegrams += 1 }.recorded { record, now in
            record.telegrams += 1
            record.refusedInARow = 0
            record.lastTelegram = now
            record.identifier = identifier()
        }
    }
}
