// Datacake, "Payload Decoders" (https://docs.datacake.de/lorawan/payload-decoders): Decoder(payload, port) returns a list
// of { field, value, timestamp }; the timestamp, in seconds, where the value is not of now.
function Decoder(payload, port) {
  return p1Points(port, payload).map(function (point) {
    var entry = { field: point.key.toUpperCase(), value: point.value };
    if (point.time !== null) { entry.timestamp = Math.floor(point.time / 1000); }
    return entry;
  });
}
