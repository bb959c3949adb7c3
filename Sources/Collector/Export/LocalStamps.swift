import CollectorStore
import LoadProfile
import MeterValues
import ServerEvents
import Timekeeping
import UplinkPayload

/// One register's rows, as bytes: what is the same in all of them is made once.
struct ProfileRows {
    private let format: ProfileExport.Format
    private let name: String
    private let decimals: Int
    private var stamps: LocalStamps
    /// Before the first time, between the two, before the value, and behind it.
    private let parts: [[UInt8]]
    private let isFirst: Bool
    private var bytes: [UInt8] = []
    private(set) var count = 0

    /// - Parameter isFirst: there are no rows of other registers before.
    init(_ register: StoredRegister, format: ProfileExport.Format, time: LocalTime, isFirst: Bool) {
        self.format = format
        self.isFirst = isFirst
        name = register.name
        decimals = RegisterNumber.decimals(of: register.unit)
        stamps = LocalStamps(time)
        let names = ["\(register.device)", register.meter, register.name]
        let texts =
            switch format {
            case .csv:
                [
                    names.map(Self.cell).joined(separator: ",") + ",", ",", ",",
                    "," + Self.cell(register.unit.symbol) + "\n",
                ]
            case .json:
                [
                    "{"
                        + zip(["device", "meter", "register"], names).map { "\"\($0)\":\(JSONText.quoted($1))" }
                        .joined(separator: ",") + ",\"start\":\"", "\",\"end\":\"", "\",\"value\":",
                    ",\"unit\":\(JSONText.quoted(register.unit.symbol))}",
                ]
            case .influx:
                ["p1lora,device=\(names[0]),meter=\(Self.tag(register.meter)) ", "\(name)=", ",\(name)_total=", ""]
            }
        parts = texts.map { Array($0.utf8) }
    }

    /// What was appended since the last time.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// - Parameters:
    ///   - register: at the beginning.
    ///   - quarter: that begins there.
    mutating func append(_ start: QuarterHour, _ register: BoundaryState, _ quarter: QuarterState) {
        if format == .influx { return appendLine(start, register, quarter) }
        if format == .json { bytes += count == 0 && isFirst ? [0x0A] : [0x2C, 0x0A] }
        bytes += parts[0]
        stamps.append(start, to: &bytes)
        bytes += parts[1]
        stamps.append(start.next, to: &bytes)
        bytes += parts[2]
        if case .use(let use) = quarter {
            RegisterNumber.append(use, decimals: decimals, to: &bytes)
        } else if format == .json {
            bytes += Array("null".utf8)
        }
        bytes += parts[3]
        count += 1
    }

    /// The use of the quarter-hour that begins, and the register at that time; nothing where neither is known.
    private mutating func appendLine(_ start: QuarterHour, _ register: BoundaryState, _ quarter: QuarterState) {
        guard case .value(let total) = register else { return }
        bytes += parts[0]
        if case .use(let use) = quarter {
            bytes += parts[1]
            RegisterNumber.append(use, decimals: decimals, to: &bytes)
            bytes += parts[2]
        } else {
            bytes += parts[2].dropFirst()
        }
        RegisterNumber.append(total, decimals: decimals, to: &bytes)
        bytes += Array(" \(start.time.nanoseconds)\n".utf8)
        count += 1
    }

    /// RFC 4180.
    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// InfluxDB's line protocol: blanks, commas and equals signs of a tag are escaped.
    private static func tag(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing("=", with: "\\=")
            .replacing(" ", with: "\\ ")
    }
}

/// Times as `LocalTime` writes them, for boundaries in their order: a day's text is made once, and hours and minutes are
/// written over.
private struct LocalStamps {
    private let time: LocalTime
    /// The day of UTC in which the zone has one offset alone.
    private var day: Int64?
    private var offset: Int64 = 0
    private var localDay: Int64?
    private var text: [UInt8] = []

    init(_ time: LocalTime) { self.time = time }

    /// Where hours and minutes stand in "2026-11-23T01:15:00+01:00".
    private static let (hours, minutes) = (11, 14)

    mutating func append(_ boundary: QuarterHour, to bytes: inout [UInt8]) {
        if boundary.day != day {
            let (first, last) = (QuarterHour(startOfDay: boundary.day), QuarterHour(startOfDay: boundary.day + 1))
            offset = Int64(time.offset(at: first.time))
            guard Int64(time.offset(at: last.time)) == offset else {
                (day, localDay) = (nil, nil)
                bytes += Array(time.text(boundary.time).utf8)
                return
            }
            (day, localDay) = (boundary.day, nil)
        }
        let seconds = boundary.number * 900 + offset
        let number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        if number != localDay {
            text = Array(time.text(boundary.time).utf8)
            localDay = number
        }
        let rest = Int(seconds - number * 86_400) / 60
        write(rest / 60, at: Self.hours)
        write(rest % 60, at: Self.minutes)
        bytes += text
    }

    private mutating func write(_ number: Int, at place: Int) {
        text[place] = 48 + UInt8(number / 10)
        text[place + 1] = 48 + UInt8(number % 10)
    }
}
