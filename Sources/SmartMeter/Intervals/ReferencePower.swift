public import MeterValues

/// The energy above a reference power, which Luxembourg's grid tariff charges for since 2025: of each quarter-hour, what
/// was drawn beyond 3, 7, 12 or as many kW as a connection's class has, times a quarter of an hour.
///
/// The registers only count; they never fall. For each boundary they have an entry like any other register, so layouts
/// and interval reports treat them alike.
public struct ReferencePower: Hashable, Sendable, Codable {
    /// kW, the classes of the tariff that are counted in any case.
    public static let classes: [UInt8] = [3, 7, 12]

    /// kW of each register, in the order of ``counted``.
    private var watched = ReferencePower.classes

    /// Wh above each class.
    private var counted = [Int64](repeating: 0, count: ReferencePower.classes.count)
    private var last: IntervalEntry?
    /// Quarter-hours whose energy is not known, because a boundary has no entry. Nothing was counted for them.
    public private(set) var unknownQuarters: Int64 = 0

    /// Nothing has been counted.
    public init() {}

    /// Counts these classes too, from now on.
    /// - Parameter classes: in kW.
    public mutating func include(_ classes: [UInt8]) {
        for kilowatts in classes where !watched.contains(kilowatts) {
            watched.append(kilowatts)
            counted.append(0)
        }
    }

    /// What was stored before there were other classes has the first three.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        watched = try values.decodeIfPresent([UInt8].self, forKey: .watched) ?? Self.classes
        counted = try values.decode([Int64].self, forKey: .counted)
        last = try values.decodeIfPresent(IntervalEntry.self, forKey: .last)
        unknownQuarters = try values.decode(Int64.self, forKey: .unknownQuarters)
        guard counted.count == watched.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .counted, in: values, debugDescription: "\(counted.count) counts of \(watched.count) classes")
        }
    }

    /// Takes the next entry of the register of imported active energy (1-0:1.8.0, in Wh).
    /// - Returns: the entries of the registers at the same boundary, in the order in which they were included.
    @discardableResult
    public mutating func add(_ entry: IntervalEntry) -> [(code: OBISCode, entry: IntervalEntry)] {
        defer { last = entry }
        if let last, last.series == entry.series, entry.boundary > last.boundary {
            let quarters = entry.boundary.number &- last.boundary.number
            let (energy, overflow) = entry.value.subtractingReportingOverflow(last.value)
            if quarters == 1, !overflow {
                for (index, kilowatts) in watched.enumerated() {
                    let reference = Int64(kilowatts) * 250
                    counted[index] = Self.sum(counted[index], max(energy, reference) - reference)
                }
            } else {
                unknownQuarters = Self.sum(unknownQuarters, quarters)
            }
        }
        return zip(watched, counted).map { kilowatts, value in
            (
                OBISCode.energyAbove(kilowatts: kilowatts),
                IntervalEntry(boundary: entry.boundary, value: value, series: 0)
            )
        }
    }

    /// The registers as they stand; none for a meter that has shown no quarter-hour of 1-0:1.8.0.
    public var quantities: [OBISCode: Quantity] {
        var quantities: [OBISCode: Quantity] = [:]
        guard last != nil else { return quantities }
        for (kilowatts, value) in zip(watched, counted) {
            quantities[OBISCode.energyAbove(kilowatts: kilowatts)] = Quantity(
                coefficient: value, decimals: 3, unit: .kilowattHour)
        }
        return quantities
    }

    private static func sum(_ first: Int64, _ second: Int64) -> Int64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}
