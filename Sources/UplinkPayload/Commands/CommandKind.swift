/// The commands of downlinks: the one table from which both ends and the JavaScript codec take names, numbers and bits.
enum CommandKind: UInt8, CaseIterable, Sendable {
    case sendNow = 1
    case setReport = 2
    case setLimit = 3
    case sendIntervals = 4
    case sendStatus = 5
    case rejoin = 6
    case setAirTime = 7
    case acknowledgeIntervals = 8

    /// The most bytes of arguments that three bits of length allow.
    static let longest = 7
    /// Steps in which the period of a report is sent, in seconds.
    static let period = Resolution(step: 10, decimals: 0) ?? .one

    var name: String {
        switch self {
        case .sendNow: "send_now"
        case .setReport: "set_report"
        case .setLimit: "set_limit"
        case .sendIntervals: "send_intervals"
        case .sendStatus: "send_status"
        case .rejoin: "rejoin"
        case .setAirTime: "set_airtime"
        case .acknowledgeIntervals: "acknowledge_intervals"
        }
    }

    /// Together a whole number of bytes, at most 7.
    var arguments: [CommandArgument] {
        switch self {
        case .sendNow: [CommandArgument("report", 8, omitted: 0)]
        case .setReport:
            [
                CommandArgument("on", 1, .flag), CommandArgument("report", 7, least: 1),
                CommandArgument("every_s", 16, .steps, resolution: Self.period, least: 1, omitted: 0xFFFF),
            ]
        case .setLimit:
            [
                CommandArgument("meter", 4, .meter), CommandArgument("limit", 4, .limit),
                CommandArgument("value", 16, .limitValue),
            ]
        case .sendIntervals:
            [
                CommandArgument("report", 7, least: 1), CommandArgument("meter", 4, .meter),
                CommandArgument("from", 21, .quarterHour), CommandArgument("count", 16, least: 1),
            ]
        case .sendStatus, .rejoin: []
        case .setAirTime: [CommandArgument("daily_s", 16, .steps, resolution: .tenth, least: 1)]
        case .acknowledgeIntervals:
            [
                CommandArgument("report", 7, least: 1), CommandArgument("meter", 4, .meter),
                CommandArgument("newest", 21, .quarterHour), CommandArgument("hours", 24),
            ]
        }
    }

    var byteCount: Int { arguments.reduce(0) { $0 + $1.width } / 8 }
}
