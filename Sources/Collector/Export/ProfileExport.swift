package import CollectorStore
package import FoundationEssentials
import LoadProfile
import MeterValues
package import ServerEvents
package import Timekeeping

/// The quarter-hours of registers, row by row, oldest first, in one of the forms that others read.
package struct ProfileExport {
    package enum Format: String, CaseIterable, Sendable {
        case csv, json, influx, leneda
        case greenButton = "green-button"

        /// Its media type, for HTTP.
        package var mediaType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .json, .leneda: "application/json"
            case .influx: "text/plain; charset=utf-8"
            case .greenButton: "application/atom+xml"
            }
        }
    }

    /// Which quarter-hours are wanted.
    package struct Selection: Sendable {
        package var device: DeviceIdentifier?
        package var meter: String?
        /// The grid operator's code of the metering point; Leneda's form needs it.
        package var point: String?
        /// From the first that begins here; nil for the first known.
        package var from: UTCInstant?
        /// To the last that ends here; nil for the last known.
        package var to: UTCInstant?

        package init(
            device: DeviceIdentifier? = nil, meter: String? = nil, point: String? = nil, from: UTCInstant? = nil,
            to: UTCInstant? = nil
        ) {
            self.device = device
            self.meter = meter
            self.point = point
            self.from = from
            self.to = to
        }
    }

    /// What was written.
    package struct Result: Sendable {
        package var rows = 0
        /// Registers that the form has no place for, by name.
        package var leftOut: [String] = []
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
    /// - Throws: before anything is written, when the selection does not do for the form.
    package func run(_ selection: Selection, write: ([UInt8]) -> Void) throws(ProfileExportError) -> Result {
        let registers = try registers(of: selection)
        var form = try form(for: registers, selection)
        var (result, bytes) = (Result(), [UInt8]())
        form.begin(into: &bytes)
        for register in registers {
            guard form.takes(register) else {
                result.leftOut.append("\(register.device) \(register.meter) \(register.name)")
                continue
            }
            form.begin(register, into: &bytes)
            result.rows += try export(register, selection, &form, &bytes, write)
            form.end(register, into: &bytes)
        }
        form.end(into: &bytes)
        write(bytes)
        return result
    }

    private func registers(of selection: Selection) throws(ProfileExportError) -> [StoredRegister] {
        do {
            var found: [StoredRegister] = []
            for device in try store.devices().map(\.device) where selection.device ?? device == device {
                found += try store.registers(of: device).filter { selection.meter ?? $0.meter == $0.meter }
            }
            return found
        } catch {
            throw .store(error)
        }
    }

    private func form(
        for registers: [StoredRegister], _ selection: Selection
    ) throws(ProfileExportError) -> any ExportForm {
        switch format {
        case .csv: return CSVForm(time)
        case .json: return JSONForm(time)
        case .influx: return InfluxForm()
        case .greenButton: return GreenButtonForm(now: now)
        case .leneda:
            guard let point = selection.point else { throw .noPoint }
            let form = LenedaForm(point: point)
            let meters = Set(registers.filter(form.takes).map { "\($0.device) \($0.meter)" })
            guard meters.count <= 1 else { throw .severalMeters(meters.sorted()) }
            return form
        }
    }

    private func export(
        _ register: StoredRegister, _ selection: Selection, _ form: inout any ExportForm, _ bytes: inout [UInt8],
        _ write: ([UInt8]) -> Void
    ) throws(ProfileExportError) -> Int {
        let first = selection.from.map { QuarterHour(atOrAfter: $0) } ?? register.known.lowerBound
        let last = min(
            selection.to.map { QuarterHour(atOrBefore: $0) } ?? register.known.upperBound, QuarterHour(atOrBefore: now))
        // A register at the end of the last quarter-hour is no use, but it can have a line of its own.
        let limit = form.hasLastRegister ? last.next : last
        var (start, rows) = (first, 0)
        while start < limit {
            let end = min(limit, QuarterHour(startOfDay: start.day + Self.portion))
            let profile: RegisterProfile
            do { profile = try store.profile(of: register, days: start.day...end.day) } catch { throw .store(error) }
            profile.forEachQuarter(in: start..<end) { start, value, quarter in
                if form.append(start, value, quarter, to: &bytes) { rows += 1 }
            }
            write(bytes)
            bytes.removeAll(keepingCapacity: true)
            start = end
        }
        return rows
    }
}

/// Why nothing, or not all, was exported.
package enum ProfileExportError: Error, CustomStringConvertible {
    case store(ProfileStoreError)
    case noPoint
    /// A metering point has one meter.
    case severalMeters([String])

    package var description: String {
        switch self {
        case .store(let error): "\(error)"
        case .noPoint:
            "the form of Leneda needs the code of the metering point, as the bill has it: LU and 31 more (point)"
        case .severalMeters(let meters):
            "a metering point has one meter, and here are several: choose one by device and meter. There are "
                + meters.joined(separator: ", ")
        }
    }
}
