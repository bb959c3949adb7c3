package import CollectorStore
package import FoundationEssentials
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

    /// - Parameter write: is given whole lines, in UTF-8.
    /// - Returns: how many rows there are.
    package func run(_ selection: Selection, write: ([UInt8]) -> Void) throws(ProfileStoreError) -> Int {
        var rows = 0
        if format == .csv { write(Array("device,meter,register,start,end,value,unit\n".utf8)) }
        if format == .json { write(Array("[".utf8)) }
        for device in try store.devices().map(\.device) where selection.device ?? device == device {
            for register in try store.registers(of: device) where selection.meter ?? register.meter == register.meter {
                rows += try export(register, selection, isFirst: rows == 0, write)
            }
        }
        if format == .json { write(Array((rows == 0 ? "]\n" : "\n]\n").utf8)) }
        return rows
    }

    private func export(
        _ register: StoredRegister, _ selection: Selection, isFirst: Bool, _ write: ([UInt8]) -> Void
    ) throws(ProfileStoreError) -> Int {
        let first = selection.from.map { QuarterHour(atOrAfter: $0) } ?? register.known.lowerBound
        let last = min(
            selection.to.map { QuarterHour(atOrBefore: $0) } ?? register.known.upperBound, QuarterHour(atOrBefore: now))
        var rows = ProfileRows(register, format: format, time: time, isFirst: isFirst)
        // A register at the end of the last quarter-hour is no use, but it has a line of its own.
        let limit = format == .influx ? last.next : last
        var start = first
        while start < limit {
            let end = min(limit, QuarterHour(startOfDay: start.day + Self.portion))
            let profile = try store.profile(of: register, days: start.day...end.day)
            profile.forEachQuarter(in: start..<end) { rows.append($0, $1, $2) }
            write(rows.take())
            start = end
        }
        return rows.count
    }
}
