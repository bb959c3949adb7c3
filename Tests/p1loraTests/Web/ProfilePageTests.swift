import BridgeConfiguration
import Foundation
import MeterValues
import ServerEvents
import TestTags
import Testing
import Timekeeping
import UplinkPayload

/// The collector's page in a browser.
@Suite(
    .tags(.browser), .waits, .slow,
    .enabled(if: CodecPackageTests.browser != nil, "apt-get install chromium: the page of profiles is not tested"))
struct ProfilePageInBrowserTests {
    private static let program = CommandRunner.executable.deletingLastPathComponent().appending(
        path: "p1lora-collector")
    private static let bridges = """
        [[meter]]
        name = "main"
        [[report]]
        kind = "intervals"
        fields = ["1-0:1.8.0", "1-0:2.8.0"]
        [codec]
        region = "EU868"
        """

    /// A day with 250 Wh taken in each quarter-hour, 100 Wh fed in, one of them with 2 kWh, and a hole.
    private func page(_ folder: TemporaryFolder, name: String = "cellar") throws -> String {
        let schema = try LayoutConfiguration(text: Self.bridges).schema
        let now = UTCInstant(secondsSince1970: Int64(Date().timeIntervalSince1970))
        let midnight = QuarterHour(number: QuarterHour(atOrBefore: now).number / 96 * 96 - 96)
        func taken(_ slot: Int64) -> Int64 { 5_000_000 + slot * 250 + (slot > 40 ? 1_750 : 0) }
        let lines = try [0..<20, 19..<30, 33..<60, 59..<80, 79..<97].enumerated().map { number, slots in
            let entries = [taken, { 70_000 + $0 * 100 }].map { register in
                slots.reversed().map { slot in
                    IntervalEntry(
                        boundary: QuarterHour(number: midnight.number + Int64(slot)), value: register(Int64(slot)),
                        series: 0)
                }
            }
            let history = IntervalHistory(
                newest: QuarterHour(number: midnight.number + Int64(slots.upperBound - 1)), entries: entries)
            let payload = try #require(schema.intervalLayouts[0].encode(history, meter: 0, limit: 222)).bytes
            return UplinkEvent(
                device: DeviceIdentifier(rawValue: 0x70B3_D57E_D001_2345), identity: "\(number)", port: 2,
                counter: UInt32(number), payload: payload, receivedAt: now,
                address: DeviceAddress(server: .chirpStack, application: "meters", name: name)
            ).json
        }
        _ = try folder.write(Self.bridges.utf8, to: "p1lora.toml")
        let config = try folder.write(
            "time_zone = \"UTC\"\n[store]\npath = \"profile.db\"\n[[fleet]]\nconfiguration = \"p1lora.toml\"\n".utf8,
            to: "collector.toml")
        let events = try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "events.jsonl")
        let outcome = try CommandRunner.shell(
            """
            '\(Self.program.path)' import --config '\(config)' < '\(events)' > /dev/null && \
            '\(Self.program.path)' page --config '\(config)'
            """)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    /// - Parameter script: with `say(text)`, run behind the page's own.
    private func run(_ script: String, name: String = "cellar") throws -> [String] {
        let folder = try TemporaryFolder()
        let added = """
            <pre></pre><script>
            function say(text) { const node = document.createElement("pre"); node.textContent = text; document.body.append(node); }
            function all(name) { return Array.from(document.querySelectorAll(name)); }
            function choose(id, value) {
              const node = document.getElementById(id);
              node.value = value;
              node.dispatchEvent(new Event("change"));
            }
            try { \(script) } catch (error) { say("failed: " + error.message); }
            </script></body>
            """
        let html = try page(folder, name: name).replacing("</body>", with: added)
        let path = try folder.write(html.utf8, to: "page.html")
        return try CodecPackageTests.dump("file://\(path)", folder, zone: "UTC").components(separatedBy: "<pre>")
            .dropFirst(2)
            .map { $0.components(separatedBy: "</pre>")[0] }
    }

    @Test func `a day has its bars, its hole is a gap, and export is below the axis`() throws {
        let lines = try run(
            """
            say(all("#chart .bar:not(.export)").length + " " + all("#chart .bar.export").length);
            say(all("#chart .gap").length);
            say(all("#table tbody tr").length);
            say(document.getElementById("sum").textContent);
            """)
        #expect(lines.prefix(3) == ["92 92", "1", "96"])
        #expect(lines.last?.contains("4 of 96 not known") == true, "\(lines)")
    }

    @Test func `weeks, months and years add up what is known`() throws {
        let lines = try run(
            """
            ["week", "month", "year"].forEach(function (span) {
              choose("span", span);
              say(all("#chart .bar:not(.export)").length + " " + document.getElementById("sum").textContent.split(" kWh")[0]);
            });
            """)
        // 96 times 250 Wh, and 1.75 kWh more; what was used in the two hours of the hole is known of days and months alone.
        #expect(lines.count == 3 && lines[1].hasSuffix(" 25.75") && lines[2].hasSuffix(" 25.75"), "\(lines)")
        #expect(lines.map { $0.prefix { $0 != " " } } == ["22", "1", "1"], "\(lines)")
    }

    @Test func `the highest quarter-hour and a limit are told in kilowatts`() throws {
        let lines = try run(
            """
            say(all("#chart .limit").length);
            choose("limit", "3");
            say(all("#chart .limit").length + " " + document.getElementById("peak").textContent);
            """)
        #expect(lines.first == "1")
        #expect(lines.last?.hasPrefix("2 ") == true && lines.last?.contains("8 kW") == true, "\(lines)")
        #expect(lines.last?.contains("1.25 kWh above 3 kW") == true, "\(lines)")
    }

    @Test func `a device's name is text, whatever is in it`() throws {
        let lines = try run(
            "say(all('img').length); say(document.getElementById('meter').textContent);",
            name: "<img src=x onerror=alert(1)>")
        #expect(lines.first == "0" && lines.last?.contains("img src=x") == true, "\(lines)")
    }
}
