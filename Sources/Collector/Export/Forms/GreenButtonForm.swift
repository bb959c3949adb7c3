import CollectorStore
import FoundationEssentials
import LoadProfile
import MeterValues
import Timekeeping
import WebPages

/// Green Button's "Download My Data": an Atom feed of NAESB's Energy Services Provider Interface (REQ.21). A usage point for each
/// meter and kind of service, a meter reading and its type for each register, and a block for each day of UTC; what is not known has
/// no reading.
struct GreenButtonForm: ExportForm {
    private let now: String
    private var points: Set<String> = []
    private var place = ""
    private var blocks = 0
    /// Those of the day that is written, and where they begin and end.
    private var readings: [UInt8] = []
    private var span: (start: QuarterHour, end: QuarterHour)?

    init(now: UTCInstant) { self.now = LocalTime(.gmt).text(now).replacing("+00:00", with: "Z") }

    func takes(_ register: StoredRegister) -> Bool { Service(register) != nil }

    func begin(into bytes: inout [UInt8]) {
        let head = """
            <?xml version="1.0" encoding="UTF-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <id>\(Self.identifier("feed \(now)"))</id>
            <title>p1lora</title>
            <updated>\(now)</updated>

            """
        bytes += Array(head.utf8)
    }

    func end(into bytes: inout [UInt8]) { bytes += Array("</feed>\n".utf8) }

    mutating func begin(_ register: StoredRegister, into bytes: inout [UInt8]) {
        guard let service = Service(register) else { return }
        let device = "RetailCustomer/\(register.device)/UsagePoint"
        let name = "\(register.device) \(register.meter) \(service.kind)"
        let point = "\(device)/\(Self.number(name))"
        if points.insert(name).inserted {
            entry(
                point, up: device, related: ["\(point)/MeterReading"], title: "\(register.device) \(register.meter)",
                "<UsagePoint xmlns=\"http://naesb.org/espi\"><ServiceCategory><kind>\(service.kind)</kind>"
                    + "</ServiceCategory></UsagePoint>", into: &bytes)
        }
        (place, blocks) = ("\(point)/MeterReading/\(Self.number("\(name) \(register.name)"))", 0)
        let type = "ReadingType/\(Self.number("\(name) \(register.name)"))"
        entry(
            place, up: "\(point)/MeterReading", related: ["\(place)/IntervalBlock", type], title: register.name,
            "<MeterReading xmlns=\"http://naesb.org/espi\"/>", into: &bytes)
        // In the order of the schema. 4: what was used in the interval.
        let elements = [
            ("accumulationBehaviour", 4), ("commodity", service.commodity), ("flowDirection", service.direction),
            ("intervalLength", 900), ("kind", service.isEnergy ? 12 : 0),
            ("powerOfTenMultiplier", service.multiplier), ("uom", service.unit),
        ]
        let text = elements.map { "<\($0)>\($1)</\($0)>" }.joined()
        entry(
            type, up: "ReadingType", related: [], title: register.name,
            "<ReadingType xmlns=\"http://naesb.org/espi\">\(text)</ReadingType>", into: &bytes)
    }

    mutating func append(
        _ start: QuarterHour, _: BoundaryState, _ quarter: QuarterState, to bytes: inout [UInt8]
    ) -> Bool {
        if let span, span.start.day != start.day { endBlock(into: &bytes) }
        guard case .use(let use) = quarter else { return false }
        span = (span?.start ?? start, start.next)
        readings += Self.reading
        readings += Array(String(Self.seconds(start)).utf8)
        readings += Self.value
        readings += Array(String(use).utf8)
        readings += Self.end
        return true
    }

    mutating func end(_: StoredRegister, into bytes: inout [UInt8]) { endBlock(into: &bytes) }

    /// Since 1970, which a boundary's number does not count from.
    private static func seconds(_ boundary: QuarterHour) -> Int64 { boundary.time.secondsSince1970 }

    private static let reading = Array("<IntervalReading><timePeriod><duration>900</duration><start>".utf8)
    private static let value = Array("</start></timePeriod><value>".utf8)
    private static let end = Array("</value></IntervalReading>\n".utf8)

    private mutating func endBlock(into bytes: inout [UInt8]) {
        guard let span else { return }
        blocks += 1
        let seconds = (span.end.number - span.start.number) * 900
        let interval = "<interval><duration>\(seconds)</duration><start>\(Self.seconds(span.start))</start></interval>"
        entry(
            "\(place)/IntervalBlock/\(blocks)", up: "\(place)/IntervalBlock", related: [], title: "",
            "<IntervalBlock xmlns=\"http://naesb.org/espi\">\(interval)\n", into: &bytes, readings, "</IntervalBlock>")
        (self.span, readings) = (nil, [])
    }

    private func entry(
        _ place: String, up: String, related: [String], title: String, _ content: String, into bytes: inout [UInt8],
        _ body: [UInt8] = [], _ end: String = ""
    ) {
        let links = related.map { "<link rel=\"related\" href=\"\($0)\"/>" }.joined()
        let head = """
            <entry><id>\(Self.identifier(place))</id>
            <link rel="self" href="\(place)"/><link rel="up" href="\(up)"/>\(links)
            <title>\(WebPage.escaped(title))</title><published>\(now)</published><updated>\(now)</updated>
            <content>\(content)
            """
        bytes += Array(head.utf8)
        bytes += body
        bytes += Array("\(end)</content></entry>\n".utf8)
    }

    /// A UUID (version 8, RFC 9562) that is the same for the same place at each export.
    private static func identifier(_ place: String) -> String {
        let digits = Array(hexadecimal(hash(place)) + hexadecimal(hash("\(place)/")))
        let parts = [0..<8, 8..<12, 13..<16, 17..<20, 20..<32].map { String(digits[$0]) }
        return "urn:uuid:\(parts[0])-\(parts[1])-8\(parts[2])-8\(parts[3])-\(parts[4])"
    }

    private static func number(_ name: String) -> String { hexadecimal(hash(name)) }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// FNV-1a, the same in each process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension GreenButtonForm {
    /// What a register measures, in the numbers of the interface.
    private struct Service {
        /// ServiceKind: 0 electricity, 1 gas, 2 water, 5 heat.
        let kind: Int
        /// CommodityKind: 1 electricity, 7 natural gas, 9 potable water, 11 a fluid for heating.
        let commodity: Int
        /// UnitSymbolKind: 72 Wh, 73 varh, 71 VAh, 42 m3, 31 J.
        let unit: Int
        /// Ten to the power of it is the unit in which registers are kept (`RegisterScale`).
        let multiplier: Int
        /// FlowDirectionKind: 1 to the customer, 19 from there, 0 for neither.
        let direction: Int
        let isEnergy: Bool

        init?(_ register: StoredRegister) {
            let isGas = register.name.hasPrefix("gas")
            switch register.unit.dimension {
            case .activeEnergy: (kind, commodity, unit, multiplier) = (0, 1, 72, 0)
            case .reactiveEnergy: (kind, commodity, unit, multiplier) = (0, 1, 73, 0)
            case .apparentEnergy: (kind, commodity, unit, multiplier) = (0, 1, 71, 0)
            case .volume: (kind, commodity, unit, multiplier) = isGas ? (1, 7, 42, -3) : (2, 9, 42, -3)
            case .heat: (kind, commodity, unit, multiplier) = (5, 11, 31, 6)
            default: return nil
            }
            isEnergy = register.unit.dimension != .volume
            direction = register.name.hasPrefix("net_") ? 0 : register.name.contains("export") ? 19 : 1
        }
    }
}
