// Codec of a p1lora bridge, for the layouts of one configuration.
// Written by "p1lora codec": run it again when the configuration changes, do not edit.
// SPDX-License-Identifier: Apache-2.0

// The meters by their number in the frame.
var P1LORA_METERS = ["main"];

// A number: [key, bits, minimum, step, decimals]; its value is (minimum + n * step) / 10^decimals.
var P1LORA_READINGS = [
  { tag: 161, bytes: 12, fields: [
    ["import_kwh", 30, 0, 1, 3],
    ["export_kwh", 30, 0, 1, 3],
    ["import_kw", 17, 0, 1, 3]
  ] }
];

// What no configuration changes.
var P1LORA_VERSION = 1;
var P1LORA_UPLINKS = [[1, p1loraReadings], [3, p1loraAlarm], [4, p1loraStatus], [5, p1loraReply]];
var P1LORA_COMMAND_PORT = 10;
var P1LORA_ALARMS = [
  ["outage", [["lasted_min", 16, 0, 1, 0]]],
  ["under_voltage", [["voltage_v", 16, 0, 1, 1], ["limit_v", 16, 0, 1, 1]]],
  ["over_voltage", [["voltage_v", 16, 0, 1, 1], ["limit_v", 16, 0, 1, 1]]],
  ["import_power", [["power_kw", 16, 0, 1, 2], ["limit_kw", 16, 0, 1, 2]]],
  ["export_power", [["power_kw", 16, 0, 1, 2], ["limit_kw", 16, 0, 1, 2]]],
  ["silence", [["silent_min", 16, 0, 1, 0], ["limit_min", 16, 0, 1, 0]]],
  ["breaker", [["state", 16, 0, 1, 0]]],
  ["relay1", [["state", 16, 0, 1, 0]]],
  ["relay2", [["state", 16, 0, 1, 0]]]
];
var P1LORA_HEALTH = [
  ["uptime_min", 24, 0, 1, 0],
  ["telegrams", 24, 0, 1, 0],
  ["telegrams_refused", 16, 0, 1, 0],
  ["uplinks", 24, 0, 1, 0],
  ["downlinks", 16, 0, 1, 0],
  ["joins", 8, 0, 1, 0],
  ["radio_restarts", 8, 0, 1, 0],
  ["reports_skipped", 16, 0, 1, 0],
  ["airtime_s", 16, 0, 1, 1],
  ["trouble_min", 16, 0, 1, 0]
];
var P1LORA_TROUBLES = ["none", "meter_line", "meter_silent", "telegram_damaged", "wrong_key", "telegram_replayed", "meter_clock", "radio", "join", "store", "report", "downlink", "system_clock"];
var P1LORA_LIMITS = [
  ["under_voltage_v", 13, 0, 1, 1],
  ["over_voltage_v", 13, 0, 1, 1],
  ["import_kw", 16, 0, 1, 2],
  ["export_kw", 16, 0, 1, 2],
  ["silent_min", 14, 0, 1, 0]
];
// An argument: [key, bits, meaning, step, decimals, least, if left out].
var P1LORA_COMMANDS = [
  [1, "send_now", [["report", 8, 0, 1, 0, 0, 0]]],
  [2, "set_report", [["on", 1, 1, 1, 0, 0], ["report", 7, 0, 1, 0, 1], ["every_s", 16, 6, 10, 0, 1, 65535]]],
  [3, "set_limit", [["meter", 4, 2, 1, 0, 0], ["limit", 4, 3, 1, 0, 0], ["value", 16, 4, 1, 0, 0]]],
  [4, "send_intervals", [["report", 7, 0, 1, 0, 1], ["meter", 4, 2, 1, 0, 0], ["from", 21, 5, 1, 0, 0], ["count", 16, 0, 1, 0, 1]]],
  [5, "send_status", []],
  [6, "rejoin", []],
  [7, "set_airtime", [["daily_s", 16, 6, 1, 1, 1]]]
];
var P1LORA_REFUSALS = ["replayed", "wrong_version", "unknown_command", "bad_arguments", "no_such_report", "no_such_meter", "no_intervals", "busy", "not_stored"];

// A page that shows the bits may set this to function (position, width, label).
var p1loraTrace = null;

function p1loraReader(bytes) {
  var position = 0;
  var reader = {
    left: function () { return bytes.length * 8 - position; },
    read: function (width, label) {
      if (width > bytes.length * 8 - position) {
        throw new Error("the payload has only " + bytes.length + " bytes: its end is missing");
      }
      if (p1loraTrace) { p1loraTrace(position, width, label); }
      var value = 0;
      for (var n = 0; n < width; n += 1) {
        value = value * 2 + ((bytes[position >> 3] >> (7 - (position & 7))) & 1);
        position += 1;
      }
      return value;
    },
    version: function (subject) {
      var version = reader.read(4, "version");
      if (version !== P1LORA_VERSION) {
        throw new Error("version " + version + " of " + subject + ", expected " + P1LORA_VERSION +
          ": decoder and bridge differ in age");
      }
    },
    meter: function () {
      var number = reader.read(4, "meter");
      if (number >= P1LORA_METERS.length) { p1loraNoMeter(number); }
      return P1LORA_METERS[number];
    },
    // Puts a number under its key, and the key on the list if the number lies at the end of its range.
    field: function (data, field, saturated) {
      var absent = Math.pow(2, field[1]) - 1;
      var number = reader.read(field[1], field[0]);
      data[field[0]] = number === absent ? null : (field[2] + number * field[3]) / Math.pow(10, field[4]);
      if (number === absent - 1 || (number === 0 && field[2] !== 0)) { saturated.push(field[0]); }
    },
    finish: function () {
      var rest = reader.left();
      if (rest >= 8) {
        throw new Error(bytes.length + " bytes, expected " + (bytes.length - (rest >> 3)));
      }
      if (reader.read(rest, "padding") !== 0) { p1loraNotZero(); }
    }
  };
  return reader;
}

function p1loraNotZero() {
  throw new Error("the bits behind the last field are not zero: the payload is damaged");
}

function p1loraNoMeter(number) {
  throw new Error("meter number " + number + ", expected less than " + P1LORA_METERS.length);
}

function p1loraUnknown(subject, number) {
  throw new Error(subject + " number " + number + " is not known: the payload is damaged, or of a newer bridge");
}

// Seconds since 2020 as ISO 8601.
function p1loraTime(seconds) {
  return new Date((1577836800 + seconds) * 1000).toISOString().replace(".000Z", "Z");
}

function p1loraLayout(layouts, bytes) {
  var tags = [];
  for (var i = 0; i < layouts.length; i += 1) {
    if (layouts[i].tag === bytes[0]) { return layouts[i]; }
    tags.push(layouts[i].tag);
  }
  throw new Error("layout tag " + bytes[0] + ", expected " + tags.join(" or ") +
    ": this decoder was made for another configuration");
}

function p1loraReadings(bytes) {
  var layout = p1loraLayout(P1LORA_READINGS, bytes);
  if (bytes.length !== layout.bytes) {
    throw new Error(bytes.length + " bytes, expected " + layout.bytes);
  }
  var reader = p1loraReader(bytes);
  reader.read(8, "tag");
  var data = { report: "readings", meter: reader.meter() };
  var saturated = [];
  for (var f = 0; f < layout.fields.length; f += 1) { reader.field(data, layout.fields[f], saturated); }
  reader.finish();
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
  return data;
}

function p1loraAlarm(bytes) {
  var reader = p1loraReader(bytes);
  var saturated = [];
  reader.version("the alarm");
  var data = { report: "alarm", meter: reader.meter() };
  var number = reader.read(4, "alarm");
  if (number >= P1LORA_ALARMS.length) { p1loraUnknown("alarm", number); }
  data.alarm = P1LORA_ALARMS[number][0];
  data.active = reader.read(1, "active") === 1;
  var mask = reader.read(3, "phases");
  var seconds = reader.read(32, "time");
  data.time = seconds === 4294967295 ? null : p1loraTime(seconds);
  var phases = [];
  for (var phase = 1; phase <= 3; phase += 1) {
    if (mask & (8 >> phase)) { phases.push("l" + phase); }
  }
  if (phases.length > 0) { data.phases = phases.join(","); }
  var fields = P1LORA_ALARMS[number][1];
  for (var f = 0; f < fields.length; f += 1) { reader.field(data, fields[f], saturated); }
  reader.finish();
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
  return data;
}

function p1loraStatus(bytes) {
  var reader = p1loraReader(bytes);
  reader.version("the status");
  var pages = [["health", p1loraHealth], ["settings", p1loraSettings], ["layouts", p1loraLayouts],
    ["limits", p1loraLimits]];
  var number = reader.read(4, "page");
  if (number >= pages.length) { p1loraUnknown("status page", number); }
  var data = { report: "status", page: pages[number][0] };
  pages[number][1](data, reader);
  reader.finish();
  return data;
}

function p1loraHealth(data, reader) {
  var version = [];
  var saturated = [];
  var silent = [];
  for (var v = 0; v < 3; v += 1) { version.push(reader.read(8, "version")); }
  data.version = version.join(".");
  for (var f = 0; f < P1LORA_HEALTH.length; f += 1) { reader.field(data, P1LORA_HEALTH[f], saturated); }
  for (var m = 0; m < 16; m += 1) {
    if (reader.read(1, "silent_meters") === 1) {
      if (m >= P1LORA_METERS.length) { p1loraNoMeter(m); }
      silent.push(P1LORA_METERS[m]);
    }
  }
  data.silent_meters = silent.join(",");
  var trouble = reader.read(8, "trouble");
  if (trouble >= P1LORA_TROUBLES.length) { p1loraUnknown("trouble", trouble); }
  data.trouble = P1LORA_TROUBLES[trouble];
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
}

function p1loraSettings(data, reader) {
  reader.field(data, ["sequence", 13, 0, 1, 0], []);
  reader.field(data, ["daily_airtime_s", 16, 0, 1, 1], []);
  var first = reader.read(7, "first report");
  var count = reader.read(5, "reports");
  for (var n = first; n < first + count; n += 1) {
    data["report" + n + "_on"] = reader.read(1, "report" + n + "_on") === 1;
    data["report" + n + "_every_s"] = reader.read(16, "report" + n + "_every_s") * 10;
  }
}

function p1loraLayouts(data, reader) {
  var tags = [];
  while (reader.left() > 0) { tags.push(reader.read(8, "layout")); }
  data.layouts = tags.join(",");
}

function p1loraLimits(data, reader) {
  data.meter = reader.meter();
  for (var l = 0; l < P1LORA_LIMITS.length; l += 1) { reader.field(data, P1LORA_LIMITS[l], []); }
}

function p1loraSteps(number, absent, step, decimals) {
  return number === absent ? null : number * step / Math.pow(10, decimals);
}

function p1loraCommand(number) {
  for (var i = 0; i < P1LORA_COMMANDS.length; i += 1) {
    if (P1LORA_COMMANDS[i][0] === number) { return P1LORA_COMMANDS[i]; }
  }
  return null;
}

function p1loraLength(command) {
  var bits = 0;
  for (var a = 0; a < command[2].length; a += 1) { bits += command[2][a][1]; }
  return bits / 8;
}

// Meanings: 0 number, 1 flag, 2 meter, 3 limit, 4 value of the limit before, 5 quarter-hour, 6 number or null.
function p1loraArguments(data, command, reader) {
  var limit = P1LORA_LIMITS[0];
  for (var a = 0; a < command[2].length; a += 1) {
    var argument = command[2][a];
    var key = argument[0];
    var absent = Math.pow(2, argument[1]) - 1;
    var number = reader.read(argument[1], key);
    switch (argument[2]) {
      case 1: data[key] = number === 1; break;
      case 2:
        if (number >= P1LORA_METERS.length) { p1loraNoMeter(number); }
        data[key] = P1LORA_METERS[number];
        break;
      case 3:
        if (number >= P1LORA_LIMITS.length) { p1loraUnknown("alarm limit", number); }
        limit = P1LORA_LIMITS[number];
        data[key] = limit[0];
        break;
      case 4: data[key] = p1loraSteps(number, absent, 1, limit[4]); break;
      case 5: data[key] = p1loraTime(number * 900); break;
      case 6: data[key] = p1loraSteps(number, absent, argument[3], argument[4]); break;
      default: data[key] = p1loraSteps(number, -1, argument[3], argument[4]);
    }
  }
}

function p1loraDecodeCommands(port, bytes) {
  if (port !== P1LORA_COMMAND_PORT) { p1loraWrongPort(port, [P1LORA_COMMAND_PORT]); }
  var reader = p1loraReader(p1loraBytes(bytes));
  reader.version("the commands");
  var data = { sequence: reader.read(12, "sequence"), commands: [] };
  while (reader.left() > 0) {
    var number = reader.read(5, "command");
    var command = p1loraCommand(number);
    if (command === null) { p1loraUnknown("command", number); }
    var length = reader.read(3, "length");
    if (length !== p1loraLength(command)) {
      throw new Error(command[1] + " has " + length + " bytes of arguments, expected " + p1loraLength(command));
    }
    var entry = { command: command[1] };
    p1loraArguments(entry, command, reader);
    data.commands.push(entry);
  }
  return data;
}

function p1loraReply(bytes) {
  var reader = p1loraReader(bytes);
  reader.version("the reply");
  var data = { report: "reply", sequence: reader.read(12, "sequence") };
  var position = reader.read(8, "position");
  var results = ["accepted", "clamped", "refused"];
  var answers = [];
  for (var i = 0; i < results.length; i += 1) { data[results[i]] = 0; }
  while (reader.left() > 0) {
    var number = reader.read(5, "command");
    var result = reader.read(2, "result");
    if (result >= results.length) { p1loraUnknown("result", result); }
    if (reader.read(1, "zero") !== 0) { p1loraNotZero(); }
    var command = p1loraCommand(number);
    position += 1;
    var answer = {
      position: position,
      command: command !== null ? command[1] : number === 0 ? "downlink" : "command " + number,
      result: results[result]
    };
    if (result === 1) {
      if (command === null) { p1loraUnknown("command", number); }
      p1loraArguments(answer, command, reader);
    } else if (result === 2) {
      var reason = reader.read(8, "reason");
      if (reason >= P1LORA_REFUSALS.length) { p1loraUnknown("reason", reason); }
      answer.reason = P1LORA_REFUSALS[reason];
    }
    data[results[result]] += 1;
    answers.push(answer);
  }
  data.answers = answers;
  return data;
}

function p1loraWhich(place, key, value, names) {
  for (var i = 0; i < names.length; i += 1) {
    if (names[i] === value) { return i; }
  }
  throw new Error(place + key + " is " + JSON.stringify(value) + ", expected one of " + names.join(", "));
}

function p1loraNumber(place, key, value, step, decimals, least, greatest, orNull) {
  var scale = Math.pow(10, decimals);
  var exact = typeof value === "number" ? value * scale / step : NaN;
  var number = Math.round(exact);
  if (!(Math.abs(exact - number) < 1e-6) || number < least || number > greatest) {
    throw new Error(place + key + " is " + JSON.stringify(value) + ", expected a number from " +
      least * step / scale + " to " + greatest * step / scale + " in steps of " + step / scale +
      (orNull ? ", or null" : ""));
  }
  return number;
}

function p1loraQuarterHour(place, key, value) {
  var seconds = typeof value === "string" ? Date.parse(value) / 1000 - 1577836800 : NaN;
  var number = seconds / 900;
  if (!(number >= 0 && number < 2097152) || number !== Math.floor(number) || p1loraTime(seconds) !== value) {
    throw new Error(place + key + " is " + JSON.stringify(value) +
      ", expected the beginning of a quarter-hour from 2020 to 2079, such as \"2026-11-23T06:15:00Z\"");
  }
  return number;
}

function p1loraArgument(place, argument, value, limit) {
  var key = argument[0];
  var absent = Math.pow(2, argument[1]) - 1;
  var limits = [];
  if (value === undefined) {
    if (argument.length > 6) { return argument[6]; }
    throw new Error(place + key + " is missing");
  }
  switch (argument[2]) {
    case 1:
      if (value !== true && value !== false) {
        throw new Error(place + key + " is " + JSON.stringify(value) + ", expected true or false");
      }
      return value ? 1 : 0;
    case 2: return p1loraWhich(place, key, value, P1LORA_METERS);
    case 3:
      for (var i = 0; i < P1LORA_LIMITS.length; i += 1) { limits.push(P1LORA_LIMITS[i][0]); }
      return p1loraWhich(place, key, value, limits);
    case 4:
      return value === null ? absent : p1loraNumber(place, key, value, 1, limit[4], argument[5], absent - 1, true);
    case 5: return p1loraQuarterHour(place, key, value);
    case 6:
      if (value === null) { return absent; }
      return p1loraNumber(place, key, value, argument[3], argument[4], argument[5], absent - 1, true);
    default: return p1loraNumber(place, key, value, argument[3], argument[4], argument[5], absent, false);
  }
}

function p1loraEncodeCommand(place, entry, write) {
  var names = [];
  var keys = { command: true };
  var limit = P1LORA_LIMITS[0];
  var a;
  if (typeof entry !== "object" || entry === null) { throw new Error(place + "must be an object"); }
  for (var i = 0; i < P1LORA_COMMANDS.length; i += 1) { names.push(P1LORA_COMMANDS[i][1]); }
  var command = P1LORA_COMMANDS[p1loraWhich(place, "command", entry.command, names)];
  for (a = 0; a < command[2].length; a += 1) { keys[command[2][a][0]] = true; }
  for (var key in entry) {
    if (keys[key] !== true) { throw new Error(place + "unknown key " + key); }
  }
  write(command[0], 5);
  write(p1loraLength(command), 3);
  for (a = 0; a < command[2].length; a += 1) {
    var argument = command[2][a];
    var number = p1loraArgument(place, argument, entry[argument[0]], limit);
    if (argument[2] === 3) { limit = P1LORA_LIMITS[number]; }
    write(number, argument[1]);
  }
}

function p1loraEncode(data) {
  var bytes = [];
  var count = 0;
  function write(value, width) {
    for (var bit = width - 1; bit >= 0; bit -= 1) {
      if (count % 8 === 0) { bytes.push(0); }
      if (Math.floor(value / Math.pow(2, bit)) % 2 === 1) { bytes[bytes.length - 1] |= 128 >> (count % 8); }
      count += 1;
    }
  }
  if (typeof data !== "object" || data === null || !data.commands || !(data.commands.length > 0)) {
    throw new Error("expected {\"sequence\": 1, \"commands\": [{\"command\": \"send_now\"}]}");
  }
  write(P1LORA_VERSION, 4);
  write(p1loraNumber("", "sequence", data.sequence, 1, 0, 0, 4095, false), 12);
  for (var i = 0; i < data.commands.length; i += 1) {
    p1loraEncodeCommand("command " + (i + 1) + ": ", data.commands[i], write);
  }
  return bytes;
}

function p1loraWrongPort(port, known) {
  throw new Error("port " + port + " carries no p1lora message, expected " + known.join(" or "));
}

function p1loraBytes(bytes) {
  if (!bytes || !(bytes.length > 0)) { throw new Error("the payload is empty"); }
  return bytes;
}

function p1loraDecode(port, bytes) {
  var known = [];
  for (var i = 0; i < P1LORA_UPLINKS.length; i += 1) {
    if (P1LORA_UPLINKS[i][0] === port) { return P1LORA_UPLINKS[i][1](p1loraBytes(bytes)); }
    known.push(P1LORA_UPLINKS[i][0]);
  }
  return p1loraWrongPort(port, known);
}

// TS013: The Things Stack, ChirpStack v4, ThingPark and others.
function decodeUplink(input) {
  try {
    return { data: p1loraDecode(input.fPort, input.bytes), errors: [], warnings: [] };
  } catch (error) {
    return { errors: [error.message], warnings: [] };
  }
}

function encodeDownlink(input) {
  try {
    return { fPort: P1LORA_COMMAND_PORT, bytes: p1loraEncode(input.data), errors: [], warnings: [] };
  } catch (error) {
    return { errors: [error.message], warnings: [] };
  }
}

function decodeDownlink(input) {
  try {
    return { data: p1loraDecodeCommands(input.fPort, input.bytes), errors: [], warnings: [] };
  } catch (error) {
    return { errors: [error.message], warnings: [] };
  }
}

// ChirpStack v3.
function Decode(fPort, bytes, variables) {
  return p1loraDecode(fPort, bytes);
}

// The Things Network v2.
function Decoder(bytes, port) {
  return p1loraDecode(port, bytes);
}
