public import MeterValues
import Timekeeping

/// The energy of the day and the month, and of those before, in the meter's local time.
///
/// It begins with the first midnight of which the register is known: what was before is not told, and nothing of a day or
/// month whose beginning is unknown.
public struct PeriodEnergy: Hashable, Sendable, Codable {
    /// What a register showed when a period began.
    private struct Beginning: Hashable, Codable {
        /// Days since 1970 in local time, or months.
        var number: Int
        /// Wh.
        var value: Int64
    }

    private var series: UInt32?
    private var day: Beginning?
    private var month: Beginning?
    private var yesterday: Int64?
    private var lastMonth: Int64?

    /// Nothing is known yet.
    public init() {}

    /// - Parameters:
    ///   - entry: the first of the register that is known.
    ///   - timeZone: says when a day and a month begin.
    public init(_ entry: IntervalEntry, in timeZone: MeterTimeZone) { add(entry, in: timeZone) }

    /// With the next entry of the register.
    public func adding(_ entry: IntervalEntry, in timeZone: MeterTimeZone) -> PeriodEnergy {
        var next = self
        next.add(entry, in: timeZone)
        return next
    }

    /// Takes the next entry of the register, in Wh.
    public mutating func add(_ entry: IntervalEntry, in timeZone: MeterTimeZone) {
        if series != entry.series { self = PeriodEnergy() }
        series = entry.series
        let local = LocalDay(entry.boundary.time, in: timeZone)
        guard local.secondsIntoIt == 0 else { return }
        yesterday = day.flatMap { $0.number == local.number - 1 ? entry.value - $0.value : nil }
        day = Beginning(number: local.number, value: entry.value)
        guard local.isFirstOfMonth else { return }
        lastMonth = month.flatMap { $0.number == local.month - 1 ? entry.value - $0.value : nil }
        month = Beginning(number: local.month, value: entry.value)
    }

    /// The registers as they stand; those that nobody knows are left out.
    /// - Parameters:
    ///   - register: C of the register.
    ///   - reading: with what the register shows now.
    ///   - timeZone: says when a day and a month begin.
    public func quantities(
        of register: UInt8, in reading: Reading, _ timeZone: MeterTimeZone
    ) -> [OBISCode: Quantity] {
        let now = reading.quantities[OBISCode(1, 0, register, 8, 0)].flatMap(RegisterScale.value)
        let local = LocalDay(reading.time, in: timeZone)
        var energies: [EnergyPeriod: Int64] = [:]
        if let day, day.number == local.number {
            energies[.yesterday] = yesterday
            energies[.today] = now.map { $0 - day.value }
        }
        if let month, month.number == local.month {
            energies[.lastMonth] = lastMonth
            energies[.month] = now.map { $0 - month.value }
        }
        var quantities: [OBISCode: Quantity] = [:]
        for (period, energy) in energies where energy >= 0 {
            quantities[.energy(register, of: period)] = Quantity(coefficient: energy, decimals: 3, unit: .kilowattHour)
        }
        return quantities
    }
}

/// A day of local time.
private struct LocalDay {
    /// Days since 1970.
    let number: Int
    let secondsIntoIt: Int64
    /// Months since the year 0.
    let month: Int
    let isFirstOfMonth: Bool

    init(_ time: UTCInstant, in timeZone: MeterTimeZone) {
        let seconds = time.secondsSince1970 + timeZone.offset(at: time)
        let days = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        number = Int(days)
        secondsIntoIt = seconds - days * 86_400
        let date = CivilDate(daysSince1970: number)
        month = date.year * 12 + date.month
        isFirstOfMonth = date.day == 1
    }
}
