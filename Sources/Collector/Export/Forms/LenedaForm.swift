import CollectorStore
import FoundationEssentials
import LoadProfile
import MeterValues
import Timekeeping
import UplinkPayload

/// The form in which Luxembourg's data platform, Leneda, answers (`/metering-points/…/time-series`), so that both can be held
/// against each other: a list of one answer for each register. Values are the means of power in kW (kVAR) by the start of the
/// quarter-hour, in UTC; gas is in m³. What is not known has no item.
struct LenedaForm: ExportForm {
    /// Of the metering point, `LU` and 31 more.
    private let point: String
    private var stamps = LocalStamps(LocalTime(.gmt))
    private var isFirst = (register: true, item: true)
    /// Quarter-hours of an hour, for a power; 1 for a volume.
    private var factor: Int64 = 1

    private static let behind = Array("Z\",\"type\":\"Actual\",\"version\":1,\"calculated\":false}".utf8)

    init(point: String) { self.point = point }

    func takes(_ register: StoredRegister) -> Bool { Self.series(of: register) != nil }

    func begin(into bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "[")) }
    func end(into bytes: inout [UInt8]) { bytes += Array((isFirst.register ? "]\n" : "\n]\n").utf8) }

    mutating func begin(_ register: StoredRegister, into bytes: inout [UInt8]) {
        guard let (code, unit) = Self.series(of: register) else { return }
        if !isFirst.register { bytes.append(UInt8(ascii: ",")) }
        isFirst = (false, true)
        factor = unit == "m³" ? 1 : 4
        let head = "\n{\"meteringPointCode\":\(JSONText.quoted(point)),\"obisCode\":\"\(code)\""
        bytes += Array((head + ",\"intervalLength\":\"PT15M\",\"unit\":\"\(unit)\",\"items\":[").utf8)
    }

    mutating func append(
        _ start: QuarterHour, _: BoundaryState, _ quarter: QuarterState, to bytes: inout [UInt8]
    ) -> Bool {
        guard case .use(let use) = quarter else { return false }
        if !isFirst.item { bytes.append(UInt8(ascii: ",")) }
        isFirst.item = false
        bytes += Array("\n{\"value\":".utf8)
        // Registers are kept in Wh, varh and dm3 (`RegisterScale`).
        RegisterNumber.append(use * factor, decimals: 3, to: &bytes)
        bytes += Array(",\"startedAt\":\"".utf8)
        stamps.append(start, to: &bytes)
        bytes.removeLast("+00:00".utf8.count)
        bytes += Self.behind
        return true
    }

    func end(_: StoredRegister, into bytes: inout [UInt8]) { bytes += Array("]}".utf8) }

    /// Leneda's OBIS codes, and the units of their values.
    private static func series(of register: StoredRegister) -> (code: String, unit: String)? {
        let name = register.name.split(separator: "_").dropLast().joined(separator: "_")
        return switch (name, register.unit.dimension) {
        case ("import", .activeEnergy): ("1-1:1.29.0", "kW")
        case ("export", .activeEnergy): ("1-1:2.29.0", "kW")
        case ("reactive_import", .reactiveEnergy): ("1-1:3.29.0", "kVAR")
        case ("reactive_export", .reactiveEnergy): ("1-1:4.29.0", "kVAR")
        case ("gas", .volume): ("7-1:99.23.15", "m³")
        default: nil
        }
    }
}
