import CollectorStore
import LoadProfile
import MeterValues
import Timekeeping

/// `device,meter,register,start,end,value,unit`; a gap has an empty value. RFC 4180, but for the ends of lines.
struct CSVForm: ExportForm {
    private var stamps: LocalStamps
    private var (before, behind): ([UInt8], [UInt8]) = ([], [])
    private var decimals = 0

    init(_ time: LocalTime) { stamps = LocalStamps(time) }

    func begin(into bytes: inout [UInt8]) { bytes += Array("device,meter,register,start,end,value,unit\n".utf8) }

    mutating func begin(_ register: StoredRegister, into _: inout [UInt8]) {
        before = Array("\(register.device),\(Self.cell(register.meter)),\(Self.cell(register.name)),".utf8)
        behind = Array(",\(Self.cell(register.unit.symbol))\n".utf8)
        decimals = RegisterNumber.decimals(of: register.unit)
    }

    mutating func append(
        _ start: QuarterHour, _: BoundaryState, _ quarter: QuarterState, to bytes: inout [UInt8]
    ) -> Bool {
        bytes += before
        stamps.append(start, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        stamps.append(start.next, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        if case .use(let use) = quarter { RegisterNumber.append(use, decimals: decimals, to: &bytes) }
        bytes += behind
        return true
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
