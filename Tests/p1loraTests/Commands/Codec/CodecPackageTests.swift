import Ciphers
import Foundation
import HardwareSimulators
import TestTags
import Testing
import UplinkPayload

@testable import BridgeConfiguration

/// What the folder Codecs holds, and that it is what the program writes.
@Suite(.tags(.process), .waits, .slow) struct CodecPackageTests {
    struct Vector: Decodable {
        let direction: String
        let description: String
        let port: Int
        let hex: String
        /// Of a layout that the configuration does not have: [key, bits, minimum, step, decimals].
        let fields: [[FieldPart]]?
    }

    enum FieldPart: Decodable {
        case name(String), number(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .name(try container.decode(String.self))
            }
        }
    }

    static let folder = CommandTests.packageRoot.appending(path: "Codecs")

    /// The vectors of the configuration.
    static let vectors = allVectors.filter { $0.vector.fields == nil }

    /// Those of the file, each with the output as it stands there, letter by letter.
    static let allVectors: [(vector: Vector, output: String)] = {
        let text = (try? String(contentsOf: folder.appending(path: "vectors.json"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let element = line.hasSuffix(",") ? line.dropLast() : line
            guard let vector = try? JSONDecoder().decode(Vector.self, from: Data(element.utf8)),
                let start = element.range(of: "\"output\":")
            else { return nil }
            return (vector, String(element[start.upperBound...].dropLast()))
        }
    }()

    static let engines =
        ["duk", "node"].compactMap { try? JavaScriptEngine.find(names: [$0]) }
        + [JavaScriptEngine.quickJS].compactMap { $0 }

    @Test func `every file of the folder is what codec --package writes`() throws {
        let folder = try TemporaryFolder()
        let outcome = try CommandRunner.run("codec", "--config", CommandTests.example, "--package", folder.url.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).filter { $0.contains(".") }
        #expect(files.count == 23)
        for file in files {
            let written = try Data(contentsOf: folder.url.appending(path: file))
            let kept = try? Data(contentsOf: Self.folder.appending(path: file))
            #expect(
                written == kept,
                "\(file) is stale: swift run p1lora codec --config config.example.toml --package Codecs")
        }
        let kept = try FileManager.default.subpathsOfDirectory(atPath: Self.folder.path).filter { $0.contains(".") }
        #expect(Set(kept) == Set(files + ["README.md"]), "what nothing writes does not belong there")
    }

    @Test func `the codec of the example has at most 24 kB`() throws {
        let size = try Data(contentsOf: Self.folder.appending(path: "p1lora.js")).count
        #expect(size <= 24_000)
    }

    @Test func `Swift makes of every vector what the file says`() throws {
        let schema = try BridgeConfiguration(contentsOfFile: CommandTests.example).schema
        #expect(Self.vectors.count > 40)
        for (vector, output) in Self.vectors {
            let bytes = try #require([UInt8](hex: vector.hex))
            let found: String
            do {
                let report =
                    vector.direction == "uplink"
                    ? try schema.decode(port: vector.port, bytes)
                    : try schema.decodeDownlink(port: vector.port, bytes)
                found = "{\"data\":\(report.json),\"errors\":[],\"warnings\":[]}"
            } catch {
                found = "{\"errors\":[\(JSONText.quoted("\(error)"))],\"warnings\":[]}"
            }
            #expect(found == output, "\(vector.description)")
        }
    }

    @Test func `the vectors have one to four registers, jumps, new series, unknown values and gaps`() throws {
        #expect(Set(Self.allVectors.compactMap(\.vector.fields?.count)) == [1, 3, 4])
        for sign in ["jump", "another series", "never seen", "not known", "gap"] {
            for ours in [true, false] {
                #expect(
                    Self.allVectors.contains {
                        ($0.vector.fields == nil) == ours && $0.vector.description.contains(sign)
                    })
            }
        }
        #expect(Self.allVectors.contains { $0.output.contains("\"import_kwh_time\":") })
        #expect(Self.allVectors.contains { $0.output.contains("\"gaps\":") })
        let descriptions = Self.allVectors.map(\.vector.description)
        #expect(Set(descriptions).count == descriptions.count)
    }

    @Test(arguments: engines)
    func `JavaScript decodes the vectors of other layouts by their fields`(engine: JavaScriptEngine) throws {
        let codec = try String(contentsOf: Self.folder.appending(path: "p1lora.js"), encoding: .utf8)
        let others = Self.allVectors.filter { $0.vector.fields != nil }
        #expect(others.count > 15)
        let calls = try others.map { vector, _ in
            let layout = try Self.layout(try #require(vector.fields))
            let bytes = try #require([UInt8](hex: vector.hex)).map(String.init).joined(separator: ",")
            return "{data: p1loraIntervals(\(layout), [\(bytes)], P1_METERS), errors: [], warnings: []}"
        }
        #expect(try engine.evaluate(codec: codec, calls.map { "(\($0))" }) == others.map(\.output))
    }

    /// As the codec's table has it.
    private static func layout(_ fields: [[FieldPart]]) throws -> String {
        let names = fields.compactMap { if case .name(let name)? = $0.first { name } else { nil } }
        try #require(names.count == fields.count)
        let literals = fields.map { field in
            "["
                + field.map { if case .number(let number) = $0 { "\(number)" } else { "'\(names[0])'" } }.joined(
                    separator: ",")
                + "]"
        }
        let named = zip(literals, names).map { $0.replacing("'\(names[0])'", with: "'\($1)'") }
        let values = names.enumerated().map { ", \($1): v[\($0)]" }.joined()
        return
            "{fields: [\(named.joined(separator: ","))], row: function (s, e, v) { return {start: s, end: e\(values)}; }}"
    }

    @Test func `payload decode prints the data of each vector`() throws {
        for (vector, output) in Self.vectors {
            let direction = vector.direction == "downlink" ? ["--downlink"] : []
            let outcome = try CommandRunner.run(
                ["payload", "decode", "--config", CommandTests.example, "--port", "\(vector.port)", vector.hex]
                    + direction)
            if outcome.status == 0 {
                #expect("{\"data\":\(outcome.output.dropLast()),\"errors\":[],\"warnings\":[]}" == output)
            } else {
                #expect(output.hasPrefix("{\"errors\":") && !outcome.errors.isEmpty)
            }
        }
    }

    @Test(arguments: engines)
    func `JavaScript makes of every vector what the file says, and encodes every downlink to its bytes`(
        engine: JavaScriptEngine
    ) throws {
        let codec = try String(contentsOf: Self.folder.appending(path: "p1lora.js"), encoding: .utf8)
        func list(_ hex: String) throws -> String {
            "[" + (try #require([UInt8](hex: hex))).map(String.init).joined(separator: ",") + "]"
        }
        let calls = try Self.vectors.map { vector, _ in
            let function = vector.direction == "uplink" ? "decodeUplink" : "decodeDownlink"
            return "\(function)({fPort: \(vector.port), bytes: \(try list(vector.hex))})"
        }
        #expect(try engine.evaluate(codec: codec, calls) == Self.vectors.map(\.output))
        let downlinks = Self.vectors.filter { $0.vector.direction == "downlink" && $0.output.hasPrefix("{\"data\"") }
        #expect(downlinks.count > 10)
        #expect(
            try engine.evaluate(codec: codec, downlinks.map { "encodeDownlink(\($0.output)).bytes" })
                == downlinks.map { try list($0.vector.hex) })
    }

    @Test(arguments: ["ts013/examples.json", "chirpstack/vendors/p1lora/codecs/test_decode_p1lora.json"])
    func `the examples of the packages hold every uplink`(file: String) throws {
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: Self.folder.appending(path: file)))
                as? [[String: Any]])
        let names = Set(list.compactMap { ($0["description"] ?? $0["name"]) as? String })
        let uplinks = Self.vectors.map(\.vector).filter { $0.direction == "uplink" }
        #expect(names.isSuperset(of: uplinks.map(\.description)))
        #expect(names.count == list.count, "descriptions are unique")
    }

    @Test func `metadata and schemas are JSON`() throws {
        for file in ["metadata.json", "uplink.schema.json", "downlink.schema.json"] {
            let data = try Data(contentsOf: Self.folder.appending(path: "ts013/\(file)"))
            #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
        }
    }

    static let browser = ["chromium", "chromium-browser", "google-chrome"].compactMap { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }.first

    @Test(.enabled(if: browser != nil, "apt-get install chromium: the page Codecs/playground.html is not tested"))
    func `the page takes every vector apart in a browser, from a file`() throws {
        let folder = try TemporaryFolder()
        // Each message in a frame of its own, so that the browser starts once.
        let frames = Self.vectors.map { vector, _ in
            "<iframe src=\"file://\(Self.folder.path)/playground.html#\(vector.direction):\(vector.port):\(vector.hex)\">"
                + "</iframe>"
        }
        let script = """
            window.onload = function () {
              var frames = document.querySelectorAll("iframe");
              for (var i = 0; i < frames.length; i++) {
                var page = frames[i].contentDocument;
                var text = page.getElementById("json").textContent;
                var error = page.getElementById("problem").textContent;
                var bytes = page.querySelectorAll(".byte").length;
                var unread = page.querySelectorAll("span[title='not read']").length;
                var line = document.createElement("pre");
                line.textContent = JSON.stringify([bytes, unread, error || JSON.stringify(JSON.parse(text))]);
                document.body.appendChild(line);
              }
            };
            """
        let page = "<html><body>\(frames.joined())<script>\(script)</script></body></html>"
        let path = try folder.write(page.utf8, to: "frames.html")
        let lines = try Self.dump("file://\(path)", folder).split(separator: "\n").flatMap { line in
            line.components(separatedBy: "<pre>").dropFirst().map { $0.components(separatedBy: "</pre>")[0] }
        }
        #expect(lines.count == Self.vectors.count)
        for (line, (vector, output)) in zip(lines, Self.vectors) {
            let plain = line.replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">")
                .replacingOccurrences(of: "&amp;", with: "&")
            let found = try #require(try JSONSerialization.jsonObject(with: Data(plain.utf8)) as? [Any])
            #expect(found[0] as? Int == vector.hex.count / 2)
            let text = try #require(found[2] as? String)
            if output.hasPrefix("{\"data\"") {
                #expect(output == "{\"data\":\(text),\"errors\":[],\"warnings\":[]}", "\(vector.description)")
                #expect(found[1] as? Int == 0, "every bit of \(vector.description) has a colour")
            } else {
                #expect(output.contains(JSONText.quoted(text)))
            }
        }
    }

    /// What a browser makes of a page, as text.
    /// - Parameters:
    ///   - time: milliseconds of the page's own time that pass before; for pages that ask for their content.
    ///   - zone: the reader's time zone; that of the machine if left out.
    static func dump(
        _ address: String, _ folder: TemporaryFolder, after time: Int? = nil, zone: String? = nil
    ) throws -> String {
        let (output, errors) = (folder.url.appending(path: "dom"), folder.url.appending(path: "log"))
        for url in [output, errors] { try Data().write(to: url) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(browser))
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                "--user-data-dir=\(folder.url.path)/profile", "--timeout=20000",
            ] + (time.map { ["--virtual-time-budget=\($0)"] } ?? []) + ["--dump-dom", address]
        if let zone { process.environment = ProcessInfo.processInfo.environment.merging(["TZ": zone]) { $1 } }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: output, encoding: .utf8)
    }
}
