import Testing

@testable import UplinkPayload

@Suite struct StatusTests {
    let schema: PayloadSchema

    init() throws { schema = try UplinkPayloadTests.schema(["1-0:1.8.0"], meters: ["main", "heat pump"]) }

    static var settings: BridgeSettings {
        BridgeSettings(
            reports: [.init(seconds: 900), .init(isOn: false, seconds: 86_400)],
            limits: [[.overVoltage: 2_530, .importPower: 925], [:]], dailyAirTime: 300)
    }

    @Test func `the health of a bridge takes 28 bytes`() throws {
        var health = BridgeHealth(version: .init(1, 20, 3))
        health.uptimeMinutes = 10_080
        health.telegrams = 60_480
        health.refusedTelegrams = 70_000
        health.uplinks = 672
        health.airTimeTenths = 299
        health.silentMeters = [1]
        health.trouble = .meterSilent
        health.troubleMinutes = 12
        let bytes = StatusPage.health(health).encode()
        #expect(bytes.count == 28)
        #expect(
            try schema.decode(port: 4, bytes).json
                == #"{"report":"status","page":"health","version":"1.20.3","uptime_min":10080,"telegrams":60480,"#
                + #""telegrams_refused":65534,"uplinks":672,"downlinks":0,"joins":0,"radio_restarts":0,"#
                + #""reports_skipped":0,"airtime_s":29.9,"trouble_min":12,"silent_meters":"heat pump","#
                + #""trouble":"meter_silent","saturated":"telegrams_refused"}"#)
    }

    @Test func `the settings in force are told in pages that each decode alone`() throws {
        let pages = StatusPage.settingsPages(Self.settings, layouts: [161, 7], largestPayload: 51)
        #expect(
            try pages.map { try schema.decode(port: 4, $0.encode()).json } == [
                #"{"report":"status","page":"settings","sequence":null,"daily_airtime_s":30,"report1_on":true,"#
                    + #""report1_every_s":900,"report2_on":false,"report2_every_s":86400}"#,
                #"{"report":"status","page":"layouts","layouts":"161,7"}"#,
                #"{"report":"status","page":"limits","meter":"main","under_voltage_v":null,"over_voltage_v":253,"#
                    + #""import_kw":9.25,"export_kw":null,"silent_min":null}"#,
                #"{"report":"status","page":"limits","meter":"heat pump","under_voltage_v":null,"#
                    + #""over_voltage_v":null,"import_kw":null,"export_kw":null,"silent_min":null}"#,
            ])
    }

    @Test(arguments: [11, 51, 222])
    func `no page is longer than the payload may be, and none is left out`(largest: Int) throws {
        var settings = Self.settings
        settings.reports = (1...60).map { BridgeSettings.Report(seconds: $0 * 100) }
        let tags = (0..<60).map { UInt8($0) }
        let pages = StatusPage.settingsPages(settings, layouts: tags, largestPayload: largest)
        let decoded = try pages.map { try schema.decode(port: 4, $0.encode()) }
        #expect(pages.allSatisfy { $0.encode().count <= largest })
        for number in 1...60 {
            #expect(decoded.compactMap { $0["report\(number)_every_s"] } == [.whole(number * 100)])
        }
        let told = decoded.compactMap { $0["layouts"] }.flatMap { value -> [String] in
            if case .text(let text) = value { text.split(separator: ",").map(String.init) } else { [] }
        }
        #expect(told == tags.map(String.init))
    }

    @Test func `a status of another version or page, and a cut one, say so`() {
        #expect(throws: DecodeError.wrongVersion(0, of: "the status")) { try schema.decode(port: 4, [0x00]) }
        #expect(throws: DecodeError.unknownNumber(9, in: "status page")) { try schema.decode(port: 4, [0x19]) }
        #expect(throws: DecodeError.tooShort(5)) { try schema.decode(port: 4, [0x10, 1, 2, 3, 4]) }
        let health = StatusPage.health(BridgeHealth(version: .init(1, 0, 0))).encode()
        #expect(throws: DecodeError.unknownNumber(99, in: "trouble")) {
            try schema.decode(port: 4, Array(health.dropLast()) + [UInt8(99)])
        }
        var silent = health
        silent[26] = 1
        #expect(throws: DecodeError.unknownMeter(15, count: 2)) { try schema.decode(port: 4, silent) }
    }
}
