public import MeterValues
public import UplinkPayload

/// What one intervals report says of one register.
public struct RegisterReport: Hashable, Sendable {
    /// The meter's name and the register's, both as in the bridge's configuration.
    public let meter: String
    /// The name of the register as reports have it, with its unit: import_kwh.
    public let register: String
    /// In which people are shown the register.
    public let unit: MeterUnit
    /// The whole units of `RegisterScale` that one step of the layout has: registers are rounded down to it.
    public let step: Int64
    /// The boundary of the first place.
    public let newest: QuarterHour
    /// Back in time from `newest`, one place for each boundary; nil where the bridge does not know it.
    public let places: [IntervalEntry?]

    /// What a report says of one register: `step` in whole units of the register, `places` from `newest` back in time.
    public init(
        meter: String, register: String, unit: MeterUnit, step: Int64, newest: QuarterHour, places: [IntervalEntry?]
    ) {
        self.meter = meter
        self.register = register
        self.unit = unit
        self.step = step
        self.newest = newest
        self.places = places
    }

    /// The registers of a report that was decoded.
    public static func all(in report: IntervalReport) -> [RegisterReport] {
        zip(report.fields, report.history.registers).compactMap { field, places in
            guard let step = field.unitsPerStep else { return nil }
            return RegisterReport(
                meter: report.meter, register: field.name, unit: field.unit, step: step,
                newest: report.history.newest, places: places)
        }
    }

    /// The oldest boundary that the report tells of.
    public var oldest: QuarterHour { QuarterHour(number: newest.number - Int64(max(0, places.count - 1))) }
}
