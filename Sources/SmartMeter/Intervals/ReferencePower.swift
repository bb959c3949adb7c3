public import MeterValues

/// The energy above a reference power, which Luxembourg's grid tariff charges for since 2025: of each quarter-hour, what
/// was drawn beyond 3, 7 or 12 kW times a quarter of an hour.
///
/// The registers only count; they never fall. For each boundary they have an entry like any other register, so layouts
/// and interval reports treat them alike.
public struct ReferencePower: Hashable, Sendable, Codable {
    /// kW, the classes of the tariff.
    public static let classes: [UInt8] = [3, 7, 12]

    /// Energy above so many kW: 1-128:1.8.E, E the kW; channels from 128 on are the maker's own (IEC 62056-61, 5.4).
    public static func code(kilowatts: UInt8) -> OBISCode { OBISCode(1, 128, 1, 8, kilowatts) }

    /// Wh above each class.
    private var counted = [Int64](repeating: 0, count: ReferencePower.classes.count)
    private var last: IntervalEntry?
    /// Quarter-hours whose energy is not known, because a boundary has no entry. Nothing was counted for them.
    public private(set) var unknownQuarters: Int64 = 0

    public init() {}

    /// Takes the next entry of the register of imported active energy (1-0:1.8.0, in Wh).
    /// - Returns: the entries of the registers at the same boundary, in the order of ``classes``.
    @discardableResult
    public mutating func add(_ entry: IntervalEntry) -> [(code: OBISCode, entry: IntervalEntry)] {
        defer { last = entry }
        if let last, last.series == entry.series, entry.boundary > last.boundary {
            let quarters = entry.boundary.number &- last.boundary.number
            let (energy, overflow) = entry.value.subtractingReportingOverflow(last.value)
            if quarters == 1, !overflow {
                for (index, kilowatts) in Self.classes.enumerated() {
                    let reference = Int64(kilowatts) * 250
                    counted[index] = Self.sum(counted[index], max(energy, reference) - reference)
                }
            } else {
                unknownQuarters = Self.sum(unknownQuarters, quarters)
            }
        }
        return zip(Self.classes, counted).map { kilowatts, value in
            (Self.code(kilowatts: kilowatts), IntervalEntry(boundary: entry.boundary, value: value, series: 0))
        }
    }

    /// The registers as they stand; none for a meter that has shown no quarter-hour of 1-0:1.8.0.
    public var quantities: [OBISCode: Quantity] {
        var quantities: [OBISCode: Quantity] = [:]
        guard last != nil else { return quantities }
        for (kilowatts, value) in zip(Self.classes, counted) {
            quantities[Self.code(kilowatts: kilowatts)] = Quantity(
                coefficient: value, decimals: 3, unit: .kilowattHour)
        }
        return quantities
    }

    private static func sum(_ first: Int64, _ second: Int64) -> Int64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}
