// TagoIO, "Payload Parser" (https://docs.tago.io/docs/tagoio/devices/payload-parser/): payload is a global list of
// { variable, value, unit, time, group } from the network server's connector, with the bytes in hexadecimal digits.
function p1Find(names) {
  for (var i = 0; i < payload.length; i += 1) {
    if (names.indexOf(payload[i].variable) >= 0) { return payload[i]; }
  }
  return null;
}
var p1Raw = p1Find(["payload", "payload_raw", "frm_payload", "data"]);
var p1Port = p1Find(["fport", "f_port", "port"]);
if (p1Raw && p1Port) {
  try {
    payload = payload.concat(p1Points(Number(p1Port.value), p1FromHex(p1Raw.value)).map(function (point) {
      var entry = { variable: point.key, value: point.value, group: p1Raw.group };
      var unit = p1Unit(point.key);
      if (unit) { entry.unit = unit[0]; }
      if (point.time !== null) { entry.time = new Date(point.time).toISOString(); }
      return entry;
    }));
  } catch (error) {
    payload = [{ variable: "parse_error", value: error.message }];
  }
}
