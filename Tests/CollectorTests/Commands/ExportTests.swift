import Collector
import Foundation
import MeterValues
import ServerEvents
import Testing
import Timekeeping

@Suite struct ExportTests {
    private let zone = "time_zone = \"Europe/Luxembourg\"\n"

    private func instant(_ text: String) throws -> UTCInstant { try #require(UTCInstant(rfc3339: text)) }
    private func boundary(_ text: String) throws -> QuarterHour { QuarterHour(atOrBefore: try instant(text)) }

    @Test func `each quarter-hour has a row and a gap an empty value`() throws {
        let bench = try CollectorBench(zone + CollectorBench.smallest)
        let now = try instant("2026-11-23T12:00:00Z")
        let payload = try bench.payload(
            newest: boundary("2026-11-23T00:45:00Z"), [[1_000, 1_112, nil, 1_300], [0, 0, 0, 40]])
        try bench.bring(bench.uplink(payload, at: now).json, at: now)
        let head = "70B3D57ED0012345,main"
        #expect(
            try bench.export(at: now) == """
                device,meter,register,start,end,value,unit
                \(head),import_kwh,2026-11-23T01:00:00+01:00,2026-11-23T01:15:00+01:00,0.112,kWh
                \(head),import_kwh,2026-11-23T01:15:00+01:00,2026-11-23T01:30:00+01:00,,kWh
                \(head),import_kwh,2026-11-23T01:30:00+01:00,2026-11-23T01:45:00+01:00,,kWh
                \(head),export_kwh,2026-11-23T01:00:00+01:00,2026-11-23T01:15:00+01:00,0,kWh
                \(head),export_kwh,2026-11-23T01:15:00+01:00,2026-11-23T01:30:00+01:00,0,kWh
                \(head),export_kwh,2026-11-23T01:30:00+01:00,2026-11-23T01:45:00+01:00,0.04,kWh

                """)
    }

    @Test(arguments: [
        ("2026-03-29", "2026-03-30", 92), ("2026-10-25", "2026-10-26", 100), ("2026-11-01", "2026-11-02", 96),
    ])
    func `a local day has as many rows as it has quarter-hours`(_ from: String, _ to: String, _ count: Int) throws {
        let bench = try CollectorBench(zone + CollectorBench.smallest)
        let now = try instant("2026-11-23T12:00:00Z")
        let payload = try bench.payload(newest: boundary("2026-01-01T00:00:00Z"), [[5], [6]])
        try bench.bring(bench.uplink(payload, at: now).json, at: now)
        let time = LocalTime(bench.configuration.timeZone)
        let selection = ProfileExport.Selection(from: time.instant(written: from), to: time.instant(written: to))
        let rows = try bench.export(.csv, selection, at: now).split(separator: "\n").dropFirst()
        #expect(rows.filter { $0.contains("import_kwh") }.count == count)
        #expect(rows.first?.contains(",\(from)T00:00:00") == true)
        #expect(rows.last?.contains(",\(to)T00:00:00") == true)
        // None twice: the hour that comes twice has two offsets.
        #expect(Set(rows).count == rows.count)
    }

    @Test func `quarter-hours that are not over are no gaps`() throws {
        let bench = try CollectorBench()
        let now = try instant("2026-11-23T00:50:00Z")
        try bench.bring(
            bench.uplink(bench.payload(newest: boundary("2026-11-23T00:00:00Z"), [[5], [6]]), at: now).json, at: now)
        let selection = ProfileExport.Selection(to: try instant("2026-11-25T00:00:00Z"))
        #expect(try bench.export(.csv, selection, at: now).split(separator: "\n").count == 1 + 2 * 3)
    }

    @Test func `JSON has the same rows with null for a gap`() throws {
        let bench = try CollectorBench("time_zone = \"UTC\"\n" + CollectorBench.smallest)
        let now = try instant("2026-11-23T12:00:00Z")
        let payload = try bench.payload(
            layout: 1, meter: 1, newest: boundary("2026-11-23T00:30:00Z"), [[500, 1_750, nil]].map { $0 + [2_000] })
        try bench.bring(bench.uplink(payload, at: now).json, at: now)
        let text = try bench.export(.json, at: now)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(rows.count == 3)
        #expect(rows[0]["meter"] as? String == "it's, \"gas\"" && rows[0]["unit"] as? String == "m3")
        #expect(rows[0]["value"] as? Double == 1.25 && rows[1]["value"] is NSNull)
        #expect(rows[0]["start"] as? String == "2026-11-22T23:45:00+00:00")
        // And in CSV the name is one cell.
        #expect(try bench.export(at: now).contains(",\"it's, \"\"gas\"\"\",gas_m3,"))
    }

    @Test func `nothing known is an empty list and a head alone`() throws {
        let bench = try CollectorBench()
        let now = try instant("2026-11-23T12:00:00Z")
        #expect(try bench.export(.json, at: now) == "[]\n")
        #expect(try bench.export(.csv, at: now) == "device,meter,register,start,end,value,unit\n")
        #expect(try bench.export(.influx, at: now) == "")
    }

    @Test func `InfluxDB gets use and register at the beginning of the quarter-hour`() throws {
        let bench = try CollectorBench()
        let now = try instant("2026-11-23T12:00:00Z")
        let payload = try bench.payload(
            layout: 1, meter: 1, newest: boundary("2026-11-23T00:30:00Z"), [[500, 1_750, 1_750]])
        try bench.bring(bench.uplink(payload, at: now).json, at: now)
        let tags = "p1lora,device=70B3D57ED0012345,meter=it's\\,\\ \"gas\" "
        #expect(
            try bench.export(.influx, at: now) == """
                \(tags)gas_m3=1.25,gas_m3_total=0.5 1795392000000000000
                \(tags)gas_m3=0,gas_m3_total=1.75 1795392900000000000
                \(tags)gas_m3_total=1.75 1795393800000000000

                """)
    }

    @Test func `one device and one meter can be chosen`() throws {
        let bench = try CollectorBench()
        let now = try instant("2026-11-23T12:00:00Z")
        let other = DeviceIdentifier(rawValue: 1)
        let newest = try boundary("2026-11-23T00:30:00Z")
        let lines = [
            bench.uplink(try bench.payload(newest: newest, [[1, 2], [3, 4]]), at: now).json,
            bench.uplink(try bench.payload(layout: 1, meter: 1, newest: newest, [[1, 2]]), counter: 2, at: now).json,
            bench.uplink(try bench.payload(newest: newest, [[1, 2], [3, 4]]), device: other, at: now).json,
        ]
        try bench.bring(lines.joined(separator: "\n"), at: now)
        func rows(_ selection: ProfileExport.Selection) throws -> Int {
            try bench.export(.csv, selection, at: now).split(separator: "\n").count - 1
        }
        #expect(try rows(.init()) == 5)
        #expect(try rows(.init(device: other)) == 2)
        #expect(try rows(.init(meter: "main")) == 4)
        #expect(try rows(.init(device: CollectorBench.device, meter: "it's, \"gas\"")) == 1)
    }

    @Test(arguments: [
        ("2026-11-27", "2026-11-26T23:00:00Z"), ("2026-07-27T13:00", "2026-07-27T11:00:00Z"),
        ("2026-11-27T13:00:00", "2026-11-27T12:00:00Z"), ("2026-11-27T13:00Z", "2026-11-27T13:00:00Z"),
        ("2026-11-27T13:00+05:30", "2026-11-27T07:30:00Z"), ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
    ]) func `times are written in the zone of the configuration unless they say another`(
        _ text: String, _ utc: String
    ) throws {
        let time = LocalTime(try #require(TimeZone(identifier: "Europe/Luxembourg")))
        #expect(try time.instant(written: text) == instant(utc))
    }

    @Test(arguments: ["", "yesterday", "2026-13-01", "27.11.2026", "2026-11-27T25:00"])
    func `what is no time is refused`(_ text: String) throws {
        #expect(LocalTime(.gmt).instant(written: text) == nil)
    }

    @Test(arguments: [
        (Int64(12_345), MeterUnit.kilowattHour, "12.345"), (5, .wattHour, "5"), (7, .megawattHour, "0.000007"),
        (1_250, .cubicMetre, "1.25"), (3, .cubicDecimetre, "3"), (1_500, .gigajoule, "1.5"), (3, .kilojoule, "3000"),
        (0, .kilojoule, "0"),
    ]) func `registers are exact decimals of their unit`(_ value: Int64, _ unit: MeterUnit, _ text: String) {
        #expect(RegisterNumber.text(value, in: unit) == text)
    }
}
