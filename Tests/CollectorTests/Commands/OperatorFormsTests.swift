import Collector
import Foundation
import MeterValues
import ServerEvents
import TestTags
import Testing
import Timekeeping

/// The forms of grid operators, read by programs that others wrote (PyPI: leneda-client, greenbutton-objects).
private enum Reader {
    static let knowsLeneda = Python.runs("import leneda.models")
    static let knowsGreenButton = Python.runs("import greenbutton_objects.parse")
}

@Suite(.tags(.process), .waits) struct OperatorFormsTests {
    private static let point = "LU0000000000000000000000000000001"

    private func instant(_ text: String) throws -> UTCInstant { try #require(UTCInstant(rfc3339: text)) }

    /// A day and a half of a house with import and export, one quarter-hour unknown, and the gas of another meter.
    private func bench() throws -> (bench: CollectorBench, now: UTCInstant) {
        let bench = try CollectorBench("time_zone = \"Europe/Luxembourg\"\n" + CollectorBench.smallest)
        let now = try instant("2026-11-24T12:00:00Z")
        let newest = QuarterHour(atOrBefore: try instant("2026-11-24T01:00:00Z"))
        let values: [[Int64?]] = [
            [1_000, 1_112, nil, 1_300, 1_305, 1_400], [0, 0, 0, 40, 40, 41],
        ]
        let lines = [
            bench.uplink(try bench.payload(newest: newest, values), at: now).json,
            bench.uplink(
                try bench.payload(layout: 1, meter: 1, newest: newest, [[500, 1_750, 1_750]]), counter: 2, at: now
            ).json,
        ]
        try bench.bring(lines.joined(separator: "\n"), at: now)
        return (bench, now)
    }

    @Test func `Leneda's form has means of power by the start of the quarter-hour, and no item for a gap`() throws {
        let (bench, now) = try bench()
        let text = try bench.export(.leneda, .init(meter: "main", point: Self.point), at: now)
        let item = ",\"type\":\"Actual\",\"version\":1,\"calculated\":false}"
        #expect(
            text == """
                [
                {"meteringPointCode":"\(Self.point)","obisCode":"1-1:1.29.0","intervalLength":"PT15M","unit":"kW","items":[
                {"value":0.448,"startedAt":"2026-11-23T23:45:00Z"\(item),
                {"value":0.02,"startedAt":"2026-11-24T00:30:00Z"\(item),
                {"value":0.38,"startedAt":"2026-11-24T00:45:00Z"\(item)]},
                {"meteringPointCode":"\(Self.point)","obisCode":"1-1:2.29.0","intervalLength":"PT15M","unit":"kW","items":[
                {"value":0,"startedAt":"2026-11-23T23:45:00Z"\(item),
                {"value":0,"startedAt":"2026-11-24T00:00:00Z"\(item),
                {"value":0.16,"startedAt":"2026-11-24T00:15:00Z"\(item),
                {"value":0,"startedAt":"2026-11-24T00:30:00Z"\(item),
                {"value":0.004,"startedAt":"2026-11-24T00:45:00Z"\(item)]}
                ]

                """)
        let gas = try bench.export(.leneda, .init(meter: "it's, \"gas\"", point: Self.point), at: now)
        #expect(gas.contains("\"7-1:99.23.15\",\"intervalLength\":\"PT15M\",\"unit\":\"m³\""))
        #expect(gas.contains("{\"value\":1.25,\"startedAt\":\"2026-11-24T00:30:00Z\""))
    }

    @Test func `Leneda's form takes a metering point and one meter`() throws {
        let (bench, now) = try bench()
        let (noPoint, several) = (
            #expect(throws: ProfileExportError.self) { try bench.export(.leneda, .init(meter: "main"), at: now) },
            #expect(throws: ProfileExportError.self) { try bench.export(.leneda, .init(point: Self.point), at: now) }
        )
        #expect(noPoint.map { "\($0)" }?.contains("code of the metering point") == true)
        #expect(several.map { "\($0)" }?.contains("70B3D57ED0012345 main") == true)
    }

    @Test(.enabled(if: Reader.knowsLeneda, "needs Python's leneda-client"))
    func `the client of Leneda reads what is exported for it`() throws {
        let (bench, now) = try bench()
        let text = try bench.export(.leneda, .init(meter: "main", point: Self.point), at: now)
        let script = """
            import json, sys
            from leneda.models import MeteringData
            for one in json.load(sys.stdin):
                data = MeteringData.from_dict(one)
                items = ['%.3f@%d' % (i.value, i.started_at.timestamp()) for i in data.items]
                print(data.metering_point_code, data.obis_code.name, data.interval_length, data.unit, *items)
            """
        let lines = try #require(Python.answer(script, [], input: Data(text.utf8)))
        #expect(
            lines == [
                "\(Self.point) ELEC_CONSUMPTION_ACTIVE PT15M kW 0.448@1795477500 0.020@1795480200 0.380@1795481100",
                "\(Self.point) ELEC_PRODUCTION_ACTIVE PT15M kW 0.000@1795477500 0.000@1795478400 0.160@1795479300 "
                    + "0.000@1795480200 0.004@1795481100",
            ])
    }

    @Test func `Green Button's feed is the same at each export of the same, and each of its places stands once`() throws
    {
        let (bench, now) = try bench()
        let text = try bench.export(.greenButton, at: now)
        #expect(try bench.export(.greenButton, at: now) == text)
        let ids = text.matches(of: /<id>(urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12})</)
        // The feed, two usage points, three meter readings and types, and five blocks: two registers have two days.
        #expect(ids.count == 1 + 2 + 3 + 3 + 5 && Set(ids.map(\.output.1)).count == ids.count)
        #expect(text.contains("<title>70B3D57ED0012345 it&#39;s, &quot;gas&quot;</title>"))
    }

    @Test(.enabled(if: Reader.knowsGreenButton, "needs Python's greenbutton-objects"))
    func `a reader of Green Button finds each register with its readings`() throws {
        let (bench, now) = try bench()
        let text = try bench.export(.greenButton, at: now)
        let script = """
            import sys
            from greenbutton_objects import parse
            for point in sorted(parse.parse_feed(sys.stdin), key=lambda p: p.title):
                for reading in sorted(point.meterReadings, key=lambda r: r.title):
                    kind = reading.readingType
                    values = ['%g@%d+%d' % (i.value, i.timePeriod.start.timestamp(), i.timePeriod.duration.seconds)
                              for i in reading.intervalReadings]
                    print(point.title, point.serviceCategory.name, reading.title, kind.uom.name, kind.flowDirection.name,
                          kind.accumulationBehaviour.name, kind.commodity.name, kind.intervalLength, *values)
            """
        let lines = try #require(Python.answer(script, [], input: Data(text.utf8)))
        let device = "70B3D57ED0012345"
        #expect(
            lines == [
                "\(device) it's, \"gas\" naturalGas gas_m3 cubicMeters forward deltaData naturalGas 900 "
                    + "1.25@1795480200+900 0@1795481100+900",
                "\(device) main electricity export_kwh wattHours reverse deltaData electricity 900 0@1795477500+900 "
                    + "0@1795478400+900 40@1795479300+900 0@1795480200+900 1@1795481100+900",
                "\(device) main electricity import_kwh wattHours forward deltaData electricity 900 "
                    + "112@1795477500+900 5@1795480200+900 95@1795481100+900",
            ])
    }
}
