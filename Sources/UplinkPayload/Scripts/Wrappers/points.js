// [{ time: milliseconds since 1970, or null for the time of arrival; key; value }]
function p1Points(port, bytes) {
  var data = p1Plain(port, bytes);
  var apart = { report: 1, meter: 1, page: 1, history: 1, time: 1, saturated: 1, intervals: 1, gaps: 1, answers: 1 };
  var points = [];
  var prefix = "";
  var key, i, time;
  for (i = 0; i < P1_METERS.length; i += 1) {
    if (P1_METERS[i] === data.meter) { prefix = P1_POINTS[i]; }
  }
  for (key in data) {
    if (apart[key] === 1 || data[key] === null || /_time$/.test(key)) { continue; }
    time = data.history ? data[key + "_time"] || data.time : data.report === "alarm" ? data.time : null;
    points.push({ time: time ? Date.parse(time) : null, key: prefix + key, value: data[key] });
  }
  for (i = 0; data.intervals && i < data.intervals.length; i += 1) {
    for (key in data.intervals[i]) {
      if (key === "start" || key === "end" || data.intervals[i][key] === null) { continue; }
      points.push({
        time: Date.parse(data.intervals[i].start), key: prefix + key + "_used", value: data.intervals[i][key]
      });
    }
  }
  return points;
}

// By the end of a key: unit, Home Assistant's class, digits behind the point.
var P1_UNITS = {
  kwh: ["kWh", "energy", 3], kw: ["kW", "power", 3], v: ["V", "voltage", 1], a: ["A", "current", 1],
  m3: ["m\u00b3", "volume", 3], gj: ["GJ", "energy", 3], kvarh: ["kvarh", "", 3], kvar: ["kvar", "", 3],
  kvah: ["kVAh", "", 3], kva: ["kVA", "", 3], min: ["min", "duration", 0], s: ["s", "duration", 0]
};
function p1Unit(key) {
  var parts = key.replace(/_used$/, "").split("_");
  return P1_UNITS[parts[parts.length - 1]] || null;
}
function p1FromHex(text) {
  var bytes = [];
  for (var i = 0; i + 1 < text.length; i += 2) { bytes.push(parseInt(text.substr(i, 2), 16)); }
  return bytes;
}
function p1FromBase64(text) {
  var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  var bytes = [];
  var bits = 0, count = 0;
  for (var i = 0; i < text.length; i += 1) {
    var digit = alphabet.indexOf(text.charAt(i));
    if (digit < 0) { continue; }
    bits = (bits & 4095) * 64 + digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 255);
    }
  }
  return bytes;
}
