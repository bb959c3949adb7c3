import MeterValues
import Timekeeping

/// The contents of the vectors: values as they occur in a house, and at the ends of their ranges.
enum ExampleMessages {
    /// 2026-06-21T14:15:00Z.
    static let time = UTCInstant(secondsSince1970: 1_782_051_300)

    static let nothing = Reading(time: time, quantities: [:])

    /// - Parameter beyond: greater than the fields can hold.
    static func reading(for fields: [Field], beyond: Bool = false) -> Reading {
        var quantities: [OBISCode: Quantity] = [:]
        for (index, field) in fields.enumerated() {
            guard case .register(let code) = field.source else {
                quantities[.importedPower] = Quantity(coefficient: 412, decimals: 3, unit: .kilowatt)
                let exported: Int64 = beyond ? 9_000_000_000 : 2_733
                quantities[.exportedPower] = Quantity(coefficient: exported, decimals: 3, unit: .kilowatt)
                continue
            }
            let value = beyond ? field.maximum + field.resolution.step : usual(field, index)
            quantities[code] = Quantity(
                coefficient: value, decimals: UInt8(field.resolution.decimals), unit: field.unit)
        }
        return Reading(time: time, quantities: quantities)
    }

    /// In steps of the field's decimals, within its range.
    private static func usual(_ field: Field, _ index: Int) -> Int64 {
        let quantity =
            switch field.unit.dimension {
            case .activeEnergy: Quantity(coefficient: 12_345_678, decimals: 0, unit: .wattHour)
            case .activePower: Quantity(coefficient: 1_234, decimals: 0, unit: .watt)
            case .voltage: Quantity(coefficient: 2_314, decimals: 1, unit: .volt)
            case .current: Quantity(coefficient: 5, decimals: 0, unit: .ampere)
            case .volume: Quantity(coefficient: 2_810_345, decimals: 0, unit: .cubicDecimetre)
            default: Quantity(coefficient: 42, decimals: 0, unit: field.unit)
            }
        let value = quantity.coefficient(in: field.unit, decimals: field.resolution.decimals, rounding: true) ?? 0
        return min(max(value + Int64(index), field.minimum), field.maximum - field.resolution.step)
    }

    static var alarms: [(String, Alarm)] {
        [
            ("the supply came back after 42 minutes", Alarm(.outage, meter: 0, isActive: false, time: time, value: 42)),
            (
                "under-voltage on one phase",
                Alarm(.underVoltage, meter: 0, isActive: true, phases: .l2, time: time, value: 1_986, limit: 2_070)
            ),
            (
                "over-voltage on two phases",
                Alarm(
                    .overVoltage, meter: 0, isActive: true, phases: [.l1, .l3], time: time, value: 2_581, limit: 2_530)
            ),
            (
                "imported power above the limit",
                Alarm(.importPower, meter: 0, isActive: true, time: time, value: 1_142, limit: 925)
            ),
            (
                "exported power below the limit again",
                Alarm(.exportPower, meter: 0, isActive: false, time: time, value: 780, limit: 800)
            ),
            (
                "the meter is silent", Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5, limit: 5)
            ),
            (
                "the meter is back", Alarm(.silence, meter: 0, isActive: false, time: time, value: 37, limit: 5)
            ),
            ("the breaker opened", Alarm(.breaker, meter: 0, isActive: true, time: time, value: 0)),
            ("relay 1 closed", Alarm(.relay1, meter: 0, isActive: false, time: time, value: 1)),
            ("relay 2 opened", Alarm(.relay2, meter: 0, isActive: true, time: time, value: 0)),
        ]
    }

    static func pages(of schema: PayloadSchema) -> [(String, StatusPage)] {
        var health = BridgeHealth(version: .init(0, 1, 0))
        (health.uptimeMinutes, health.telegrams, health.uplinks, health.downlinks) = (10_080, 60_472, 671, 3)
        (health.joins, health.airTimeTenths) = (1, 287)
        var trouble = health
        (trouble.refusedTelegrams, trouble.radioRestarts, trouble.skippedReports) = (70_000, 2, 12)
        (trouble.silentMeters, trouble.trouble, trouble.troubleMinutes) = ([0], .meterSilent, 7)
        var settings = BridgeSettings(
            reports: schema.reports.map { _ in .init(seconds: 900) }, limits: [[.overVoltage: 2_530, .silence: 5]],
            dailyAirTime: 300)
        settings.remember(12)
        let tags = schema.layouts.map(\.tag) + schema.intervalLayouts.map(\.tag)
        let pages = StatusPage.settingsPages(
            settings, layouts: tags, largestPayload: ReadingsLayout.smallestLimit)
        let names = pages.enumerated().map { "the settings in force, page \($0.offset + 1)" }
        return [("a bridge in good health", .health(health)), ("a bridge in trouble", .health(trouble))]
            + zip(names, pages)
    }

    static var replies: [(String, Reply)] {
        [
            (
                "two commands accepted",
                Reply(
                    sequence: 12, answers: [.init(command: 2, result: .accepted), .init(command: 5, result: .accepted)])
            ),
            (
                "an air-time clamped to what is legal",
                Reply(sequence: 13, answers: [.init(command: 7, result: .clamped(.setAirTime(300)))])
            ),
            (
                "a report that is not there",
                Reply(sequence: 14, answers: [.init(command: 2, result: .refused(.noSuchReport))])
            ),
            (
                "a downlink that came twice",
                Reply(sequence: 14, answers: [.init(command: 0, result: .refused(.replayed))])
            ),
        ]
    }

    /// Of the configuration's first intervals report, where it has one.
    static func commands(of schema: PayloadSchema) -> [(String, Command)] {
        let intervals = (schema.reports.firstIndex { $0.kind == .intervals } ?? 0) + 1
        return
            [
                ("send all reports now", .sendNow(report: nil)), ("send the first report now", .sendNow(report: 1)),
                ("the first report each 30 minutes", .setReport(1, isOn: true, period: 180)),
                ("the second report off", .setReport(2, isOn: false, period: nil)),
                ("an alarm above 253 V", .setLimit(.overVoltage, meter: 0, value: 2_530)),
                ("no alarm about power", .setLimit(.importPower, meter: 0, value: nil)),
                (
                    "a day of quarter-hours again",
                    .sendIntervals(
                        report: intervals, meter: 0,
                        first: QuarterHour(number: QuarterHour(atOrBefore: time).number - 192),
                        count: 96)
                ),
                ("ask for the status", .sendStatus), ("join anew", .rejoin), ("20 s on air a day", .setAirTime(200)),
                ("no limit of air-time but the law", .setAirTime(nil)),
            ]
    }
}
