import HardwareSimulators
import MeterValues
import Timekeeping

@testable import UplinkPayload

/// Messages of every kind with random contents, within and beyond their ranges.
enum RandomMessages {
    static let meters = ["main", "heat pump"]

    static func bytes(_ count: ClosedRange<Int>, using random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: count, using: &random)).map { _ in .random(in: 0...255, using: &random) }
    }

    static func schema(reports: Int, using random: inout SeededRandom) throws -> PayloadSchema {
        let reports = try (0..<reports).map { report in
            ReportContent.readings(
                try (0..<Int.random(in: 1...12, using: &random)).map { index in
                    try field("f\(report)_\(index)", OBISCode(1, 0, UInt8(index), 7, 0), using: &random)
                })
        }
        let intervals = ReportContent.intervals(try ["1-0:1.8.0", "1-0:2.8.0"].map { try FieldRequest($0).field() })
        return try PayloadSchema(meters: meters, reports: reports + [intervals], largestPayload: 51)
    }

    private static func field(
        _ name: String, _ code: OBISCode, using random: inout SeededRandom
    ) throws -> Field {
        let minimum = Bool.random(using: &random) ? 0 : Int64.random(in: -100_000_000...0, using: &random)
        let resolution = Resolution(
            step: [1, 1, 1, 2, 5, 25].randomElement(using: &random) ?? 1,
            decimals: Int.random(in: 0...6, using: &random))
        let span = (1 << Int64.random(in: 1...45, using: &random)) + Int64.random(in: 0...9, using: &random)
        return try Field(
            source: .register(code), name: name, unit: .volt, resolution: resolution ?? .one, minimum: minimum,
            maximum: minimum + span)
    }

    static func uplink(
        _ number: Int, _ schema: PayloadSchema, using random: inout SeededRandom
    ) -> JavaScriptEngine.Uplink {
        switch number % 5 {
        case 4: intervals(schema, using: &random)
        case 0: readings(schema.layouts[number / 5 % schema.layouts.count], schema, using: &random)
        case 1: .init(bytes: alarm(using: &random).encode(), port: 3)
        case 2: .init(bytes: page(using: &random).encode(), port: 4)
        default: .init(bytes: reply(using: &random).encode(largestPayload: 51)[0], port: 5)
        }
    }

    static func intervals(_ schema: PayloadSchema, using random: inout SeededRandom) -> JavaScriptEngine.Uplink {
        let layout = schema.intervalLayouts[0]
        let history = IntervalHistory.random(
            of: layout.fields, boundaries: .random(in: 1...100, using: &random), using: &random)
        let limit = Int.random(in: 20...51, using: &random)
        return .init(bytes: layout.encode(history, meter: 0, limit: limit)?.bytes ?? [layout.tag], port: 2)
    }

    static func readings(
        _ layout: ReadingsLayout, _ schema: PayloadSchema, using random: inout SeededRandom
    ) -> JavaScriptEngine.Uplink {
        let meter = Int.random(in: schema.meters.indices, using: &random)
        return .init(bytes: layout.encode(reading(for: layout, using: &random), meter: meter), port: 1)
    }

    /// Values in and beyond the range, and now and then none.
    static func reading(for layout: ReadingsLayout, using random: inout SeededRandom) -> Reading {
        var quantities: [OBISCode: Quantity] = [:]
        for field in layout.fields where Int.random(in: 0..<8, using: &random) > 0 {
            guard case .register(let code) = field.source else { continue }
            let span = field.maximum - field.minimum
            let value = Int64.random(in: field.minimum - span / 16 - 1...field.maximum + span / 16 + 1, using: &random)
            quantities[code] = Quantity(coefficient: value, decimals: UInt8(field.resolution.decimals), unit: .volt)
        }
        return Reading(time: UTCInstant(secondsSince1970: 0), quantities: quantities)
    }

    static func alarm(using random: inout SeededRandom) -> Alarm {
        Alarm(
            Alarm.Kind.allCases.randomElement(using: &random) ?? .outage, meter: .random(in: 0...1, using: &random),
            isActive: .random(using: &random), phases: Alarm.Phases(rawValue: .random(in: 0...7, using: &random)),
            time: maybe(
                UTCInstant(secondsSince1970: .random(in: 1_577_836_800...5_872_804_096, using: &random)), &random),
            value: maybe(.random(in: 0...70_000, using: &random), &random),
            limit: maybe(.random(in: 0...70_000, using: &random), &random))
    }

    static func page(using random: inout SeededRandom) -> StatusPage {
        switch Int.random(in: 0...3, using: &random) {
        case 0: return .health(health(using: &random))
        case 1:
            let settings = settings(using: &random)
            let first = Int.random(in: 0...settings.reports.count, using: &random)
            return .settings(settings, reports: first..<settings.reports.count)
        case 2: return .layouts(bytes(0...50, using: &random))
        default:
            let settings = settings(using: &random)
            return .limits(settings.limits[0], meter: .random(in: 0...1, using: &random))
        }
    }

    private static func health(using random: inout SeededRandom) -> BridgeHealth {
        func counter() -> Int { Int.random(in: 0...1 << Int.random(in: 0...26, using: &random), using: &random) }
        var health = BridgeHealth(
            version: .init(.random(in: 0...255, using: &random), 2, .random(in: 0...255, using: &random)))
        (health.uptimeMinutes, health.telegrams, health.refusedTelegrams) = (counter(), counter(), counter())
        (health.uplinks, health.downlinks, health.joins) = (counter(), counter(), counter())
        (health.radioRestarts, health.skippedReports, health.airTimeTenths) = (counter(), counter(), counter())
        health.silentMeters = Set((0...1).filter { _ in Bool.random(using: &random) })
        health.trouble = Trouble.allCases.randomElement(using: &random) ?? .none
        health.troubleMinutes = maybe(counter(), &random)
        return health
    }

    private static func settings(using random: inout SeededRandom) -> BridgeSettings {
        let reports = (0..<Int.random(in: 0...20, using: &random)).map { _ in
            BridgeSettings.Report(isOn: .random(using: &random), period: .random(in: 1...0xFFFE, using: &random))
        }
        var limits: [AlarmLimit: Int] = [:]
        for limit in AlarmLimit.allCases where Bool.random(using: &random) {
            limits[limit] = Int.random(in: limit.range, using: &random)
        }
        var settings = BridgeSettings(
            reports: reports, limits: [limits], dailyAirTime: maybe(.random(in: 1...70_000, using: &random), &random))
        for _ in 0..<Int.random(in: 0...70, using: &random) {
            settings.remember(.random(in: 0...4_095, using: &random))
        }
        return settings
    }

    static func reply(using random: inout SeededRandom) -> Reply {
        let answers = (0..<Int.random(in: 0...12, using: &random)).map { _ -> Reply.Answer in
            let command = command(using: &random)
            let number = command.kind.rawValue
            switch Int.random(in: 0...2, using: &random) {
            case 0: return .init(command: number, result: .accepted)
            case 1: return .init(command: number, result: .clamped(command))
            default:
                let reason = Refusal.allCases.randomElement(using: &random) ?? .busy
                return .init(command: .random(in: 0...31, using: &random), result: .refused(reason))
            }
        }
        return Reply(sequence: .random(in: 0...4_095, using: &random), answers: answers)
    }

    static func command(using random: inout SeededRandom) -> Command {
        let report = Int.random(in: 1...127, using: &random)
        let meter = Int.random(in: 0...1, using: &random)
        let steps = maybe(Int.random(in: 1...0xFFFE, using: &random), &random)
        switch CommandKind.allCases.randomElement(using: &random) ?? .rejoin {
        case .sendNow: return .sendNow(report: maybe(report, &random))
        case .setReport: return .setReport(report, isOn: .random(using: &random), period: steps)
        case .setLimit:
            return .setLimit(AlarmLimit.allCases.randomElement(using: &random) ?? .silence, meter: meter, value: steps)
        case .sendIntervals:
            let first = QuarterHour(number: .random(in: 0..<1 << 21, using: &random))
            return .sendIntervals(
                report: report, meter: meter, first: first, count: .random(in: 1...65_535, using: &random))
        case .sendStatus: return .sendStatus
        case .rejoin: return .rejoin
        case .setAirTime: return .setAirTime(steps)
        case .acknowledgeIntervals:
            return .acknowledgeIntervals(
                report: report, meter: meter, newest: QuarterHour(number: .random(in: 0..<1 << 21, using: &random)),
                hours: .random(in: 0..<1 << 24, using: &random))
        }
    }

    private static func maybe<Value>(_ value: Value, _ random: inout SeededRandom) -> Value? {
        Int.random(in: 0..<8, using: &random) == 0 ? nil : value
    }
}
