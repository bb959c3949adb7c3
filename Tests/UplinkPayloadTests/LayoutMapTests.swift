import Testing

@testable import UplinkPayload

@Suite struct LayoutMapTests {
    @Test func `the map of a layout covers every bit of its payload, in order`() throws {
        let layout = try schema(["1-0:1.8.0", "net_power", "1-0:32.7.0"]).layouts[0]
        let map = layout.map
        #expect(map.parts.map(\.name) == ["tag", "meter", "import_kwh", "net_kw", "voltage_l1_v"])
        #expect(map.parts.reduce(0) { $0 + $1.width } == layout.byteCount * 8)
        #expect(map.text.contains("42-59    18    net_kw        net_power: -99.999 to 162.143 kW in steps of 0.001"))
    }

    @Test func `an intervals layout ends where the frame does`() throws {
        let fields = try ["1-0:1.8.0", "1-0:2.8.0"].map { try FieldRequest($0).field() }
        let layout = try PayloadSchema(meters: ["m"], reports: [.intervals(fields)], largestPayload: 51)
            .intervalLayouts[0]
        #expect(layout.map.byteCount == nil && layout.map.text.contains("33 …     rest"))
    }

    @Test func `the drawing has a box for each part and escapes what XML reserves`() throws {
        let maps = try schema(["1-0:1.8.0", "1-0:2.8.0"]).layouts.map(\.map)
        let svg = LayoutDrawing.svg(maps)
        for part in maps[0].parts { #expect(svg.contains("<title>\(part.name): ")) }
        let wild = LayoutMap(
            kind: .readings, tag: 1, parts: [.init(name: "a<b", width: 200, meaning: "\"&\"")], byteCount: 25)
        #expect(LayoutDrawing.svg([wild]).contains("<title>a&lt;b: \"&amp;\"</title>"))
    }

    @Test func `a script is made smaller without a change of meaning`() {
        let script = """
            // A comment.
            function f(a, b) {  // another
              var text = "// no comment;  \\" }";
              if (a) {
                return a + +b - -b;
              }
              return typeof a === 'x;\\' }' ? a / b : null;
            }
            """
        #expect(
            CompactScript.of(script) == #"""
                function f(a,b){var text="// no comment;  \" }";
                if(a){return a+ +b- -b}
                return typeof a==='x;\' }'?a/b:null}
                """#)
    }
}
