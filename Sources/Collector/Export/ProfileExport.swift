package import CollectorStore
package import Foundation
import LoadProfile
import MeterValues
package import ServerEvents
package import Timekeeping
import UplinkPayload

/// The quarter-hours of registers, row by row, oldest first, in one of the forms that others read.
package struct ProfileExport {
    package enum Format: String, CaseIterable, Sendable { case csv, json, influx }

    /// Which quarter-hours are wanted.
    package struct Selection: Sendable {
        package var device: DeviceIdentifier?
        package var meter: String?
        /// From the first that begins here; nil for the first known.
        package var from: UTCInstant?
        /// To the last that ends here; nil for the last known.
        package var to: UTCInstant?

        package init(
            device: DeviceIdentifier? = nil, meter: String? = nil, from: UTCInstant? = nil, to: UTCInstant? = nil
        ) {
            self.device = device
            self.meter = meter
            self.from = from
            self.to = to
        }
    }

    private let store: any ProfileStore
    private let time: LocalTime
    private let format: Format
    private let now: UTCInstant

    /// - Parameter now: quarter-hours that are not over then are no gaps, and are left out.
    package init(_ store: any ProfileStore, zone: TimeZone, format: Format, now: UTCInstant) {
        self.store = store
        time = LocalTime(zone)
        self.format = format
        self.now = now
    }

    /// Days that are read at once.
    private static let portion: Int64 = 31

    /// - Parameter write: is given whole lines.
    /// - Returns: how many rows there are.
    package func run(_ selection: Selection, write: (String) -> Void) throws(ProfileStoreError) -> Int {
        var rows = 0
        if format == .csv { write("device,meter,register,start,end,value,unit\n") }
        if format == .json { write("[") }
        for device in try store.devices().map(\.device) where selection.device ?? device == device {
            for register in try store.registers(of: device) where selection.meter ?? register.meter == register.meter {
                rows += try export(register, selection, isFirst: rows == 0, write)
            }
        }
        if format == .json { write(rows == 0 ? "]\n" : "\n]\n") }
        return rows
    }

    private func export(
        _ register: StoredRegister, _ selection: Selection, isFirst: Bool, _ write: (String) -> Void
    ) throws(ProfileStoreError) -> Int {
        let first = selection.from.map { QuarterHour(atOrAfter: $0) } ?? register.known.lowerBound
        let last = min(
            selection.to.map { QuarterHour(atOrBefore: $0) } ?? register.known.upperBound, QuarterHour(atOrBefore: now))
        let writer = RowWriter(register, format: format, time: time)
        // A register at the end of the last quarter-hour is no use, but it has a line of its own.
        let limit = format == .influx ? last.next : last
        var rows = 0
        var start = first
        while start < limit {
            let end = min(limit, QuarterHour(startOfDay: start.day + Self.portion))
            let profile = try store.profile(of: register, days: start.day...end.day)
            var text = ""
            while start < end {
                let separator = rows == 0 && isFirst ? "\n" : ",\n"
                let row = writer.row(profile, from: start)
                if !row.isEmpty {
                    text += (format == .json ? separator : "") + row
                    rows += 1
                }
                start = start.next
            }
            write(text)
        }
        return rows
    }
}

/// One register's rows.
private struct RowWriter {
    private let register: StoredRegister
    private let format: ProfileExport.Format
    private let time: LocalTime
    private let head: String
    private let tail: String

    init(_ register: StoredRegister, format: ProfileExport.Format, time: LocalTime) {
        self.register = register
        self.format = format
        self.time = time
        let names = ["\(register.device)", register.meter, register.name]
        switch format {
        case .csv:
            head = names.map(Self.cell).joined(separator: ",") + ","
            tail = "," + Self.cell(register.unit.symbol) + "\n"
        case .json:
            head =
                "{"
                + zip(["device", "meter", "register"], names).map { "\"\($0)\":\(JSONText.quoted($1))" }
                .joined(separator: ",")
            tail = ",\"unit\":\(JSONText.quoted(register.unit.symbol))}"
        case .influx:
            head = "p1lora,device=\(names[0]),meter=\(Self.tag(register.meter)) "
            tail = ""
        }
    }

    /// Empty where there is nothing to say in this form.
    func row(_ profile: RegisterProfile, from start: QuarterHour) -> String {
        var use: String?
        if case .use(let units) = profile.quarter(from: start) { use = RegisterNumber.text(units, in: register.unit) }
        switch format {
        case .csv: return head + time.text(start.time) + "," + time.text(start.next.time) + "," + (use ?? "") + tail
        case .json:
            return head + ",\"start\":\"\(time.text(start.time))\",\"end\":\"\(time.text(start.next.time))\",\"value\":"
                + (use ?? "null") + tail
        case .influx: return line(profile, from: start, use)
        }
    }

    /// The use of the quarter-hour that begins, and the register at that time.
    private func line(_ profile: RegisterProfile, from start: QuarterHour, _ use: String?) -> String {
        let total = profile.register(at: start).map { RegisterNumber.text($0, in: register.unit) }
        let fields = [(register.name, use), ("\(register.name)_total", total)].compactMap { name, text in
            text.map { "\(name)=\($0)" }
        }
        guard !fields.isEmpty else { return "" }
        return head + fields.joined(separator: ",") + " \(start.time.nanoseconds)\n"
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
