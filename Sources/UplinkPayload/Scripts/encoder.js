function p1Wrong(place, key, value, wanted) {
  throw new Error(place + key + " is " + JSON.stringify(value) + ", expected " + wanted);
}

function p1Which(place, key, value, names) {
  for (var i = 0; i < names.length; i += 1) {
    if (names[i] === value) { return i; }
  }
  return p1Wrong(place, key, value, "one of " + names.join(", "));
}

function p1Number(place, key, value, step, decimals, least, greatest, orNull) {
  var scale = Math.pow(10, decimals);
  var exact = typeof value === "number" ? value * scale / step : NaN;
  var number = Math.round(exact);
  if (!(Math.abs(exact - number) < 1e-6) || number < least || number > greatest) {
    p1Wrong(place, key, value, "a number from " + least * step / scale + " to " + greatest * step / scale +
      " in steps of " + step / scale + (orNull ? ", or null" : ""));
  }
  return number;
}

function p1QuarterHour(place, key, value) {
  var seconds = typeof value === "string" ? Date.parse(value) / 1000 - 1577836800 : NaN;
  var number = seconds / 900;
  if (!(number >= 0 && number < 2097152) || number !== Math.floor(number) || p1Time(seconds) !== value) {
    p1Wrong(place, key, value,
      "the beginning of a quarter-hour from 2020 to 2079, such as \"2026-11-23T06:15:00Z\"");
  }
  return number;
}

function p1Argument(place, argument, value, limit) {
  var key = argument[0];
  var absent = Math.pow(2, argument[1]) - 1;
  var limits = [];
  if (value === undefined) {
    if (argument.length > 6) { return argument[6]; }
    throw new Error(place + key + " is missing");
  }
  switch (argument[2]) {
    case 1:
      if (value !== true && value !== false) { p1Wrong(place, key, value, "true or false"); }
      return value ? 1 : 0;
    case 2: return p1Which(place, key, value, P1_METERS);
    case 3:
      for (var i = 0; i < P1_LIMITS.length; i += 1) { limits.push(P1_LIMITS[i][0]); }
      return p1Which(place, key, value, limits);
    case 4:
      return value === null ? absent : p1Number(place, key, value, 1, limit[4], argument[5], absent - 1, true);
    case 5: return p1QuarterHour(place, key, value);
    case 6:
      if (value === null) { return absent; }
      return p1Number(place, key, value, argument[3], argument[4], argument[5], absent - 1, true);
    default: return p1Number(place, key, value, argument[3], argument[4], argument[5], absent, false);
  }
}

function p1EncodeCommand(place, entry, write) {
  var names = [];
  var keys = { command: true };
  var limit = P1_LIMITS[0];
  var a;
  if (typeof entry !== "object" || entry === null) { throw new Error(place + "must be an object"); }
  for (var i = 0; i < P1_COMMANDS.length; i += 1) { names.push(P1_COMMANDS[i][1]); }
  var command = P1_COMMANDS[p1Which(place, "command", entry.command, names)];
  for (a = 0; a < command[2].length; a += 1) { keys[command[2][a][0]] = true; }
  for (var key in entry) {
    if (keys[key] !== true) { throw new Error(place + "unknown key " + key); }
  }
  write(command[0], 5);
  write(p1Length(command), 3);
  for (a = 0; a < command[2].length; a += 1) {
    var argument = command[2][a];
    var number = p1Argument(place, argument, entry[argument[0]], limit);
    if (argument[2] === 3) { limit = P1_LIMITS[number]; }
    write(number, argument[1]);
  }
}

// For a downlink without a sequence number: the minutes since 2020.
function p1Minute() {
  return Math.floor((new Date().getTime() / 1000 - 1577836800) / 60) % 4096;
}

function p1Encode(data) {
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
  write(P1_VERSION, 4);
  write(data.sequence === undefined ? p1Minute() : p1Number("", "sequence", data.sequence, 1, 0, 0, 4095, false), 12);
  for (var i = 0; i < data.commands.length; i += 1) {
    p1EncodeCommand("command " + (i + 1) + ": ", data.commands[i], write);
  }
  if (bytes.length > P1_LONGEST) {
    throw new Error(bytes.length + " bytes, but a downlink carries at most " + P1_LONGEST +
      ": send the commands in several");
  }
  return bytes;
}
