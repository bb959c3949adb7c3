import MeterValues
import Timekeeping

/// Why a command that a person wrote can't be made.
public struct CommandMistake: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// One sentence on what is wrong.
    public init(_ description: String) {
        self.description = description
    }
}

/// A command as a person writes it: its name, and its arguments as in the JSON of downlinks ("report", "1800").
public struct CommandRequest: Sendable {
    /// As a person writes it.
    public let name: String
    /// By their names.
    public private(set) var arguments: [(key: String, value: String)] = []

    /// A command by its name, without arguments yet.
    public init(_ name: String) {
        self.name = name
    }

    /// Commands of words: a name, and behind it `key=value` for each of its arguments; the next name begins the next one.
    public static func list(_ words: [String]) throws(CommandMistake) -> [CommandRequest] {
        var requests: [CommandRequest] = []
        for word in words {
            guard let sign = word.firstIndex(of: "=") else {
                requests.append(CommandRequest(word))
                continue
            }
            guard !requests.isEmpty else {
                throw CommandMistake("\"\(word)\" stands before the name of a command")
            }
            requests[requests.count - 1].arguments.append(
                (String(word[..<sign]), String(word[word.index(after: sign)...])))
        }
        return requests
    }

    /// - Parameter meters: their names, by their numbers in frames.
    public func command(meters: [String]) throws(CommandMistake) -> Command {
        guard let kind = CommandKind.allCases.first(where: { $0.name == name }) else {
            throw wrong("command", name, wanted: "one of \(CommandKind.allCases.map(\.name).joined(separator: ", "))")
        }
        let known = kind.arguments.map(\.key)
        for (index, argument) in arguments.enumerated() {
            guard known.contains(argument.key) else {
                let hint = known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))"
                throw CommandMistake("\(name): unknown argument \(argument.key), \(hint)")
            }
            guard !arguments[..<index].contains(where: { $0.key == argument.key }) else {
                throw CommandMistake("\(name): \(argument.key) is given twice")
            }
        }
        var limit = AlarmLimit.underVoltage
        var codes: [UInt64] = []
        for argument in kind.arguments {
            guard let text = arguments.first(where: { $0.key == argument.key })?.value else {
                guard let omitted = argument.omitted else {
                    throw CommandMistake("\(name): \(argument.key) is missing")
                }
                codes.append(omitted)
                continue
            }
            codes.append(try code(of: argument, text, meters, &limit))
        }
        guard let command = Command(kind, codes: codes) else {
            throw CommandMistake("\(name): an argument is outside of its range")
        }
        return command
    }

    private func code(
        of argument: CommandArgument, _ text: String, _ meters: [String], _ limit: inout AlarmLimit
    ) throws(CommandMistake) -> UInt64 {
        switch argument.meaning {
        case .flag:
            guard text == "true" || text == "false" else { throw wrong(argument.key, text, wanted: "true or false") }
            return text == "true" ? 1 : 0
        case .meter: return UInt64(try choice(argument.key, text, meters))
        case .limit:
            limit = AlarmLimit.allCases[try choice(argument.key, text, AlarmLimit.allCases.map(\.name))]
            return UInt64(limit.rawValue)
        case .quarterHour:
            guard let quarter = QuarterHour(text), (0...QuarterHour.last.number).contains(quarter.number) else {
                throw wrong(
                    argument.key, text,
                    wanted: "the beginning of a quarter-hour from 2020 to 2079, such as \"2026-11-23T06:15:00Z\"")
            }
            return UInt64(quarter.number)
        case .limitValue where text == "null", .steps where text == "null": return argument.absent
        case .limitValue: return try number(argument, text, limit.resolution)
        case .steps, .whole: return try number(argument, text, argument.resolution)
        }
    }

    private func choice(_ key: String, _ text: String, _ names: [String]) throws(CommandMistake) -> Int {
        if let index = names.firstIndex(of: text) { return index }
        throw wrong(key, text, wanted: "one of \(names.joined(separator: ", "))")
    }

    private func number(
        _ argument: CommandArgument, _ text: String, _ resolution: Resolution
    ) throws(CommandMistake) -> UInt64 {
        let value = FixedPoint(text).flatMap { number in
            Quantity(coefficient: number.coefficient, decimals: UInt8(number.decimals), unit: .none)
                .coefficient(in: .none, decimals: resolution.decimals)
        }
        if let value, value >= 0, value % resolution.step == 0, argument.range.contains(UInt64(value / resolution.step))
        {
            return UInt64(value / resolution.step)
        }
        func shown(_ code: UInt64) -> FixedPoint {
            FixedPoint(coefficient: Int64(code) * resolution.step, decimals: resolution.decimals)
        }
        let orNull = argument.meaning == .whole ? "" : ", or null"
        throw wrong(
            argument.key, text,
            wanted:
                "a number from \(shown(argument.range.lowerBound)) to \(shown(argument.range.upperBound)) in steps of "
                + "\(shown(1))\(orNull)")
    }

    private func wrong(_ key: String, _ text: String, wanted: String) -> CommandMistake {
        let place = key == "command" ? "" : "\(name): "
        return CommandMistake("\(place)\(key) is \"\(text)\", expected \(wanted)")
    }
}

extension QuarterHour {
    /// Reads "2026-11-23T06:15:00Z", as ``description`` writes it; nil for anything else.
    init?(_ text: String) {
        let digits = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
        guard digits.count == 6, text.utf8.count == 20, (2_020...2_079).contains(digits[0]) else { return nil }
        let day = CivilDate.daysSince1970(year: digits[0], month: digits[1], day: digits[2])
        let seconds = Int64(day) * 86_400 + Int64(digits[3] * 3_600 + digits[4] * 60 + digits[5])
        self.init(atOrBefore: UTCInstant(secondsSince1970: seconds))
        guard description == text else { return nil }
    }
}
