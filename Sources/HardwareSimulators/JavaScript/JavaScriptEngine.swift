package import Timekeeping

/// A real JavaScript engine that runs a payload codec as a network server would.
///
/// duktape knows ES5.1 and nothing newer, so it is asked first: what it runs, every network server runs. Scripts run in
/// strict mode, as in ChirpStack.
package struct JavaScriptEngine: Hashable, Sendable {
    /// What a codec is called with.
    package struct Uplink: Hashable, Sendable {
        package var bytes: [UInt8]
        /// 1 to 223.
        package var port: UInt8

        package init(bytes: [UInt8], port: UInt8) {
            self.bytes = bytes
            self.port = port
        }
    }

    /// The program: duk or node, or an interpreter that holds an engine.
    package let path: String
    /// What stands before the script's name.
    package let arguments: [String]

    package init(path: String, arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    /// The first of duk and node on PATH or in the usual places.
    package static func find(names: [String] = ["duk", "node"]) throws(JavaScriptError) -> JavaScriptEngine {
        for name in names {
            for folder in ChildProcess.searchPath where ChildProcess.isExecutable("\(folder)/\(name)") {
                return JavaScriptEngine(path: "\(folder)/\(name)")
            }
        }
        throw .noEngine
    }

    /// QuickJS, the engine of ChirpStack, as a module of Python; nil when it is not installed.
    package static var quickJS: JavaScriptEngine? {
        let program = """
            import quickjs, sys
            context = quickjs.Context()
            context.add_callable("print", print)
            context.eval(open(sys.argv[1], encoding="utf-8").read())
            """
        guard let python = try? find(names: ["python3"]) else { return nil }
        let engine = JavaScriptEngine(path: python.path, arguments: ["-X", "utf8", "-c", program])
        return (try? engine.run("")) == nil ? nil : engine
    }

    /// Runs a script as it is.
    /// - Returns: what it printed.
    package func run(_ script: String, timeLimit: TimeSpan = .seconds(30)) throws(JavaScriptError) -> String {
        try ChildProcess.run(path, arguments, script: script, timeLimit: timeLimit)
    }

    /// Evaluates expressions after a codec, all in one process.
    ///
    /// - Returns: the JSON text of each.
    package func evaluate(
        codec: String, _ expressions: [String], timeLimit: TimeSpan = .seconds(30)
    ) throws(JavaScriptError) -> [String] {
        let calls = expressions.map { "say(\"\(Self.mark)R\" + JSON.stringify(\($0)));" }
        let script = "\"use strict\"; \(codec)\n;(function () {\n\(Self.say)\n\(calls.joined(separator: "\n"))\n})();\n"
        let lines = try run(script, timeLimit: timeLimit).split(separator: "\n")
        return lines.filter { $0.hasPrefix(Self.mark) }.map { String($0.dropFirst(Self.mark.count + 1)) }
    }

    /// Runs `decodeUplink({bytes, fPort})` of a codec over uplinks, all in one process.
    ///
    /// - Parameter timeLimit: for all of them together.
    /// - Returns: what the codec returned for each, as JSON text: an object with `data`, or `errors`, and `warnings`.
    package func decodeUplinks(
        codec: String, _ uplinks: [Uplink], timeLimit: TimeSpan = .seconds(30)
    ) throws(JavaScriptError) -> [String] {
        let output = try run(Self.script(codec, uplinks), timeLimit: timeLimit)
        var results: [String] = []
        for line in output.split(separator: "\n") where line.hasPrefix(Self.mark) {
            let rest = line.dropFirst(Self.mark.count)
            let text = String(rest.dropFirst())
            switch rest.first {
            case "R": results.append(text)
            case "T": throw .threw(uplink: results.count, message: text)
            default: throw .noResult(uplink: results.count)
            }
        }
        guard results.count == uplinks.count else {
            throw .scriptFailed(
                "\(results.count) results for \(uplinks.count) uplinks; the last output: \(output.suffix(300))")
        }
        return results
    }

    /// Marks the lines that are results, among what the codec itself may print.
    private static let mark = "p1lora:"

    private static let say =
        "var say = typeof print === \"function\" ? print : function (text) { console.log(text); };"

    private static func script(_ codec: String, _ uplinks: [Uplink]) -> String {
        let list = uplinks.map { "[\($0.port),[\($0.bytes.map(String.init).joined(separator: ","))]]" }
        return """
            "use strict"; \(codec)
            ;(function () {
              \(say)
              var uplinks = [\(list.joined(separator: ",\n"))];
              for (var i = 0; i < uplinks.length; i++) {
                var text;
                try {
                  text = JSON.stringify(decodeUplink({ fPort: uplinks[i][0], bytes: uplinks[i][1] }));
                } catch (error) {
                  say("\(mark)T" + String(error).replace(/\\n/g, " "));
                  return;
                }
                if (typeof text !== "string") { say("\(mark)U"); return; }
                say("\(mark)R" + text);
              }
            })();

            """
    }
}
