import MeterValues

/// Downlinks of the examples.
enum ExampleCommands {
    /// Of the configuration's first intervals report, where it has one.
    static func commands(of schema: PayloadSchema) -> [(String, Command)] {
        let intervals = (schema.reports.firstIndex { $0.kind == .intervals } ?? 0) + 1
        return
            [
                ("send all reports now", .sendNow(report: nil)), ("send the first report now", .sendNow(report: 1)),
                ("the first report each 30 minutes", .setReport(1, isOn: true, period: 180)),
                ("the second report off", .setReport(2, isOn: false, period: nil)),
                ("an alarm above 253 V", .setLimit(.overVoltage, meter: 0, value: 2_530)),
                ("no alarm about power", .setLimit(.importPower, meter: 0, value: nil)),
                (
                    "a day of quarter-hours again",
                    .sendIntervals(
                        report: intervals, meter: 0,
                        first: QuarterHour(number: QuarterHour(atOrBefore: ExampleReadings.time).number - 192),
                        count: 96)
                ),
                ("ask for the status", .sendStatus), ("join anew", .rejoin), ("20 s on air a day", .setAirTime(200)),
                ("no limit of air-time but the law", .setAirTime(nil)),
                (
                    "the last six hours are known, but the third of them",
                    .acknowledgeIntervals(
                        report: intervals, meter: 0, newest: QuarterHour(atOrBefore: ExampleReadings.time),
                        hours: 0b1101_1100_0000_0000_0000_0000)
                ),
            ]
    }
}
