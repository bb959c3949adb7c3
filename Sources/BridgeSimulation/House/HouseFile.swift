import MeterValues
package import Timekeeping
import UplinkPayload

/// The quarter-hours of a house, from rows of `time,import_kwh,export_kwh`: when each began, in ISO 8601, and what it took
/// and fed in.
package struct HouseFile {
    package struct Failure: Error, CustomStringConvertible {
        let line: Int
        let reason: String
        package var description: String { "line \(line): \(reason)" }
    }

    package let start: UTCInstant
    package let quarters: [RecordedHouse.Quarter]

    package init(text: String) throws(Failure) {
        var quarters: [RecordedHouse.Quarter] = []
        var start: UTCInstant?
        for (index, row) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let cells = row.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ";" }.map {
                String($0).trimmed
            }
            if cells == [""] || (quarters.isEmpty && cells.first == "time") { continue }
            guard cells.count == 3 else {
                throw Failure(line: index + 1, reason: "\"\(row)\" must be time,import_kwh,export_kwh")
            }
            guard let time = UTCInstant(rowOf: cells[0]), QuarterHour(atOrBefore: time).time == time else {
                throw Failure(
                    line: index + 1,
                    reason: "\"\(cells[0])\" must be the beginning of a quarter-hour, as 2026-06-19T00:15:00Z")
            }
            guard (1_577_836_800..<3_155_760_000).contains(time.secondsSince1970) else {
                throw Failure(line: index + 1, reason: "\(time): a report can tell the years 2020 to 2079")
            }
            let first = start ?? time
            start = first
            let expected = first + QuarterHour.length * Int64(quarters.count)
            guard time == expected else {
                throw Failure(line: index + 1, reason: "\(time) stands where \(expected) must follow")
            }
            quarters.append(
                RecordedHouse.Quarter(
                    imported: try Self.wattHours(cells[1], line: index + 1),
                    exported: try Self.wattHours(cells[2], line: index + 1)))
        }
        guard let start else { throw Failure(line: 1, reason: "there is no quarter-hour in this file") }
        self.start = start
        self.quarters = quarters
    }

    private static func wattHours(_ text: String, line: Int) throws(Failure) -> Int64 {
        guard let number = FixedPoint(text),
            let value = Quantity(
                coefficient: number.coefficient, decimals: UInt8(clamping: number.decimals), unit: .kilowattHour
            ).coefficient(in: .wattHour, decimals: 0, rounding: true), (0...1_000_000).contains(value)
        else { throw Failure(line: line, reason: "\"\(text)\" must be a number of kWh from 0 to 1000, as 0.123") }
        return value
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == " " || $0 == "\"" }.reversed())
    }
}

extension UTCInstant {
    /// "2026-06-19T00:15", with or without seconds, with Z, +02:00 or nothing (UTC) behind it.
    fileprivate init?(rowOf text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            return Int(String(decoding: bytes[range], as: UTF8.self))
        }
        // Far from the ends of the time scale, so that no offset leads beyond them.
        guard let year = number(0..<4), (2_000...2_199).contains(year), let month = number(5..<7),
            let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16),
            var time = UTCInstant(year: year, month: month, day: day, hour: hour, minute: minute)
        else { return nil }
        var rest = String(decoding: bytes[16...], as: UTF8.self)
        if rest.hasPrefix(":00") { rest.removeFirst(3) }
        if rest.count == 6, let sign = rest.first, sign == "+" || sign == "-" {
            guard let hours = number(bytes.count - 5..<bytes.count - 3), (0...14).contains(hours),
                let minutes = number(bytes.count - 2..<bytes.count), (0...59).contains(minutes)
            else { return nil }
            let span = TimeSpan.minutes(Int64(hours * 60 + minutes))
            time = sign == "+" ? time - span : time + span
        } else if rest != "" && rest != "Z" {
            return nil
        }
        self = time
    }
}
