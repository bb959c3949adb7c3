// A sum of intervals reports, of which only who keeps them can make something.
function p1DecodeParity(bytes) {
  var reader = p1Reader(bytes);
  reader.version("the parity");
  var data = { report: "parity", frames: 0 };
  for (var mask = reader.read(20, "frames"); mask > 0; mask >>= 1) { data.frames += mask & 1; }
  if (bytes.length < 6) {
    throw new Error("the payload has only " + bytes.length + " bytes: its end is missing");
  }
  if (p1Trace) { p1Trace(24, bytes.length * 8 - 24, "sum"); }
  return data;
}
