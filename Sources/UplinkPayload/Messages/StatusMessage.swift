extension ReportKind {
    /// How the bridge itself is.
    public static let status = ReportKind(port: 4, name: "status")
}

/// How the bridge itself is: ``StatusPage``.
enum StatusMessage: UplinkMessage {
    static let kind = ReportKind.status
    static let request = ReportKind.Request.nothing
    static let claim = AirTimeClaim.other

    static func decode(_ bytes: [UInt8], by schema: PayloadSchema) throws(DecodeError) -> DecodedReport {
        DecodedReport(kind: kind, try StatusPage.decode(bytes, meters: schema.meters))
    }

    static func scripts(for schema: PayloadSchema) -> [String] {
        [Scripts.reader, Scripts.text(PackageResources.status_js)]
    }

    static func jsonSchemas(of schema: PayloadSchema) -> [JSONValue] {
        [
            page("health", health, optional: [.init(DecodedReport.saturatedKey, JSONSchema.text)]),
            // The reports' keys have their numbers in them.
            [
                "type": "object",
                "properties": ["report": JSONSchema.constant(kind.name), "page": JSONSchema.constant("settings")],
                "required": ["report", "page", "sequence", "daily_airtime_s"],
            ],
            page("layouts", [.init("layouts", JSONSchema.text)]),
        ]
            + schema.ofMeters(
                .status, AlarmLimit.allCases.map { .init($0.name, JSONSchema.number($0.field)) },
                fixed: [.init("page", JSONSchema.constant("limits"))])
    }

    private static var health: [JSONValue.Member] {
        [.init("version", JSONSchema.text)] + BridgeHealth.counters.map { .init($0.0.name, JSONSchema.number($0.0)) }
            + [
                .init("silent_meters", JSONSchema.text),
                .init("trouble", JSONSchema.anyOf(Trouble.allCases.map(\.name))),
            ]
    }

    private static func page(
        _ page: String, _ properties: [JSONValue.Member], optional: [JSONValue.Member] = []
    ) -> JSONValue {
        JSONSchema.report(.status, [.init("page", JSONSchema.constant(page))] + properties, optional: optional)
    }

    static func examples(of schema: PayloadSchema) -> [(description: String, bytes: [UInt8])] {
        var health = BridgeHealth(version: .init(0, 1, 0))
        (health.uptimeMinutes, health.telegrams, health.uplinks, health.downlinks) = (10_080, 60_472, 671, 3)
        (health.joins, health.airTimeTenths) = (1, 287)
        var trouble = health
        (trouble.refusedTelegrams, trouble.radioRestarts, trouble.skippedReports) = (70_000, 2, 12)
        (trouble.silentMeters, trouble.trouble, trouble.troubleMinutes) = ([0], .meterSilent, 7)
        var settings = BridgeSettings(
            reports: schema.reports.map { _ in .init(seconds: 900) }, limits: [[.overVoltage: 2_530, .silence: 5]],
            dailyAirTime: 300)
        settings.remember(12)
        let pages = StatusPage.settingsPages(
            settings, layouts: schema.layouts.map(\.tag) + schema.intervalLayouts.map(\.tag),
            largestPayload: ReadingsLayout.smallestLimit)
        return [
            ("a bridge in good health", StatusPage.health(health).encode()),
            ("a bridge in trouble", StatusPage.health(trouble).encode()),
        ] + pages.enumerated().map { ("the settings in force, page \($0.offset + 1)", $0.element.encode()) }
    }
}
