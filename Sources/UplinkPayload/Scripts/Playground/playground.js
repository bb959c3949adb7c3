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

  // Of an event as servers hand it on, or of a message to send: port, direction and the payload in base64; nothing
  // for other objects.
  function fromEvent(event) {
    var inner = event.result || (event.data && typeof event.data === "object" ? event.data : event);
    var up = inner.uplink_message;
    var down = inner.downlinks ? inner.downlinks[0] : inner.downlink_queued || inner.downlink_sent || inner.downlink_ack;
    if (up) { return ["uplink", up.f_port, up.frm_payload]; }
    if (down) { return ["downlink", down.f_port, down.frm_payload]; }
    if (typeof inner.data === "string") {
      return [inner.deviceInfo || inner.rxInfo ? "uplink" : "downlink", inner.fPort, inner.data];
    }
    throw new Error("this event carries no payload: paste an uplink (uplink_message, or data and fPort)");
  }

  // A list in brackets, hexadecimal if it can be, else base64.
  function parse(text) {
    var bytes = [];
    var list;
    if (/^\s*\{/.test(text)) {
      try { list = JSON.parse(text); } catch (error) { throw new Error("this is no complete JSON: " + error.message); }
      list = fromEvent(list);
      find("direction").value = list[0];
      find("port").value = list[1] || 0;
      return parse(list[2] || "");
    }
    if (/^\s*\[.*\]\s*$/.test(text)) {
      bytes = text.replace(/[\s\[\]]/g, "").split(",").map(Number);
      if (bytes.every(function (byte) { return byte >= 0 && byte <= 255 && byte === Math.floor(byte); })) { return bytes; }
      throw new Error("a list of bytes has numbers from 0 to 255, with commas between them");
    }
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
    // Letters keep their size on a narrow screen.
    var room = Math.max(320, Math.min(900, find("chart").clientWidth));
    var first = Date.parse(data.intervals[0].start);
    var count = (Date.parse(data.intervals[data.intervals.length - 1].end) - first) / 900000;
    Object.keys(data.intervals[0]).slice(2).forEach(function (name, series) {
      var most = 0;
      data.intervals.forEach(function (row) { most = Math.max(most, row[name] || 0); });
      var svg = drawing("svg", find("chart"), { viewBox: "0 0 " + room + " 170", width: "100%", role: "img" });
      drawing("title", svg, {}, name + " in each quarter-hour");
      drawing("text", svg, { x: 0, y: 12 }, name + " in each quarter-hour, at most " + most);
      data.intervals.forEach(function (row) {
        var place = (Date.parse(row.start) - first) / 900000;
        if (row[name] === null) { return; }
        var height = most > 0 ? row[name] / most * 120 : 0;
        var bar = drawing("rect", svg, {
          x: place * room / count, y: 145 - height, width: Math.max(1, room / count - 1), height: Math.max(1, height),
          fill: series === 0 ? "#3b7dd8" : ["#3aa657", "#d8793b", "#8a5fc7"][(series - 1) % 3]
        });
        drawing("title", bar, {}, row.start + ": " + row[name]);
      });
      (data.gaps || []).forEach(function (gap) {
        if (gap[name] === undefined) { return; }
        var box = drawing("rect", svg, {
          x: (Date.parse(gap.start) - first) / 900000 * room / count, y: 25, height: 120, fill: "#8884",
          width: (Date.parse(gap.end) - Date.parse(gap.start)) / 900000 * room / count
        });
        drawing("title", box, {}, "a gap, " + gap.start + " to " + gap.end + ": " + gap[name] + " in all");
      });
      drawing("text", svg, { x: 0, y: 162 }, data.intervals[0].start);
      drawing("text", svg, { x: room, y: 162, "text-anchor": "end" }, data.time);
    });
  }

  function decode() {
    var parts = [];
    var bytes = [];
    var result = { errors: [] };
    find("problem").textContent = "";
    find("link").removeAttribute("href");
    p1Trace = function (position, width, label) { parts.push([position, width, label]); };
    try {
      bytes = parse(find("payload").value);
      if (bytes.length > 0) {
        var input = { fPort: Number(find("port").value), bytes: bytes };
        find("link").href = "#" + find("direction").value + ":" + input.fPort + ":" + hex(bytes);
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

  function messages(port, base64) {
    function text(id, name) { return find(id).value.trim() || name; }
    var eui = text("dev-eui", "DEV_EUI").toLowerCase().replace("dev_eui", "DEV_EUI");
    var application = text("application", "APPLICATION");
    var tenant = find("tenant").value.trim();
    return "ChirpStack v4\ntopic   application/" + application + "/device/" + eui + "/command/down\nmessage " +
      JSON.stringify({ devEui: eui, confirmed: false, fPort: port, data: base64 }) +
      "\n\nThe Things Stack v3\ntopic   v3/" + application + (tenant ? "@" + tenant : "") + "/devices/" +
      text("device", "DEVICE") + "/down/push\nmessage " +
      JSON.stringify({ downlinks: [{ f_port: port, frm_payload: base64, priority: "NORMAL" }] });
  }

  // A page from the disk may not use the clipboard by itself: then the text is selected, and copied as by hand.
  function copy(id, button) {
    var text = find(id).textContent;
    function done() {
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    }
    function byHand() {
      getSelection().selectAllChildren(find(id));
      if (document.execCommand("copy")) { done(); }
    }
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, byHand); } else { byHand(); }
  }

  var commands = [];
  function encode() {
    find("refusal").textContent = "";
    find("downlink").textContent = "";
    find("mqtt").textContent = "";
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
    find("refusal").textContent = result.errors.concat(result.warnings).join("; ");
    if (result.errors.length > 0) { return; }
    find("mqtt").textContent = messages(result.fPort, btoa(String.fromCharCode.apply(null, result.bytes)));
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
  ["sequence", "dev-eui", "application", "device", "tenant"].forEach(function (id) {
    find(id).addEventListener("input", encode);
  });
  ["json", "downlink", "mqtt"].forEach(function (id) {
    find("copy-" + id).addEventListener("click", function () { copy(id, find("copy-" + id)); });
  });
  find("sequence").value = p1Minute();
  find("add").addEventListener("click", add);

  // A link may hold a message: #uplink:1:a1002f…
  function follow() {
    var link = /^#(uplink|downlink):(\d+):(.*)$/.exec(decodeURIComponent(location.hash));
    if (!link) { return; }
    find("direction").value = link[1];
    find("port").value = link[2];
    find("payload").value = link[3];
    decode();
  }
  window.addEventListener("hashchange", follow);
  follow();
})();
