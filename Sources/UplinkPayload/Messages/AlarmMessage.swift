import Timekeeping

extension ReportKind {
    /// Something happened that can't wait.
    public static let alarm = ReportKind(port: 3, name: "alarm")
}

/// Something that can't wait for the next report: ``Alarm``.
enum AlarmMessage: UplinkMessage {
    static let kind = ReportKind.alarm
    static let request = ReportKind.Request.never
    static let claim = AirTimeClaim.urgent

    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport {
        DecodedReport(kind: kind, try Alarm.decode(bytes, meters: schema.meters))
    }

    static func scripts(for schema: PayloadSchema) -> [String] {
        [Scripts.reader, Scripts.text(PackageResources.alarm_js)]
    }

    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue] {
        Alarm.Kind.allCases.flatMap { kind in
            schema.ofMeters(
                .alarm,
                [
                    .init("alarm", JSONSchema.constant(kind.name)), .init("active", JSONSchema.flag),
                    .init("time", JSONSchema.timeOrNull),
                ] + kind.fields.map { .init($0.name, JSONSchema.number($0)) },
                optional: [.init("phases", JSONSchema.text), .init(DecodedReport.saturatedKey, JSONSchema.text)])
        }
    }

    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])] {
        let time = ExampleReadings.time
        let alarms: [(description: String, alarm: Alarm)] = [
            ("the supply came back after 42 minutes", Alarm(.outage, meter: 0, isActive: false, time: time, value: 42)),
            (
                "under-voltage on one phase",
                Alarm(.underVoltage, meter: 0, isActive: true, phases: .l2, time: time, value: 1_986, limit: 2_070)
            ),
            (
                "over-voltage on two phases",
                Alarm(
                    .overVoltage, meter: 0, isActive: true, phases: [.l1, .l3], time: time, value: 2_581, limit: 2_530)
            ),
            (
                "imported power above the limit",
                Alarm(.importPower, meter: 0, isActive: true, time: time, value: 1_142, limit: 925)
            ),
            (
                "exported power below the limit again",
                Alarm(.exportPower, meter: 0, isActive: false, time: time, value: 780, limit: 800)
            ),
            ("the meter is silent", Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5, limit: 5)),
            ("the meter is back", Alarm(.silence, meter: 0, isActive: false, time: time, value: 37, limit: 5)),
            ("the breaker opened", Alarm(.breaker, meter: 0, isActive: true, time: time, value: 0)),
            ("relay 1 closed", Alarm(.relay1, meter: 0, isActive: false, time: time, value: 1)),
            ("relay 2 opened", Alarm(.relay2, meter: 0, isActive: true, time: time, value: 0)),
        ]
        return alarms.map { ($0.description, $0.alarm.encode()) }
    }
}
