import Ciphers
import Foundation
import TestTags
import Testing
import UplinkPayload

/// The page Codecs/playground.html in the hands of a person.
@Suite(
    .tags(.browser), .waits, .slow,
    .enabled(if: CodecPackageTests.browser != nil, "apt-get install chromium: Codecs/playground.html is not tested"))
struct PlaygroundTests {
    /// - Parameter script: with page, find(id), type(field, value) and say(text).
    private func run(_ script: String, width: Int = 800) throws -> [String] {
        let folder = try TemporaryFolder()
        let page = """
            <html><body><iframe width="\(width)" height="800" \
            src="file://\(CodecPackageTests.folder.path)/playground.html"></iframe><script>
            window.onload = function () {
              var page = document.querySelector("iframe").contentDocument;
              function find(id) { return page.getElementById(id); }
              function say(text) {
                var line = document.createElement("pre");
                line.textContent = text;
                document.body.appendChild(line);
              }
              function type(field, value) {
                field.value = value;
                field.dispatchEvent(new Event("input"));
              }
              \(script)
            };
            </script></body></html>
            """
        let path = try folder.write(page.utf8, to: "page.html")
        return try CodecPackageTests.dump("file://\(path)", folder).components(separatedBy: "<pre>").dropFirst()
            .map { $0.components(separatedBy: "</pre>")[0].replacingOccurrences(of: "&amp;", with: "&") }
    }

    @Test func `the page builds a downlink by form, and says what is wrong with one`() throws {
        let lines = try run(
            """
            type(find("sequence"), "12");
            find("command").selectedIndex = 1;
            find("add").click();
            var fields = find("commands").querySelectorAll("input, select");
            type(fields[1], "1");
            type(fields[2], "15");
            say(find("refusal").textContent);
            type(fields[2], "1800");
            find("command").selectedIndex = 4;
            find("add").click();
            say(find("downlink").textContent.split("\\n").slice(0, 3).join("|"));
            find("commands").querySelector("button").click();
            say(find("downlink").textContent.split("\\n")[1]);
            type(find("payload"), "EMA=");
            type(find("port"), "5");
            say(find("problem").textContent);
            type(find("payload"), "xyz");
            say(find("problem").textContent);
            type(find("payload"), "a1b");
            say(find("problem").textContent);
            """)
        #expect(
            lines == [
                "command 1: every_s is 15, expected a number from 10 to 655340 in steps of 10, or null",
                "FPort 10, 7 bytes|hex     100c138100b428|base64  EAwTgQC0KA==", "hex     100c28",
                "the payload has only 2 bytes: its end is missing",
                "this is neither hexadecimal (two digits for each byte) nor base64",
                "the number of hexadecimal digits is odd: one is missing",
            ])
    }

    @Test func `events of both servers, their commands and lists of bytes are taken apart`() throws {
        let bytes = try #require([UInt8](hex: "a10000190d40000028000280"))
        let base64 = Data(bytes).base64EncodedString()
        let events = [
            "{\"uplink_message\":{\"f_port\":1,\"f_cnt\":7,\"frm_payload\":\"\(base64)\"}}",
            "{\"result\":{\"uplink_message\":{\"f_port\":1,\"frm_payload\":\"\(base64)\"}}}",
            "{\"name\":\"as.up.data.forward\",\"data\":{\"uplink_message\":{\"f_port\":1,\"frm_payload\":\"\(base64)\"}}}",
            "{\"deviceInfo\":{\"devEui\":\"70b3d57ed0012345\"},\"fPort\":1,\"data\":\"\(base64)\"}",
            "[\(bytes.map(String.init).joined(separator: ", "))]",
            "{\"downlinks\":[{\"f_port\":10,\"frm_payload\":\"EAwo\"}]}",
            "{\"devEui\":\"70b3d57ed0012345\",\"confirmed\":false,\"fPort\":10,\"data\":\"EAwo\"}",
            "{\"uplink_message\":", "{\"join_accept\":{}}", "[1, 2, 256]",
        ]
        let script = events.map { event in
            """
            type(find("port"), "1"); find("direction").value = "uplink";
            type(find("payload"), \(JSONText.quoted(event)));
            say(find("problem").textContent || JSON.stringify(JSON.parse(find("json").textContent)) +
              " " + find("link").getAttribute("href"));
            """
        }
        let lines = try run(script.joined())
        let readings =
            #"{"report":"readings","meter":"main","import_kwh":25.653,"export_kwh":0.04,"import_kw":0.005} "#
            + "#uplink:1:a10000190d40000028000280"
        let command = #"{"sequence":12,"commands":[{"command":"send_status"}]} #downlink:10:100c28"#
        #expect(lines.count == events.count)
        #expect(Array(lines.prefix(7)) == Array(repeating: readings, count: 5) + [command, command])
        #expect(lines[7].hasPrefix("this is no complete JSON"))
        #expect(lines[8].hasPrefix("this event carries no payload"))
        #expect(lines[9].hasPrefix("a list of bytes has numbers from 0 to 255"))
    }

    @Test func `a downlink comes with its MQTT messages, a number of the minute, and can be copied`() throws {
        let lines = try run(
            """
            var now = Math.floor(Date.now() / 60000) - 26297280;
            say((now - Number(find("sequence").value) + 8192) % 4096 < 2);
            type(find("sequence"), "12");
            find("command").selectedIndex = 4;
            find("add").click();
            type(find("dev-eui"), "70B3D57ED0001234");
            type(find("application"), "meters");
            type(find("device"), "cellar");
            find("mqtt").textContent.split("\\n").forEach(say);
            find("copy-downlink").click();
            say(page.getSelection().toString().indexOf("100c28") > 0 || navigator.clipboard !== undefined);
            """)
        #expect(lines.first == "true" && lines.last == "true")
        #expect(
            lines.dropFirst().dropLast() == [
                "ChirpStack v4", "topic   application/meters/device/70b3d57ed0001234/command/down",
                #"message {"devEui":"70b3d57ed0001234","confirmed":false,"fPort":10,"data":"EAwo"}"#, "",
                "The Things Stack v3", "topic   v3/meters@ttn/devices/cellar/down/push",
                #"message {"downlinks":[{"f_port":10,"frm_payload":"EAwo","priority":"NORMAL"}]}"#,
            ])
    }

    @Test func `the page fits 390 pixels with any example`() throws {
        let lines = try run(
            """
            var select = find("example"), widest = 0;
            for (var i = 1; i < select.options.length; i += 1) {
              select.selectedIndex = i;
              select.dispatchEvent(new Event("change"));
              widest = Math.max(widest, page.scrollingElement.scrollWidth);
            }
            for (i = 0; i < find("command").options.length; i += 1) {
              find("command").selectedIndex = i;
              find("add").click();
            }
            page.querySelector("details").open = true;
            say(Math.max(widest, page.scrollingElement.scrollWidth) <= page.documentElement.clientWidth);
            say(page.documentElement.clientWidth <= 390);
            """, width: 390)
        #expect(lines == ["true", "true"])
    }
}
