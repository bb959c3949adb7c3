import Foundation
import HardwareSimulators
import TestTags
import Testing

/// The page of a service that runs.
@Suite(.waits) struct WebServiceTests {
    private func start(_ port: Int, _ more: String = "") throws -> ServiceBench {
        let bench = try ServiceBench(
            "[[report]]\nkind = \"intervals\"\nfields = [\"1-0:1.8.0\"]\n[web]\nlisten = \"127.0.0.1:\(port)\"\n\(more)\n"
        )
        try bench.start()
        return bench
    }

    @Test func `the page, its data and the metrics are served, and the data follow the service`() async throws {
        let port = WebClient.freePort()
        let bench = try start(port)
        let sent = await bench.wait {
            WebClient.get("/data", port: port)?.contains("\"report\":\"readings\"") ?? false
        }
        #expect(sent, "\(bench.log)")
        let page = try #require(WebClient.get("/", port: port))
        #expect(page.hasPrefix("HTTP/1.1 200 OK") && page.contains("Content-Security-Policy: default-src 'none'"))
        let data = try #require(WebClient.get("/data", port: port)?.components(separatedBy: "\r\n\r\n").last)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any])
        #expect(
            Set(object.keys) == ["now", "status", "slow_age_s", "power", "quarters", "plan", "alarms", "log"])
        #expect((object["log"] as? [Any])?.isEmpty == false)
        #expect(WebClient.get("/metrics", port: port)?.contains("# TYPE p1lora_") == true)
        #expect(WebClient.get("/codec", port: port)?.contains("function decodeUplink") == true)
        #expect(WebClient.get("/status.sock", port: port)?.hasPrefix("HTTP/1.1 404") == true)
    }

    @Test func `a foreign name is refused, and orders are not taken from a browser`() async throws {
        let port = WebClient.freePort()
        let bench = try start(port)
        #expect(await bench.wait { WebClient.get("/", port: port) != nil }, "\(bench.log)")
        let foreign = WebClient.get("/data", port: port, headers: ["Host: evil.example"])
        #expect(foreign?.hasPrefix("HTTP/1.1 421") == true && foreign?.contains("import") == false)
        #expect(WebClient.get("/data", port: port, headers: [])?.hasPrefix("HTTP/1.1 421") == true)
        #expect(WebClient.get("/rejoin", port: port)?.hasPrefix("HTTP/1.1 404") == true)
        #expect(WebClient.get("/link-check", port: port)?.hasPrefix("HTTP/1.1 404") == true)
    }

    @Test func `a password is asked for, and tries have a limit`() async throws {
        let port = WebClient.freePort()
        let bench = try start(port, "password = \"correct horse\"")
        #expect(await bench.wait { WebClient.get("/", port: port) != nil }, "\(bench.log)")
        func get(_ password: String?) -> String {
            let secret = password.map { "Authorization: Basic " + Data("me:\($0)".utf8).base64EncodedString() }
            return WebClient.get("/metrics", port: port, headers: ["Host: localhost"] + [secret].compactMap(\.self))
                ?? ""
        }
        #expect(get(nil).hasPrefix("HTTP/1.1 401") && get(nil).contains("WWW-Authenticate: Basic realm="))
        #expect(get("correct horse").hasPrefix("HTTP/1.1 200"))
        for _ in 0..<10 { #expect(get("wrong horse").hasPrefix("HTTP/1.1 401")) }
        #expect(get("correct horse").hasPrefix("HTTP/1.1 429") && get("correct horse").contains("Retry-After: "))
    }

    @Test(.enabled(if: CodecPackageTests.browser != nil, "apt-get install chromium: the page is not tested"))
    func `a browser shows the meter, the radio, the network and the plan`() async throws {
        let port = WebClient.freePort()
        let bench = try start(port)
        let sent = await bench.wait {
            WebClient.get("/data", port: port)?.contains("\"plan\":{") ?? false
        }
        #expect(sent, "\(bench.log)")
        let folder = try TemporaryFolder()
        let text = try CodecPackageTests.dump("http://127.0.0.1:\(port)/", folder, after: 5_000)
        for words in ["p1lora 70b3d57ed0001234", "Meter main", "Air-time", "1-0:1.8.0", "Copy"] {
            #expect(text.localizedCaseInsensitiveContains(words), "\(words)")
        }
        #expect(text.contains("<p id=\"problem\" class=\"error\" role=\"alert\"></p>"))
    }
}
