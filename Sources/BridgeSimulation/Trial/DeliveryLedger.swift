package import BridgeConfiguration
package import BridgePlanning
package import HardwareSimulators
import MeterValues
import SmartMeter
package import Timekeeping
import UplinkPayload

/// What was measured, what the bridge sent of it, and what the decoder made of what came, each held against the other.
package struct DeliveryLedger {
    /// A key of the decoder's output, and what stands behind it.
    private struct Column {
        let key: String
        let register: CountedRegister
        let field: Field
        /// In whole units.
        let step: Int64

        init?(_ field: Field) {
            guard let register = CountedRegister(field.source),
                let unit = RegisterScale.unit(of: field.unit.dimension),
                let step = Quantity(
                    coefficient: field.resolution.step, decimals: UInt8(clamping: field.resolution.decimals),
                    unit: field.unit
                ).coefficient(in: unit, decimals: 0), step > 0
            else { return nil }
            (key, self.register, self.field, self.step) = (field.name, register, field, step)
        }

        /// In whole units.
        func value(in entries: [DecodedEntry]) -> Int64? {
            guard case .number(let number, saturated: false)? = entries.first(where: { $0.key == key })?.value,
                let unit = RegisterScale.unit(of: field.unit.dimension)
            else { return nil }
            return Quantity(
                coefficient: number.coefficient, decimals: UInt8(clamping: number.decimals), unit: field.unit
            ).coefficient(in: unit, decimals: 0)
        }
    }

    /// An uplink that the bridge gave to its MAC.
    private struct Sent {
        let payload: [UInt8]
        let port: UInt8
        let meter: Int?
        /// The number of the report; nil when it was asked for.
        let report: Int?
        let quarters: [(register: CountedRegister, quarter: Int)]
    }

    let schema: PayloadSchema
    /// By the meters' numbers.
    package private(set) var books: [[CountedRegister: SeriesBook]]
    package private(set) var violations: [String] = []
    private var columns: [UInt8: [Column]] = [:]
    private var sent: [Sent] = []
    /// The numbers of the boundaries by their names in the decoder's output.
    private var names: [String: Int] = [:]
    private var namesOfBoundaries: [String] = []

    package init(_ configuration: BridgeConfiguration) {
        schema = configuration.schema
        books = schema.meters.map { _ in [:] }
        let counted = Dictionary(uniqueKeysWithValues: configuration.pulses.map { ($0.number, $0.input.code) })
        for report in configuration.reports {
            guard let layout = report.intervals else { continue }
            let known = layout.fields.compactMap { Column($0) }
            columns[layout.tag] = known
            for meter in report.meters where books.indices.contains(meter) {
                // A pulse input has one register.
                for column in known
                where counted[meter].map({ $0 == column.register.code }) ?? !column.register.isPulsed {
                    books[meter][column.register] = SeriesBook()
                }
            }
        }
    }

    /// Registers that the reports ask for and a simulated meter has.
    var registers: Set<CountedRegister> { Set(books.flatMap(\.keys)) }

    /// A quarter-hour begins: what the meter shows.
    package mutating func measure(_ registers: MeterRegisters, meter: Int, at time: UTCInstant) {
        if namesOfBoundaries.last != time.description {
            names[time.description] = namesOfBoundaries.count
            namesOfBoundaries.append(time.description)
        }
        for register in books[meter].keys { books[meter][register]?.measure(register.value(in: registers)) }
    }

    /// The bridge has read what the meter showed at the boundary that was measured last.
    mutating func noteRead(meter: Int) {
        for (register, book) in books[meter] { books[meter][register]?.read.insert(book.boundaries.count - 1) }
    }

    /// The bridge gave an uplink to its MAC.
    /// - Returns: the quarter-hours of which all registers are in it.
    @discardableResult
    package mutating func send(_ due: DueUplink, _ payload: [UInt8]) -> Set<Int> {
        var (report, quarters): (Int?, [(CountedRegister, Int)]) = (nil, [])
        do {
            let decoded = try schema.decode(port: Int(due.kind.port), payload)
            if due.kind == .intervals, let meter = due.meter {
                quarters = content(decoded, tag: payload.first ?? 0, meter: meter)
                if case .intervals = due.content { report = sent.count }
            }
        } catch {
            violate("the decoder refuses a payload on port \(due.kind.port): \(error)")
        }
        sent.append(
            Sent(payload: payload, port: due.kind.port, meter: due.meter, report: report, quarters: quarters))
        guard let meter = due.meter else { return [] }
        if let report {
            for (register, quarter) in quarters { books[meter][register]?.note(sent: quarter, inReport: report) }
        }
        let known = Dictionary(grouping: quarters) { $0.1 }
        return Set(known.filter { $0.value.count == books[meter].count }.keys)
    }

    /// The network server has an uplink.
    package mutating func hear(_ payload: [UInt8], port: UInt8, at time: UTCInstant) {
        guard let uplink = sent.last(where: { $0.port == port && $0.payload == payload }) else {
            return violate("an uplink on port \(port) came that the bridge had not sent")
        }
        guard let meter = uplink.meter else { return }
        for (register, quarter) in uplink.quarters {
            books[meter][register]?.note(heard: quarter, inReport: uplink.report, at: time)
        }
    }

    /// Quarter-hours of a meter that are over.
    package func count(meter: Int) -> Int { books[meter].values.map(\.arrivals.count).max() ?? 0 }

    /// What came of a quarter-hour: known when all of its registers are.
    package func arrival(meter: Int, quarter: Int) -> SeriesBook.Arrival? {
        var result: SeriesBook.Arrival?
        for book in books[meter].values {
            guard let arrival = book.arrivals[quarter] else { return nil }
            result = SeriesBook.Arrival(
                path: max(result?.path ?? arrival.path, arrival.path), at: max(result?.at ?? arrival.at, arrival.at))
        }
        return result
    }

    private mutating func violate(_ text: String) {
        if violations.count < 20 { violations.append(text) }
    }

    /// The quarter-hours that an intervals report tells, each checked.
    private mutating func content(
        _ decoded: DecodedReport, tag: UInt8, meter: Int
    ) -> [(register: CountedRegister, quarter: Int)] {
        let columns = columns[tag] ?? []
        if decoded["meter"] != .text(schema.meters[meter]) { violate("a report names another meter") }
        if case .text(let time)? = decoded["time"], let boundary = names[time] {
            for column in columns where decoded[column.key + "_time"] == nil {
                guard let value = column.value(in: decoded.entries) else { continue }
                check(value, books[meter][column.register]?.register(at: boundary, step: column.step), column, time)
            }
        } else {
            violate("a report is of a time that nobody measured: \(decoded.json)")
        }
        var quarters: [(CountedRegister, Int)] = []
        for key in ["intervals", "gaps"] {
            guard case .list(let rows)? = decoded[key] else { continue }
            for row in rows {
                guard case .text(let start)? = row.first(where: { $0.key == "start" })?.value,
                    case .text(let end)? = row.first(where: { $0.key == "end" })?.value,
                    let first = names[start], let last = names[end]
                else {
                    violate("a report tells of a time that nobody measured: \(row)")
                    continue
                }
                for column in columns {
                    guard let value = column.value(in: row) else { continue }
                    let measured = books[meter][column.register]?.use(from: first, to: last, step: column.step)
                    check(value, measured, column, start)
                    if last == first + 1 { quarters.append((column.register, first)) }
                }
            }
        }
        return quarters
    }

    private mutating func check(_ value: Int64, _ measured: Int64?, _ column: Column, _ time: String) {
        guard value != measured else { return }
        violate(
            "\(column.key) from \(time): \(value) was decoded, \(measured.map { "\($0)" } ?? "nothing") was measured")
    }
}
