import Foundation
import TestTags
import Testing
import WebPages

/// The shared parts of pages in a browser.
@Suite(
    .tags(.browser), .waits, .slow,
    .enabled(if: CodecPackageTests.browser != nil, "apt-get install chromium: the parts of pages are not tested"))
struct PagePartsTests {
    /// - Parameter script: with `say(text)`, `parts` and a node `here`.
    private func run(_ script: String) throws -> [String] {
        let folder = try TemporaryFolder()
        let page = WebPage(
            title: "parts", body: "<div id=\"here\"></div><div id=\"said\"></div>",
            scripts: [
                """
                const here = parts.find("here");
                function say(text) { parts.make("pre", parts.find("said"), text); }
                try { \(script) } catch (error) { say("failed: " + error.message); }
                """
            ])
        let path = try folder.write(page.html().utf8, to: "page.html")
        return try CodecPackageTests.dump("file://\(path)", folder).components(separatedBy: "<pre>").dropFirst()
            .map { $0.components(separatedBy: "</pre>")[0].replacingOccurrences(of: "&amp;", with: "&") }
    }

    /// Two days of quarter-hours in UTC from 2026-11-23 on.
    private let chart = """
        const from = Date.UTC(2026, 10, 23), quarter = 900000, day = 86400000;
        function chart(bars, more) {
          parts.bars(here, Object.assign({ title: "use", unit: "kWh", from: from, to: from + day, bars: bars, utc: true }, more));
        }
        function bar(index, up, down) {
          return { from: from + index * quarter, to: from + (index + 1) * quarter, up: up, down: down };
        }
        function boxes(name) {
          return Array.from(here.querySelectorAll(name)).map(function (box) {
            return ["x", "y", "width", "height"].map(function (key) { return Math.round(box.getAttribute(key)); });
          });
        }
        """

    @Test func `a quarter-hour without a value is a gap, and one with zero is none`() throws {
        let lines = try run(
            chart + """
                const bars = [];
                for (let n = 0; n < 96; n += 1) { bars.push(bar(n, n === 7 ? null : n === 20 ? 0 : 1)); }
                bars.splice(50, 4);
                chart(bars);
                say(here.querySelectorAll(".bar").length);
                say(Array.from(here.querySelectorAll(".gap title")).map(function (t) { return t.textContent; }).join("|"));
                say(boxes(".gap").every(function (box) { return box[3] > 100; }));
                """)
        let first = "no value, 2026-11-23 01:45 to 2026-11-23 02:00"
        #expect(lines == ["91", "\(first)|no value, 2026-11-23 12:30 to 2026-11-23 13:30", "true"])
    }

    @Test func `what has not come yet is no gap, and what is known of one is told`() throws {
        let lines = try run(
            chart + """
                chart([bar(0, 1), bar(3, 1)], { known: from + 4 * quarter,
                  gaps: [{ from: from + quarter, to: from + 3 * quarter, text: "1.5 kWh in all" }] });
                say(Array.from(here.querySelectorAll(".gap title")).map(function (t) { return t.textContent; }).join("|"));
                chart([], {});
                say(here.querySelectorAll(".gap").length + " " + here.querySelectorAll(".bar").length);
                """)
        #expect(lines == ["1.5 kWh in all", "1 0"])
    }

    @Test func `export is drawn below the axis`() throws {
        let lines = try run(
            chart + """
                chart([bar(0, 2, 0), bar(1, 0, 4), bar(2, 1, null)]);
                const zero = Math.round(here.querySelector(".axis").getAttribute("y1"));
                const [used, exported] = [boxes(".bar:not(.export)"), boxes(".bar.export")];
                say(used.every(function (box) { return Math.abs(box[1] + box[3] - zero) <= 1; }));
                say(exported.every(function (box) { return Math.abs(box[1] - zero) <= 1; }));
                say(exported[1][3] === 2 * used[0][3] || Math.abs(exported[1][3] - 2 * used[0][3]) <= 1);
                say(Array.from(here.querySelectorAll("text")).map(function (t) { return t.textContent; }).join(" "));
                """)
        #expect(lines.dropLast() == ["true", "true", "true"])
        let texts = try #require(lines.last)
        #expect(texts.hasPrefix("use, kWh 4 2 0 2 ") && !texts.contains("-"), "\(texts)")
    }

    @Test func `limits are drawn, and a year of quarter-hours too`() throws {
        let lines = try run(
            chart + """
                const bars = [];
                for (let n = 0; n < 35040; n += 1) { bars.push(bar(n, n % 7, n % 3)); }
                chart(bars, { to: from + 365 * day, lines: [{ value: 7, text: "7 kW" }, { value: -5, text: "5 kW" }] });
                say(here.querySelectorAll(".bar").length + " " + here.querySelectorAll(".gap").length);
                say(Array.from(here.querySelectorAll(".limit-text")).map(function (t) { return t.textContent; }).join(" "));
                """)
        #expect(lines == ["70080 0", "7 kW 5 kW"])
    }

    @Test func `the marks of the time axis leave room, for an hour, a day, a week, a month and ten years`() throws {
        let lines = try run(
            chart + """
                [[day / 24, 600], [day, 600], [day, 300], [7 * day, 600], [31 * day, 600], [365 * day, 600], [3650 * day, 600]]
                  .forEach(function (wish) {
                    const marks = parts.timeMarks(from, from + wish[0], wish[1], true);
                    say(marks.map(function (mark) { return mark[1]; }).join(","));
                  });
                """)
        #expect(lines[0] == "23 Nov,00:15,00:30,00:45,01:00")
        #expect(lines[1] == "23 Nov,03:00,06:00,09:00,12:00,15:00,18:00,21:00,24 Nov")
        #expect(lines[2] == "23 Nov,06:00,12:00,18:00,24 Nov")
        #expect(lines[3] == "23 Nov,24 Nov,25 Nov,26 Nov,27 Nov,28 Nov,29 Nov,30 Nov")
        #expect(lines[4] == "23 Nov,30 Nov,7 Dec,14 Dec,21 Dec")
        #expect(lines[5] == "Jan 2027,Mar,May,Jul,Sep,Nov")
        #expect(lines[6].hasPrefix("Jan 2027,Jan 2028") && lines[6].hasSuffix("Jan 2036"))
    }

    @Test func `a register table shows texts as they are, and is copied with tabs, without formulas`() throws {
        let lines = try run(
            """
            const columns = [{ title: "register" }, { title: "value", number: true }];
            const rows = [["<b>import</b>", "25.653"], ["=1+1", "-3"], ["a\\tb", null]];
            parts.table(here, columns, rows);
            say(here.querySelectorAll("b").length + " " + here.querySelector("td").textContent);
            say(here.querySelectorAll("td.number").length);
            say(JSON.stringify(parts.tableText(columns, rows)));
            """)
        #expect(lines[0] == "0 &lt;b&gt;import&lt;/b&gt;" && lines[1] == "3")
        #expect(lines[2] == #""register\tvalue\n&lt;b&gt;import&lt;/b&gt;\t25.653\n'=1+1\t-3\na b\t\n""#)
    }

    @Test func `a copy button copies, by the clipboard or as by hand`() throws {
        let lines = try run(
            """
            const source = parts.make("pre", here, "line 1");
            const button = parts.make("button", here, "Copy");
            parts.copyButton(button, source);
            button.click();
            say(getSelection().toString() === "line 1" || navigator.clipboard !== undefined);
            """)
        #expect(lines.last == "true")
    }
}
