import HardwareSimulators
import TestTags
import Testing
import Timekeeping

private let engine = try? JavaScriptEngine.find()

@Suite(
    .tags(.process), .waits, .slow,
    .enabled(if: engine != nil, "no JavaScript engine is installed: apt-get install duktape"))
struct JavaScriptEngineTests {
    private let codec = """
        function decodeUplink(input) {
          if (input.bytes.length !== 2) { return { errors: ["2 bytes are wanted, not " + input.bytes.length] }; }
          return { data: { port: input.fPort, value: input.bytes[0] * 256 + input.bytes[1] }, warnings: [] };
        }
        """

    @Test func `a batch of uplinks comes back in order, each as the codec's own JSON`() throws {
        let engine = try #require(engine)
        var uplinks = (0..<500).map { JavaScriptEngine.Uplink(bytes: [UInt8($0 >> 8), UInt8($0 & 255)], port: 3) }
        uplinks.append(.init(bytes: [1], port: 4))
        let results = try engine.decodeUplinks(codec: codec, uplinks)
        #expect(results.count == 501)
        #expect(results[258] == #"{"data":{"port":3,"value":258},"warnings":[]}"#)
        #expect(results[500] == #"{"errors":["2 bytes are wanted, not 1"]}"#)
    }

    @Test(arguments: ["duk", "node"].compactMap { try? JavaScriptEngine.find(names: [$0]) })
    func `every engine that is installed gives the same`(engine: JavaScriptEngine) throws {
        let results = try engine.decodeUplinks(codec: codec, [.init(bytes: [1, 2], port: 9)])
        #expect(results == [#"{"data":{"port":9,"value":258},"warnings":[]}"#])
    }

    @Test func `what a codec prints does not stand in the way`() throws {
        let noisy = "var say = typeof print === 'function' ? print : console.log; say('hello');\n" + codec
        let results = try #require(engine).decodeUplinks(codec: noisy, [.init(bytes: [0, 1], port: 1)])
        #expect(results.count == 1)
    }

    @Test func `a codec with a syntax error says what the engine said`() throws {
        let engine = try #require(engine)
        let error = #expect(throws: JavaScriptError.self) {
            try engine.decodeUplinks(codec: "function decodeUplink(input) {", [.init(bytes: [1], port: 1)])
        }
        #expect(error?.description.contains("SyntaxError") == true, "\(String(describing: error))")
    }

    @Test func `a codec that throws, or returns nothing, names the uplink`() throws {
        let engine = try #require(engine)
        let text = "function decodeUplink(i) { if (i.bytes[0] === 2) { throw new Error('two'); } return {}; }"
        let uplinks: [JavaScriptEngine.Uplink] = [.init(bytes: [1], port: 1), .init(bytes: [2], port: 1)]
        #expect(throws: JavaScriptError.threw(uplink: 1, message: "Error: two")) {
            try engine.decodeUplinks(codec: text, uplinks)
        }
        #expect(throws: JavaScriptError.noResult(uplink: 0)) {
            try engine.decodeUplinks(codec: "function decodeUplink(i) { }", uplinks)
        }
    }

    @Test func `a codec runs in strict mode`() throws {
        let engine = try #require(engine)
        #expect(throws: JavaScriptError.self) {
            try engine.decodeUplinks(
                codec: "function decodeUplink(i) { undeclared = 1; return {}; }", [.init(bytes: [1], port: 1)])
        }
    }

    @Test func `a codec that never ends is stopped`() throws {
        let engine = try #require(engine)
        #expect(throws: JavaScriptError.timedOut(milliseconds: 200)) {
            try engine.decodeUplinks(
                codec: "function decodeUplink(i) { while (true) {} }", [.init(bytes: [1], port: 1)],
                timeLimit: .milliseconds(200))
        }
    }

    @Test func `without an engine the error says what to install`() {
        let error = #expect(throws: JavaScriptError.noEngine) { try JavaScriptEngine.find(names: ["no-such-engine"]) }
        #expect(error?.description.contains("apt-get install duktape") == true)
        #expect(throws: JavaScriptError.self) {
            try JavaScriptEngine(path: "/no/such/engine").decodeUplinks(codec: "", [])
        }
    }
}
