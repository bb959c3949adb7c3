import HardwareSimulators
import SmartMeter
import Testing

@testable import UplinkPayload

@Suite struct IntervalLayoutTests {
    @Test func `whatever changes the meaning of a bit changes the tag`() throws {
        let base = try IntervalLayout(fields: registers(["1-0:1.8.0"]), avoiding: []).tag
        let changed = try [
            registers(["1-0:2.8.0"]), registers(["1-0:1.8.0", "1-0:2.8.0"]),
            registers(["1-0:1.8.0"], resolution: "0.01"),
            [FieldRequest("1-0:1.8.0", maximum: FixedPoint("99999")).field()],
        ].map { try IntervalLayout(fields: $0, avoiding: []).tag }
        #expect(!changed.contains(base))
        let readings = try schema(["1-0:1.8.0"]).layouts[0].tag
        #expect(base != readings)
        #expect(try IntervalLayout(fields: registers(["1-0:1.8.0"]), avoiding: [base]).tag == base &+ 1)
    }

    @Test func `layouts that can't be built say why`() throws {
        #expect(throws: LayoutError.noFields) { try IntervalLayout(fields: [], avoiding: []) }
        #expect(throws: LayoutError.tooManySeries(5)) {
            try IntervalLayout(fields: registers(fourRegisters + ["1-0:3.8.0"]), avoiding: [])
        }
        #expect(throws: LayoutError.noRegister(field: "import_kw")) {
            try IntervalLayout(fields: registers(["1-0:1.7.0"]), avoiding: [])
        }
        #expect(throws: LayoutError.noRegister(field: "import_kwh")) {
            try IntervalLayout(fields: registers(["1-0:1.8.0"], resolution: "0.0001"), avoiding: [])
        }
        #expect(throws: LayoutError.duplicateName("import_kwh")) {
            try IntervalLayout(fields: registers(["1-0:1.8.0", "1-0:1.8.0"]), avoiding: [])
        }
        #expect(throws: LayoutError.duplicateName("time")) {
            try IntervalLayout(fields: [FieldRequest("1-0:1.8.0", name: "time").field()], avoiding: [])
        }
    }

    @Test func `a payload of another layout, meter or length says what was expected`() throws {
        let layout = try IntervalLayout(fields: registers(["1-0:1.8.0"]), avoiding: [])
        #expect(throws: DecodeError.empty) { try layout.decode([], meters: ["main"]) }
        #expect(throws: DecodeError.wrongTag(layout.tag &+ 1, expected: [layout.tag])) {
            try layout.decode([layout.tag &+ 1, 0, 0, 0, 0, 0], meters: ["main"])
        }
        #expect(throws: DecodeError.unknownMeter(1, count: 1)) {
            try layout.decode([layout.tag, 0x10, 0, 0, 0, 0], meters: ["main"])
        }
        #expect(throws: DecodeError.damagedSeries) { try layout.decode([layout.tag, 0, 0, 0], meters: ["main"]) }
    }
}
