import MeterValues
import SmartMeter
import Testing
import UplinkPayload

@Suite struct BadPayloadTests {
    @Test func `a payload of another port, layout, length or meter says what was expected`() throws {
        let schema = try schema(["1-0:1.8.0"])
        let tag = schema.layouts[0].tag
        let good = schema.layouts[0].encode(reading([(importCode, 1, 3, .kilowattHour)]), meter: 0)
        #expect(throws: DecodeError.unknownPort(2, known: [1, 3, 4, 5])) { try schema.decode(port: 2, good) }
        #expect(throws: DecodeError.empty) { try schema.decode(port: 1, []) }
        #expect(throws: DecodeError.wrongTag(tag &+ 1, expected: [tag])) {
            try schema.decode(port: 1, [tag &+ 1] + good.dropFirst())
        }
        #expect(throws: DecodeError.wrongLength(7, expected: 6)) { try schema.decode(port: 1, good + [0]) }
        #expect(throws: DecodeError.wrongLength(1, expected: 6)) { try schema.decode(port: 1, [tag]) }
        var otherMeter = good
        otherMeter[1] |= 0x10
        #expect(throws: DecodeError.unknownMeter(1, count: 1)) { try schema.decode(port: 1, otherMeter) }
        var padded = good
        padded[5] |= 1
        #expect(throws: DecodeError.paddingNotZero) { try schema.decode(port: 1, padded) }
    }

    @Test func `layouts that can't be built say why`() throws {
        #expect(throws: LayoutError.unknownSource("1.8.0")) { try FieldRequest("1.8.0").field() }
        #expect(throws: LayoutError.rangeNeeded(field: "1-0:99.1.0")) { try FieldRequest("1-0:99.1.0").field() }
        #expect(throws: LayoutError.badName("Import kWh")) {
            try FieldRequest("1-0:1.8.0", name: "Import kWh").field()
        }
        #expect(throws: LayoutError.reservedName("meter")) { try FieldRequest("1-0:1.8.0", name: "meter").field() }
        #expect(throws: LayoutError.wrongUnit(field: "import_kwh", unit: .volt)) {
            try FieldRequest("1-0:1.8.0", name: "import_kwh", unit: .volt).field()
        }
        #expect(throws: LayoutError.duplicateName("import_kwh")) { try schema(["1-0:1.8.0", "1-0:1.8.0"]) }
        #expect(throws: LayoutError.noFields) { try schema([]) }
        #expect(throws: LayoutError.doesNotFit(field: "import_kwh", bytes: 3)) {
            try schema(["1-0:1.8.0"], largestPayload: 3)
        }
        #expect(throws: LayoutError.rangeTooWide(field: "import_kwh")) {
            try FieldRequest("1-0:1.8.0", maximum: FixedPoint("999999999999")).field()
        }
        #expect(throws: LayoutError.emptyRange(field: "import_kwh")) {
            try FieldRequest("1-0:1.8.0", maximum: FixedPoint("0")).field()
        }
    }
}
