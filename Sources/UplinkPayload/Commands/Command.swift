public import MeterValues

/// What a downlink can ask of the bridge. Reports are counted from 1, as the configuration file's errors do; meters from 0,
/// as in frames.
public enum Command: Hashable, Sendable {
    /// Send a report of the configuration now; all of them when nil.
    case sendNow(report: Int?)
    /// Switch a report on or off and set how often it is due, in steps of 10 s; nil leaves that as it is.
    case setReport(Int, isOn: Bool, period: Int?)
    /// Set an alarm limit, in its steps; nil switches it off.
    case setLimit(AlarmLimit, meter: Int, value: Int?)
    /// Send so many quarter-hours again, from the one that begins at `first`.
    case sendIntervals(report: Int, meter: Int, first: QuarterHour, count: Int)
    /// Send all pages of the status.
    case sendStatus
    /// Leave the session and join anew.
    case rejoin
    /// Set the uplink air-time of 24 hours, in tenths of a second; nil leaves only the law.
    case setAirTime(Int?)
    /// The server has quarter-hours up to `newest`: 24 bits, the highest for the hour that ends there, each further one for the
    /// hour before, set where all four are known.
    case acknowledgeIntervals(report: Int, meter: Int, newest: QuarterHour, hours: Int)

    var kind: CommandKind {
        switch self {
        case .sendNow: .sendNow
        case .setReport: .setReport
        case .setLimit: .setLimit
        case .sendIntervals: .sendIntervals
        case .sendStatus: .sendStatus
        case .rejoin: .rejoin
        case .setAirTime: .setAirTime
        case .acknowledgeIntervals: .acknowledgeIntervals
        }
    }

    /// The numbers on the wire, one for each argument of the kind; each within its bits.
    var codes: [UInt64] {
        let numbers: [Int?] =
            switch self {
            case .sendNow(let report): [report ?? 0]
            case .setReport(let report, let isOn, let period): [isOn ? 1 : 0, report, period]
            case .setLimit(let limit, let meter, let value): [meter, Int(limit.rawValue), value]
            case .sendIntervals(let report, let meter, let first, let count):
                [report, meter, Int(first.number), count]
            case .sendStatus, .rejoin: []
            case .setAirTime(let tenths): [tenths]
            case .acknowledgeIntervals(let report, let meter, let newest, let hours):
                [report, meter, Int(newest.number), hours]
            }
        return zip(kind.arguments, numbers).map { argument, number in
            guard let number else { return argument.absent }
            let wanted = UInt64(max(0, number))
            return min(max(wanted, argument.range.lowerBound), argument.range.upperBound)
        }
    }

    /// - Parameter codes: one for each argument of the kind; nil when one of them is not in its table or range.
    init?(_ kind: CommandKind, codes: [UInt64]) {
        let arguments = kind.arguments
        guard codes.count == arguments.count else { return nil }
        var numbers: [Int?] = []
        for (argument, code) in zip(arguments, codes) {
            if argument.range.contains(code) {
                numbers.append(Int(code))
            } else if code == argument.absent, argument.meaning == .steps || argument.meaning == .limitValue {
                numbers.append(nil)
            } else {
                return nil
            }
        }
        switch (kind, numbers.count) {
        case (.sendNow, 1): self = .sendNow(report: numbers[0] == 0 ? nil : numbers[0])
        case (.setReport, 3):
            guard let isOn = numbers[0], let report = numbers[1] else { return nil }
            self = .setReport(report, isOn: isOn == 1, period: numbers[2])
        case (.setLimit, 3):
            guard let meter = numbers[0], let limit = numbers[1].flatMap({ AlarmLimit(rawValue: UInt8($0)) })
            else { return nil }
            self = .setLimit(limit, meter: meter, value: numbers[2])
        case (.sendIntervals, 4):
            guard let report = numbers[0], let meter = numbers[1], let first = numbers[2], let count = numbers[3]
            else { return nil }
            self = .sendIntervals(
                report: report, meter: meter, first: QuarterHour(number: Int64(first)), count: count)
        case (.sendStatus, 0): self = .sendStatus
        case (.rejoin, 0): self = .rejoin
        case (.setAirTime, 1): self = .setAirTime(numbers[0])
        case (.acknowledgeIntervals, 4):
            guard let report = numbers[0], let meter = numbers[1], let newest = numbers[2], let hours = numbers[3]
            else { return nil }
            self = .acknowledgeIntervals(
                report: report, meter: meter, newest: QuarterHour(number: Int64(newest)), hours: hours)
        default: return nil
        }
    }
}
