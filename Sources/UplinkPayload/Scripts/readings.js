function p1Layout(layouts, bytes) {
  var tags = [];
  for (var i = 0; i < layouts.length; i += 1) {
    if (layouts[i].tag === bytes[0]) { return layouts[i]; }
    tags.push(layouts[i].tag);
  }
  throw new Error("layout tag " + bytes[0] + ", expected " + tags.join(" or ") +
    ": this decoder was made for another configuration");
}

function p1DecodeReadings(bytes) {
  var layout = p1Layout(P1_READINGS, bytes);
  if (bytes.length !== layout.bytes) {
    throw new Error(bytes.length + " bytes, expected " + layout.bytes);
  }
  var reader = p1Reader(bytes);
  reader.read(8, "tag");
  var data = { report: "readings", meter: reader.meter() };
  var saturated = [];
  for (var f = 0; f < layout.fields.length; f += 1) { reader.field(data, layout.fields[f], saturated); }
  reader.finish();
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
  return data;
}
