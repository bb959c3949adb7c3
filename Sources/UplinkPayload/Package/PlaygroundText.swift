/// The parts of the playground that are the same for all configurations.
enum PlaygroundText {
    static let style = """
        :root { color-scheme: light dark; --line: #8886; --back: #8881; }
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 1.5rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        label { display: inline-block; margin: 0 1rem .5rem 0; }
        input, select, button, textarea { font: inherit; }
        textarea, pre, .hex { font-family: ui-monospace, monospace; font-size: .9rem; }
        textarea { width: 100%; box-sizing: border-box; }
        pre { background: var(--back); border: 1px solid var(--line); padding: .6rem; overflow-x: auto; white-space: pre-wrap;
          overflow-wrap: anywhere; margin: .5rem 0; }
        .error { color: #c22; font-weight: 600; }
        #bits { display: flex; flex-wrap: wrap; gap: .35rem; font-family: ui-monospace, monospace; font-size: .8rem; }
        .byte { border: 1px solid var(--line); border-radius: 3px; overflow: hidden; text-align: center; }
        .byte b { display: block; font-weight: 400; background: var(--back); }
        .byte span { display: inline-block; width: .75rem; padding: .15rem 0; color: #111; }
        #legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: .5rem 0; font-size: .85rem; }
        #legend i { display: inline-block; width: .9rem; height: .9rem; margin-right: .3rem; vertical-align: -.1rem;
          border: 1px solid var(--line); }
        .command { border: 1px solid var(--line); border-radius: 4px; padding: .5rem .7rem; margin: .4rem 0; }
        svg text { fill: currentColor; font-size: 11px; }
        """

    static let body = """
        <h1>p1lora payloads</h1>
        <p>This page works without a network: nothing that you paste leaves it.</p>
        <h2>Take a message apart</h2>
        <p><label>Example <select id="example"><option value="">choose…</option></select></label>
        <label>Direction <select id="direction"><option>uplink</option><option>downlink</option></select></label>
        <label>FPort <input id="port" type="number" min="1" max="223" value="1" size="4"></label></p>
        <label for="payload">Payload, in hexadecimal digits or base64</label>
        <textarea id="payload" rows="2" spellcheck="false" autocomplete="off"></textarea>
        <p id="problem" class="error" role="alert"></p>
        <div id="bits" aria-label="the bits, coloured by field"></div>
        <div id="legend"></div>
        <div id="chart"></div>
        <pre id="json" aria-live="polite"></pre>
        <h2>Build a downlink</h2>
        <p><label>Sequence number <input id="sequence" type="number" min="0" max="4095" value="1"></label>
        <label>Command <select id="command"></select></label> <button id="add" type="button">Add</button></p>
        <div id="commands"></div>
        <p id="refusal" class="error" role="alert"></p>
        <pre id="downlink"></pre>
        """

    static let script = #"""
        (function () {
          "use strict";
          var colours = ["#c7d2e0", "#dde3ea", "#9ecae1", "#fdd0a2", "#a1d99b", "#dadaeb", "#fcbba1", "#e7cb94", "#b5cf6b",
            "#f7b6d2", "#9edae5", "#c49c94"];
          function find(id) { return document.getElementById(id); }
          function make(tag, parent, text) {
            var node = document.createElement(tag);
            if (text !== undefined) { node.textContent = text; }
            parent.appendChild(node);
            return node;
          }

          // Hexadecimal if it can be, else base64.
          function parse(text) {
            var bytes = [];
            var clean = text.replace(/[\s,:]|0x/gi, "");
            var i;
            if (/^([0-9a-f]{2})*$/i.test(clean)) {
              for (i = 0; i < clean.length; i += 2) { bytes.push(parseInt(clean.substr(i, 2), 16)); }
              return bytes;
            }
            if (/^[0-9a-f]*$/i.test(clean)) { throw new Error("the number of hexadecimal digits is odd: one is missing"); }
            var base64 = text.replace(/\s/g, "");
            var raw = "";
            try {
              if (base64.length % 4 > 0) { throw new Error(); }
              raw = atob(base64);
            } catch (error) {
              throw new Error("this is neither hexadecimal (two digits for each byte) nor base64");
            }
            for (i = 0; i < raw.length; i += 1) { bytes.push(raw.charCodeAt(i)); }
            return bytes;
          }
          function hex(bytes) {
            return bytes.map(function (byte) { return (byte < 16 ? "0" : "") + byte.toString(16); }).join("");
          }

          function showBits(bytes, parts) {
            var owner = [];
            var legend = find("legend");
            find("bits").textContent = "";
            legend.textContent = "";
            parts.forEach(function (part, index) {
              for (var n = 0; n < part[1]; n += 1) { owner[part[0] + n] = index; }
              if (part[1] === 0) { return; }
              var entry = make("span", legend);
              make("i", entry).style.background = colours[index % colours.length];
              entry.appendChild(document.createTextNode(part[2] + " (" + part[1] + ")"));
            });
            bytes.forEach(function (byte, index) {
              var box = make("div", find("bits"));
              box.className = "byte";
              make("b", box, hex([byte]));
              for (var n = 0; n < 8; n += 1) {
                var bit = make("span", box, String((byte >> (7 - n)) & 1));
                var part = owner[index * 8 + n];
                bit.style.background = part === undefined ? "#fff" : colours[part % colours.length];
                bit.title = part === undefined ? "not read" : parts[part][2];
              }
            });
          }

          // One key a line, and one line for each element of a list.
          function pretty(data) {
            var lines = Object.keys(data).map(function (key) {
              var value = data[key];
              var text = Array.isArray(value) && value.length > 0
                ? "[\n    " + value.map(function (row) { return JSON.stringify(row); }).join(",\n    ") + "\n  ]"
                : JSON.stringify(value);
              return "  " + JSON.stringify(key) + ": " + text;
            });
            return "{\n" + lines.join(",\n") + "\n}";
          }

          function drawing(tag, parent, attributes, text) {
            var node = document.createElementNS("http://www.w3.org/2000/svg", tag);
            for (var key in attributes) { node.setAttribute(key, attributes[key]); }
            if (text !== undefined) { node.textContent = text; }
            parent.appendChild(node);
            return node;
          }

          // One row of bars for each register: what was used in each quarter-hour.
          function showChart(data) {
            find("chart").textContent = "";
            if (!data || !data.intervals || data.intervals.length === 0) { return; }
            var first = Date.parse(data.intervals[0].start);
            var count = (Date.parse(data.intervals[data.intervals.length - 1].end) - first) / 900000;
            Object.keys(data.intervals[0]).slice(2).forEach(function (name, series) {
              var most = 0;
              data.intervals.forEach(function (row) { most = Math.max(most, row[name] || 0); });
              var svg = drawing("svg", find("chart"), { viewBox: "0 0 900 170", width: "100%", role: "img" });
              drawing("title", svg, {}, name + " in each quarter-hour");
              drawing("text", svg, { x: 0, y: 12 }, name + " in each quarter-hour, at most " + most);
              data.intervals.forEach(function (row) {
                var place = (Date.parse(row.start) - first) / 900000;
                if (row[name] === null) { return; }
                var height = most > 0 ? row[name] / most * 120 : 0;
                var bar = drawing("rect", svg, {
                  x: place * 900 / count, y: 145 - height, width: Math.max(1, 900 / count - 1), height: Math.max(1, height),
                  fill: series === 0 ? "#3b7dd8" : ["#3aa657", "#d8793b", "#8a5fc7"][(series - 1) % 3]
                });
                drawing("title", bar, {}, row.start + ": " + row[name]);
              });
              (data.gaps || []).forEach(function (gap) {
                if (gap[name] === undefined) { return; }
                var box = drawing("rect", svg, {
                  x: (Date.parse(gap.start) - first) / 900000 * 900 / count, y: 25, height: 120, fill: "#8884",
                  width: (Date.parse(gap.end) - Date.parse(gap.start)) / 900000 * 900 / count
                });
                drawing("title", box, {}, "a gap, " + gap.start + " to " + gap.end + ": " + gap[name] + " in all");
              });
              drawing("text", svg, { x: 0, y: 162 }, data.intervals[0].start);
              drawing("text", svg, { x: 900, y: 162, "text-anchor": "end" }, data.time);
            });
          }

          function decode() {
            var parts = [];
            var bytes = [];
            var result = { errors: [] };
            var port = Number(find("port").value);
            find("problem").textContent = "";
            p1Trace = function (position, width, label) { parts.push([position, width, label]); };
            try {
              bytes = parse(find("payload").value);
              if (bytes.length > 0) {
                var input = { fPort: port, bytes: bytes };
                result = find("direction").value === "uplink" ? decodeUplink(input) : decodeDownlink(input);
              }
            } catch (error) {
              result = { errors: [error.message] };
            }
            p1Trace = null;
            showBits(bytes, parts);
            find("problem").textContent = result.errors.join("; ");
            find("json").textContent = result.data ? pretty(result.data) : "";
            showChart(result.data);
          }

          function input(argument, box) {
            var label = make("label", box, argument[0] + " ");
            var choices = { 1: ["true", "false"], 2: P1_METERS, 3: P1_LIMITS.map(function (limit) { return limit[0]; }) };
            var field;
            if (choices[argument[2]]) {
              field = make("select", label);
              choices[argument[2]].forEach(function (choice) { make("option", field, choice); });
            } else {
              field = make("input", label);
              field.placeholder = argument[2] === 5 ? "2026-11-23T06:15:00Z"
                : argument[2] === 4 || argument[2] === 6 ? "number or null" : "number";
              if (argument.length > 6) { field.placeholder += " (may be left out)"; }
            }
            field.addEventListener("input", encode);
            return function (entry) {
              var text = field.value.trim();
              if (text === "" && argument.length > 6) { return; }
              if (argument[2] === 1) { entry[argument[0]] = text === "true"; }
              else if (argument[2] === 2 || argument[2] === 3 || argument[2] === 5) { entry[argument[0]] = text; }
              else { entry[argument[0]] = text === "null" ? null : text === "" ? undefined : Number(text); }
            };
          }

          var commands = [];
          function encode() {
            find("refusal").textContent = "";
            find("downlink").textContent = "";
            if (commands.length === 0) { return; }
            var data = {
              sequence: Number(find("sequence").value),
              commands: commands.map(function (command) {
                var entry = { command: command.name };
                command.inputs.forEach(function (fill) { fill(entry); });
                return entry;
              })
            };
            var result = encodeDownlink({ data: data });
            find("refusal").textContent = result.errors.join("; ");
            if (result.errors.length > 0) { return; }
            find("downlink").textContent = "FPort " + result.fPort + ", " + result.bytes.length + " bytes\nhex     " +
              hex(result.bytes) + "\nbase64  " + btoa(String.fromCharCode.apply(null, result.bytes)) + "\nJSON    " +
              JSON.stringify(data);
          }
          function add() {
            var row = P1_COMMANDS[find("command").selectedIndex];
            var box = make("div", find("commands"));
            box.className = "command";
            make("strong", box, row[1] + " ");
            var command = { name: row[1], inputs: row[2].map(function (argument) { return input(argument, box); }) };
            commands.push(command);
            var remove = make("button", box, "Remove");
            remove.type = "button";
            remove.addEventListener("click", function () {
              commands.splice(commands.indexOf(command), 1);
              box.parentNode.removeChild(box);
              encode();
            });
            encode();
          }

          examples.forEach(function (example) { make("option", find("example"), example[1] + ": " + example[0]); });
          P1_COMMANDS.forEach(function (command) { make("option", find("command"), command[1]); });
          find("example").addEventListener("change", function () {
            var example = examples[find("example").selectedIndex - 1];
            if (!example) { return; }
            find("direction").value = example[1];
            find("port").value = example[2];
            find("payload").value = example[3];
            decode();
          });
          ["payload", "port", "direction"].forEach(function (id) { find(id).addEventListener("input", decode); });
          find("sequence").addEventListener("input", encode);
          find("add").addEventListener("click", add);

          // A link may hold a message: #uplink:1:a1002f…
          var link = /^#(uplink|downlink):(\d+):(.*)$/.exec(decodeURIComponent(location.hash));
          if (link) {
            find("direction").value = link[1];
            find("port").value = link[2];
            find("payload").value = link[3];
            decode();
          }
        })();
        """#
}
