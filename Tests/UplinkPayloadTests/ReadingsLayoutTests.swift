import MeterValues
import Testing
import Timekeeping
import UplinkPayload

/// A reading of the quantities given as (code, digits without the point, decimals, unit).
func reading(_ quantities: [(OBISCode, Int64, UInt8, MeterUnit)]) -> Reading {
    Reading(
        time: UTCInstant(secondsSince1970: 1_800_000_000),
        quantities: Dictionary(
            uniqueKeysWithValues: quantities.map {
                ($0.0, Quantity(coefficient: $0.1, decimals: $0.2, unit: $0.3))
            }))
}

func schema(_ fields: [String], meters: [String] = ["main"], largestPayload: Int = 51) throws -> PayloadSchema {
    try PayloadSchema(
        meters: meters, reports: [.readings(fields.map { try FieldRequest($0).field() })],
        largestPayload: largestPayload)
}

let importCode = OBISCode(1, 0, 1, 8, 0)

@Suite struct ReadingsLayoutTests {
    @Test func `a value is decoded exactly as the meter printed it`() throws {
        let schema = try schema(["1-0:1.8.0", "1-0:2.8.0", "1-0:1.7.0"])
        let reading = reading([
            (importCode, 25_653, 3, .kilowattHour), (OBISCode(1, 0, 2, 8, 0), 40, 3, .kilowattHour),
            (OBISCode(1, 0, 1, 7, 0), 5, 3, .kilowatt),
        ])
        let payload = schema.layouts[0].encode(reading, meter: 0)
        #expect(payload.count == 12)
        #expect(
            try schema.decode(port: 1, payload).json
                == #"{"report":"readings","meter":"main","import_kwh":25.653,"export_kwh":0.04,"import_kw":0.005}"#)
    }

    @Test func `a net power beyond 64 bits is absent`() throws {
        let schema = try schema(["net_power"])
        let reading = reading([
            (OBISCode(1, 0, 1, 7, 0), .max, 2, .watt),
            (OBISCode(1, 0, 2, 7, 0), -.max, 2, .watt),
        ])
        let payload = schema.layouts[0].encode(reading, meter: 0)
        #expect(try schema.decode(port: 1, payload)["net_kw"] == .absent)
    }

    @Test func `bits lie most significant first behind the tag and the meter's number`() throws {
        let schema = try schema(["1-0:31.7.0", "1-0:32.7.0"], meters: ["a", "b", "c"])
        let reading = reading([(OBISCode(1, 0, 31, 7, 0), 5, 0, .ampere), (OBISCode(1, 0, 32, 7, 0), 2_331, 1, .volt)])
        let layout = schema.layouts[0]
        // 4 bits meter 0010, 7 bits 0000101, 12 bits 100100011011, 1 bit of padding.
        #expect(layout.encode(reading, meter: 2) == [layout.tag, 0b0010_0000, 0b1011_0010, 0b0011_0110])
    }

    @Test func `a value that is missing is null, never zero`() throws {
        let schema = try schema(["1-0:1.8.0", "1-0:2.8.0"])
        let payload = schema.layouts[0].encode(reading([(importCode, 0, 3, .kilowattHour)]), meter: 0)
        #expect(
            try schema.decode(port: 1, payload).json
                == #"{"report":"readings","meter":"main","import_kwh":0,"export_kwh":null}"#)
    }

    @Test func `a value beyond the range is the range's end, marked as saturated`() throws {
        let schema = try schema(["1-0:31.7.0", "net_power"])
        let high = reading([
            (OBISCode(1, 0, 31, 7, 0), 127, 0, .ampere), (OBISCode(1, 0, 1, 7, 0), 0, 3, .kilowatt),
            (OBISCode(1, 0, 2, 7, 0), 150_000, 3, .kilowatt),
        ])
        #expect(
            try schema.decode(port: 1, schema.layouts[0].encode(high, meter: 0)).json
                == #"{"report":"readings","meter":"main","current_l1_a":126,"net_kw":-99.999,"#
                + #""saturated":"current_l1_a,net_kw"}"#)
    }

    @Test func `a range below the register's present value is told, with the value and the end`() throws {
        let request = FieldRequest("1-0:1.8.0", maximum: FixedPoint("20"))
        let layout = try PayloadSchema(meters: ["m"], reports: [.readings([request.field()])], largestPayload: 51)
            .layouts[0]
        #expect(
            layout.misfits(of: reading([(importCode, 40_000, 3, .kilowattHour)])) == [
                "import_kwh is 40 kWh now, but its field ends at 32.766: give it a larger max"
            ])
        #expect(layout.misfits(of: reading([(importCode, 32_765, 3, .kilowattHour)])) == [])
        #expect(layout.misfits(of: reading([])) == [])
    }

    @Test func `a negative value in a field without sign is absent`() throws {
        let schema = try schema(["1-0:1.8.0"])
        let payload = schema.layouts[0].encode(reading([(importCode, -1, 3, .kilowattHour)]), meter: 0)
        #expect(try schema.decode(port: 1, payload)["import_kwh"] == .absent)
    }

    @Test func `units of one kind convert, others are absent`() throws {
        let schema = try schema(["1-0:1.8.0", "1-0:2.8.0"])
        let reading = reading([
            (importCode, 6_545_766, 0, .wattHour), (OBISCode(1, 0, 2, 8, 0), 58, 0, .volt),
        ])
        let decoded = try schema.decode(port: 1, schema.layouts[0].encode(reading, meter: 0))
        #expect(decoded["import_kwh"] == .number(FixedPoint(coefficient: 6_545_766, decimals: 3), saturated: false))
        #expect(decoded["export_kwh"] == .absent)
    }

    @Test func `net power is import less export`() throws {
        let schema = try schema(["net_power"])
        let reading = reading([
            (OBISCode(1, 0, 1, 7, 0), 1_200, 3, .kilowatt), (OBISCode(1, 0, 2, 7, 0), 3_450, 3, .kilowatt),
        ])
        #expect(
            try schema.decode(port: 1, schema.layouts[0].encode(reading, meter: 0))["net_kw"]
                == .number(FixedPoint(coefficient: -2_250, decimals: 3), saturated: false))
    }

    @Test func `four energies, two powers, three voltages and three currents take 28 bytes`() throws {
        let fields = [
            "1-0:1.8.0", "1-0:2.8.0", "1-0:3.8.0", "1-0:4.8.0", "1-0:1.7.0", "1-0:2.7.0", "1-0:32.7.0", "1-0:52.7.0",
            "1-0:72.7.0", "1-0:31.7.0", "1-0:51.7.0", "1-0:71.7.0",
        ]
        let layouts = try schema(fields).layouts
        #expect(layouts.map(\.byteCount) == [28])
    }

    @Test func `fields that do not fit one payload are split over several, each with its own tag`() throws {
        let fields = ["1-0:1.8.0", "1-0:2.8.0", "1-0:3.8.0", "1-0:4.8.0"]
        let schema = try schema(fields, largestPayload: 11)
        #expect(
            schema.layouts.map { $0.fields.map(\.name).joined(separator: " ") } == [
                "import_kwh export_kwh", "reactive_import_kvarh reactive_export_kvarh",
            ])
        #expect(schema.layouts.allSatisfy { $0.byteCount <= 11 })
        #expect(Set(schema.layouts.map(\.tag)).count == 2)
    }

    @Test func `layouts of one configuration never share a tag`() throws {
        let reports = try (1...150).map { number -> ReportContent in
            let request = FieldRequest(
                "1-0:31.7.0", name: "a\(number)", maximum: FixedPoint(coefficient: 9, decimals: 0))
            return .readings([try request.field()])
        }
        let schema = try PayloadSchema(meters: ["main"], reports: reports, largestPayload: 51)
        #expect(Set(schema.layouts.map(\.tag)).count == 150)
    }

    @Test func `layouts of older configurations stay decodable, and new ones avoid their tags`() throws {
        let old = try schema(["1-0:1.8.0", "1-0:1.7.0"])
        let taken = FieldRequest("1-0:31.7.0", name: "x", maximum: FixedPoint(coefficient: 9, decimals: 0))
        // A layout whose own tag is that of the old one.
        let clash = try (0..<5_000).map { number -> PayloadSchema in
            var request = taken
            request.name = "x\(number)"
            return try PayloadSchema(meters: ["main"], reports: [.readings([request.field()])], largestPayload: 51)
        }.first { $0.layouts[0].tag == old.layouts[0].tag }
        let fields = try #require(clash).layouts[0].fields
        let new = try PayloadSchema(
            meters: ["main", "second"], reports: [.readings(fields)], largestPayload: 51, older: [old])
        #expect(new.layouts[0].tag != old.layouts[0].tag && new.layouts.count == 1)
        let payload = old.layouts[0].encode(reading([(importCode, 7, 3, .kilowattHour)]), meter: 0)
        #expect(try new.decode(port: 1, payload) == old.decode(port: 1, payload))
        let same = try PayloadSchema(
            meters: ["main"], reports: [.readings(old.layouts[0].fields)], largestPayload: 51, older: [old])
        #expect(same.layouts[0].tag == old.layouts[0].tag, "the same layout keeps its tag")
        #expect(throws: LayoutError.otherMeters(["main"], now: ["new", "main"])) {
            try PayloadSchema(
                meters: ["new", "main"], reports: [.readings(fields)], largestPayload: 51, older: [old])
        }
    }

    @Test func `whatever changes the meaning of a bit changes the tag`() throws {
        let base = try schema(["1-0:1.8.0"]).layouts[0].tag
        for request in [
            FieldRequest("1-0:1.8.0", name: "other_kwh"),
            FieldRequest("1-0:1.8.0", resolution: Resolution("0.01")),
            FieldRequest("1-0:1.8.0", maximum: FixedPoint("10")),
            FieldRequest("1-0:1.8.0", minimum: FixedPoint("-1")),
        ] {
            let changed = try PayloadSchema(meters: ["m"], reports: [.readings([request.field()])], largestPayload: 51)
            #expect(changed.layouts[0].tag != base)
        }
    }

    @Test func `every code of a field decodes to the value that encodes to it`() throws {
        for (minimum, maximum, step) in [(0, 200, 1), (-100, 100, 1), (-7, 1_000, 5), (3, 4, 1)]
            as [(Int64, Int64, Int64)]
        {
            let resolution = try #require(Resolution(step: step, decimals: 1))
            let field = try Field(
                source: .register(importCode), name: "x", unit: .volt, resolution: resolution, minimum: minimum,
                maximum: maximum)
            let schema = try PayloadSchema(meters: ["m"], reports: [.readings([field])], largestPayload: 51)
            for value in stride(from: minimum, through: field.maximum, by: Int64.Stride(step)) {
                let payload = schema.layouts[0].encode(reading([(importCode, value, 1, .volt)]), meter: 0)
                guard case .number(let number, _)? = try schema.decode(port: 1, payload)["x"] else {
                    Issue.record("\(value) did not decode to a number")
                    continue
                }
                #expect(number.coefficient == value)
            }
        }
    }
}
