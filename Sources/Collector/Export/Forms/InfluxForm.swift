import CollectorStore
import LoadProfile
import MeterValues
import Timekeeping

/// InfluxDB's line protocol: the use of the quarter-hour that begins, and the register at that time; no line where neither is
/// known.
struct InfluxForm: ExportForm {
    private var (before, use, total): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    private var decimals = 0

    let hasLastRegister = true

    mutating func begin(_ register: StoredRegister, into _: inout [UInt8]) {
        before = Array("p1lora,device=\(register.device),meter=\(Self.tag(register.meter)) ".utf8)
        use = Array("\(register.name)=".utf8)
        total = Array("\(register.name)_total=".utf8)
        decimals = RegisterNumber.decimals(of: register.unit)
    }

    mutating func append(
        _ start: QuarterHour, _ register: BoundaryState, _ quarter: QuarterState, to bytes: inout [UInt8]
    ) -> Bool {
        guard case .value(let shown) = register else { return false }
        bytes += before
        if case .use(let used) = quarter {
            bytes += use
            RegisterNumber.append(used, decimals: decimals, to: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        bytes += total
        RegisterNumber.append(shown, decimals: decimals, to: &bytes)
        bytes += Array(" \(start.time.nanoseconds)\n".utf8)
        return true
    }

    /// Blanks, commas and equals signs of a tag are escaped.
    private static func tag(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing("=", with: "\\=")
            .replacing(" ", with: "\\ ")
    }
}
