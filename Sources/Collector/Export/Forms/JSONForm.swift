import CollectorStore
import LoadProfile
import MeterValues
import Timekeeping
import UplinkPayload

/// A list of the rows that CSV has; a gap is null.
struct JSONForm: ExportForm {
    private var stamps: LocalStamps
    private var (before, behind): ([UInt8], [UInt8]) = ([], [])
    private var decimals = 0
    private var isFirst = true

    private static let (end, value, null) = (
        Array("\",\"end\":\"".utf8), Array("\",\"value\":".utf8), Array("null".utf8)
    )

    init(_ time: LocalTime) { stamps = LocalStamps(time) }

    func begin(into bytes: inout [UInt8]) { bytes.append(UInt8(ascii: "[")) }
    func end(into bytes: inout [UInt8]) { bytes += Array((isFirst ? "]\n" : "\n]\n").utf8) }

    mutating func begin(_ register: StoredRegister, into _: inout [UInt8]) {
        let names = "\"device\":\"\(register.device)\",\"meter\":\(JSONText.quoted(register.meter))"
        before = Array("{\(names),\"register\":\(JSONText.quoted(register.name)),\"start\":\"".utf8)
        behind = Array(",\"unit\":\(JSONText.quoted(register.unit.symbol))}".utf8)
        decimals = RegisterNumber.decimals(of: register.unit)
    }

    mutating func append(
        _ start: QuarterHour, _: BoundaryState, _ quarter: QuarterState, to bytes: inout [UInt8]
    ) -> Bool {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\n"))
        bytes += before
        stamps.append(start, to: &bytes)
        bytes += Self.end
        stamps.append(start.next, to: &bytes)
        bytes += Self.value
        if case .use(let use) = quarter {
            RegisterNumber.append(use, decimals: decimals, to: &bytes)
        } else {
            bytes += Self.null
        }
        bytes += behind
        return true
    }
}
