import BridgeStore
import LoRaWAN
import Timekeeping
import UplinkBridge
import UplinkPayload

/// What `airtime` prints.
struct AirTimeText {
    let table: AirTimeTable
    /// Bytes, ascending.
    let payloads: [Int]
    let spent: SpentAirTime?

    static let periods = [15, 30, 60, 120]

    var text: String {
        var lines = ["\(table.region.name), \(dailyAirTime)", ""]
        lines += columns([["", "", "bytes", "at most, on the air"]] + table.rows.map(rateCells))
        for payload in payloads {
            lines += ["", "\(payload) bytes: how often at most, evenly spread"]
            let head = ["", "ms"] + table.shares.map(\.name) + ["purse"]
            lines += columns([head] + table.rows.map { frequencyCells($0, payload) })
        }
        if table.dailyAirTime != nil {
            lines += ["", "The longest payload that the purse bears, in bytes"]
            let head = ["every"] + Self.periods.map { "\($0) min" }
            lines += columns(
                [head]
                    + table.rows.map { row in
                        ["\(row.dataRate)"]
                            + Self.periods.map { period in
                                table.largestPayload(row, every: .minutes(Int64(period))).map(String.init) ?? "-"
                            }
                    })
        }
        lines += ["", "The staircase: the longest payload of each air-time, bytes:ms"]
        for row in table.rows { lines += wrapped("\(row.dataRate)", row.steps.map(stepText)) }
        return (lines + spentLines).joined(separator: "\n") + "\n"
    }

    private var dailyAirTime: String {
        table.dailyAirTime.map { "a purse of \($0) in 24 h" } ?? "no purse, the law alone"
    }

    private func rateCells(_ row: AirTimeTable.Row) -> [String] {
        let dwell = row.largestInDwell.map {
            $0 == 0 ? ", not with 400 ms dwell time" : ", \($0) with 400 ms dwell time"
        }
        let most = row.steps.last.map { "\(milliseconds($0.airTime)) ms" } ?? ""
        return ["\(row.dataRate)", "\(row.modulation)", "\(row.largestPayload)", most + (dwell ?? "")]
    }

    private func stepText(_ step: AirTimeTable.Step) -> String { "\(step.lastPayload):\(milliseconds(step.airTime))" }

    private func frequencyCells(_ row: AirTimeTable.Row, _ payload: Int) -> [String] {
        guard let airTime = row.airTime(of: payload) else { return ["\(row.dataRate)", "too long"] }
        let law = table.shares.map { share in
            AirTimeTable.hourlyCount(of: airTime, in: share.band).map { interval($0, in: .hours(1)) } ?? "no limit"
        }
        let dailyAirTime = table.dailyCount(of: airTime).map { interval($0, in: .hours(24)) } ?? "no limit"
        return ["\(row.dataRate)", milliseconds(airTime)] + law + [dailyAirTime]
    }

    /// "every 12 min 30 s", rounded up to the second, from an hour on to the minute.
    private func interval(_ count: Int64, in span: TimeSpan) -> String {
        guard count > 0 else { return "never" }
        let interval = span / count
        return "every \(interval.roundedUp(to: interval < .hours(1) ? .seconds(1) : .minutes(1)))"
    }

    private var spentLines: [String] {
        guard let spent else { return [] }
        var lines = ["", spent.isOfThisBoot ? "Spent so far" : "Spent at the last transmission, before this start"]
        var cells = spent.lastHour.map { entry in
            ["last hour, \(entry.band.name)", "\(milliseconds(entry.spent)) ms", "of \(entry.band.hourlyLimit)"]
        }
        if let day = spent.lastDay {
            cells.append([
                "last 24 h, fair use", "\(milliseconds(day)) ms", table.dailyAirTime.map { "of \($0)" } ?? "",
            ])
        }
        lines += columns(cells)
        return lines
    }

    private func milliseconds(_ span: TimeSpan) -> String {
        let tenths = (span.microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func columns(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count + 2)
            }
            return "  " + cells.joined()
        }
    }

    private func wrapped(_ head: String, _ words: [String]) -> [String] {
        var lines: [String] = []
        var line = "  \(head) "
        for word in words {
            if line.count + word.count > 100 {
                lines.append(line)
                line = "      "
            }
            line += " " + word
        }
        return lines + [line]
    }
}

extension AirTimeText {
    /// One object; times are whole microseconds.
    var json: String {
        var members: [JSONValue.Member] = [
            .init("region", .string(table.region.name)), .init("purse_us", number(table.dailyAirTime)),
            .init("data_rates", .array(table.rows.map(rate))),
        ]
        if let spent {
            let bands = spent.lastHour.map { entry -> JSONValue in
                [
                    "sub_band": .string(entry.band.name), "spent_us": number(entry.spent),
                    "limit_us": number(entry.band.hourlyLimit),
                ]
            }
            members.append(
                .init(
                    "spent",
                    [
                        "this_boot": .flag(spent.isOfThisBoot), "last_hour": .array(bands),
                        "last_day_us": number(spent.lastDay),
                    ]))
        }
        return JSONValue.object(members).text
    }

    private func rate(_ row: AirTimeTable.Row) -> JSONValue {
        let fair = Self.periods.map { period -> JSONValue in
            let bytes = table.largestPayload(row, every: .minutes(Int64(period)))
            return ["every_min": .number("\(period)"), "bytes": JSONValue(bytes)]
        }
        return [
            "data_rate": .number("\(row.dataRate.index)"), "modulation": .string("\(row.modulation)"),
            "largest_payload": .number("\(row.largestPayload)"), "largest_in_dwell": JSONValue(row.largestInDwell),
            "steps": .array(
                row.steps.map { ["bytes": .number("\($0.lastPayload)"), "airtime_us": number($0.airTime)] }),
            "payloads": .array(payloads.compactMap { self.payload($0, row) }), "purse_largest": .array(fair),
        ]
    }

    private func payload(_ bytes: Int, _ row: AirTimeTable.Row) -> JSONValue? {
        guard let airTime = row.airTime(of: bytes) else { return nil }
        let law = table.region.subBands.map { band -> JSONValue in
            [
                "sub_band": .string(band.name),
                "per_hour": JSONValue(AirTimeTable.hourlyCount(of: airTime, in: band)),
            ]
        }
        return [
            "bytes": .number("\(bytes)"), "airtime_us": number(airTime), "law": .array(law),
            "purse_per_day": JSONValue(table.dailyCount(of: airTime)),
        ]
    }

    private func number(_ span: TimeSpan?) -> JSONValue { JSONValue(span?.microseconds) }
}
