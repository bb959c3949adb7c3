import BridgeConfiguration
import BridgePlanning
import BridgeStore
import MeterValues
import Timekeeping
import UplinkPayload

/// What a page shows beside the status.
struct PageFacts {
    private let commons: BridgeCommons

    init(_ commons: BridgeCommons) { self.commons = commons }

    private func name(ofMeter number: Int?) -> JSONValue {
        let names = commons.configuration.meterNames
        return JSONValue(number.flatMap { names.indices.contains($0) ? names[$0] : nil })
    }

    // MARK: At hand

    func quick() -> [JSONValue.Member] {
        let recent = commons.recent
        let alarms = recent.alarms.reversed().map { alarm, time -> JSONValue in
            [
                "time": .number("\(time.milliseconds)"), "meter": name(ofMeter: alarm.meter),
                "kind": .string(alarm.kind.name),
                "active": .flag(alarm.isActive),
            ]
        }
        let lines = recent.lines.reversed().map { line -> JSONValue in
            ["time": .number("\(line.time.milliseconds)"), "level": .string(line.level), "text": .string(line.text)]
        }
        return [
            .init("power", .array(power)), .init("alarms", .array(alarms)), .init("log", .array(lines)),
        ]
    }

    private var power: [JSONValue] {
        commons.configuration.meterNames.indices.compactMap { number in
            let samples = commons.recent.power(ofMeter: number)
            guard !samples.isEmpty else { return nil }
            let list = samples.map { JSONValue.array([.number("\($0.time.milliseconds)"), .number("\($0.watts)")]) }
            return ["meter": name(ofMeter: number), "samples": .array(list)]
        }
    }

    // MARK: What costs a look at the store, and the plan

    func slow(_ basis: DayAhead.Basis?, at now: MonotonicInstant, utc: UTCInstant) -> [JSONValue.Member] {
        [
            .init("quarters", .array(quarters(basis, utc))),
            .init("plan", basis.map { plan(DayAhead($0, at: now, utc: utc)) } ?? .null),
        ]
    }

    private func plan(_ day: DayAhead) -> JSONValue {
        let entries = day.entries.map { entry -> JSONValue in
            [
                "report": .string("\(entry.uplink.kind)"), "meter": name(ofMeter: entry.uplink.meter),
                "count": .number("\(entry.count)"), "next_s": JSONValue(entry.next?.seconds),
                "air_time_s": .number(thousandths(entry.airTime.milliseconds)),
                "wait_s": .number("\(entry.longestWait.seconds)"),
            ]
        }
        return ["entries": .array(entries), "cut": .flag(day.isCut)]
    }

    private static let shown = TimeSpan.hours(72)

    private func quarters(_ basis: DayAhead.Basis?, _ utc: UTCInstant) -> [JSONValue] {
        commons.configuration.reports.enumerated().flatMap { number, report -> [JSONValue] in
            guard let layout = report.intervals else { return [] }
            return report.meters.flatMap { meter -> [JSONValue] in
                let uplink = DueUplink(.intervals(layout), meter: meter, report: number)
                return layout.fields.compactMap { quarters(of: $0, uplink, meter, basis, utc) }
            }
        }
    }

    private func quarters(
        of field: Field, _ uplink: DueUplink, _ meter: Int, _ basis: DayAhead.Basis?, _ utc: UTCInstant
    ) -> JSONValue? {
        guard case .register(let code) = field.source, let newest = commons.latestReadings.storedBoundary(meter: meter),
            commons.configuration.meterNames.indices.contains(meter)
        else { return nil }
        let first = QuarterHour(atOrBefore: utc - Self.shown)
        guard newest >= first else { return nil }
        let name = commons.configuration.meterNames[meter]
        let entries = (try? commons.store.intervals(ofMeter: name, code: code, in: first...newest)) ?? []
        let steps = zip(entries, entries.dropFirst()).filter {
            $1.boundary.number == $0.boundary.number + 1 && $0.series == $1.series
        }
        let deliveries = basis?.planner.delivery(of: uplink, newest: newest, at: steps.map(\.1.boundary))
        let states = Dictionary((deliveries ?? []).map { ($0.end, $0.delivery.rawValue) }) { one, _ in one }
        let list = steps.map { older, newer in
            JSONValue.array([
                .number("\(newer.boundary.time.milliseconds)"), .number(thousandths(newer.value - older.value)),
                JSONValue(states[newer.boundary]),
            ])
        }
        return [
            "meter": .string(name), "name": .string(field.name), "unit": .string(Self.unit(of: field)),
            "from": .number("\(first.time.milliseconds)"),
            "to": .number("\(QuarterHour(atOrBefore: utc).next.time.milliseconds)"),
            "known": .number("\(QuarterHour(atOrBefore: utc).time.milliseconds)"), "steps": .array(list),
        ]
    }

    /// Registers are kept in the thousandth of these.
    private static func unit(of field: Field) -> String {
        switch RegisterScale.unit(of: field.unit.dimension) {
        case .wattHour?: "kWh"
        case .varHour?: "kvarh"
        case .voltAmpereHour?: "kVAh"
        case .cubicDecimetre?: "m3"
        default: "GJ"
        }
    }

    private func thousandths(_ number: Int64) -> String {
        let rest = "\(abs(number) % 1_000)"
        return (number < 0 ? "-" : "") + "\(abs(number) / 1_000)." + String(repeating: "0", count: 3 - rest.count)
            + rest
    }
}
