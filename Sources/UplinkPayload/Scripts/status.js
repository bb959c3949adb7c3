function p1DecodeStatus(bytes) {
  var reader = p1Reader(bytes);
  reader.version("the status");
  var pages = [["health", p1Health], ["settings", p1Settings], ["layouts", p1Layouts],
    ["limits", p1Limits]];
  var number = reader.read(4, "page");
  if (number >= pages.length) { p1Unknown("status page", number); }
  var data = { report: "status", page: pages[number][0] };
  pages[number][1](data, reader);
  reader.finish();
  return data;
}

function p1Health(data, reader) {
  var version = [];
  var saturated = [];
  var silent = [];
  for (var v = 0; v < 3; v += 1) { version.push(reader.read(8, "version")); }
  data.version = version.join(".");
  for (var f = 0; f < P1_HEALTH.length; f += 1) { reader.field(data, P1_HEALTH[f], saturated); }
  for (var m = 0; m < 16; m += 1) {
    if (reader.read(1, "silent_meters") === 1) {
      if (m >= P1_METERS.length) { p1NoMeter(m); }
      silent.push(P1_METERS[m]);
    }
  }
  data.silent_meters = silent.join(",");
  var trouble = reader.read(8, "trouble");
  if (trouble >= P1_TROUBLES.length) { p1Unknown("trouble", trouble); }
  data.trouble = P1_TROUBLES[trouble];
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
}

function p1Settings(data, reader) {
  reader.field(data, ["sequence", 13, 0, 1, 0], []);
  reader.field(data, ["daily_airtime_s", 16, 0, 1, 1], []);
  var first = reader.read(7, "first report");
  var count = reader.read(5, "reports");
  for (var n = first; n < first + count; n += 1) {
    data["report" + n + "_on"] = reader.read(1, "report" + n + "_on") === 1;
    data["report" + n + "_every_s"] = reader.read(16, "report" + n + "_every_s") * 10;
  }
}

function p1Layouts(data, reader) {
  var tags = [];
  while (reader.left() > 0) { tags.push(reader.read(8, "layout")); }
  data.layouts = tags.join(",");
}

function p1Limits(data, reader) {
  data.meter = reader.meter();
  for (var l = 0; l < P1_LIMITS.length; l += 1) { reader.field(data, P1_LIMITS[l], []); }
}

function p1Steps(number, absent, step, decimals) {
  return number === absent ? null : number * step / Math.pow(10, decimals);
}
