function p1DecodeAlarm(bytes) {
  var reader = p1Reader(bytes);
  var saturated = [];
  reader.version("the alarm");
  var data = { report: "alarm", meter: reader.meter() };
  var number = reader.read(4, "alarm");
  if (number >= P1_ALARMS.length) { p1Unknown("alarm", number); }
  data.alarm = P1_ALARMS[number][0];
  data.active = reader.read(1, "active") === 1;
  var mask = reader.read(3, "phases");
  var seconds = reader.read(32, "time");
  data.time = seconds === 4294967295 ? null : p1Time(seconds);
  var phases = [];
  for (var phase = 1; phase <= 3; phase += 1) {
    if (mask & (8 >> phase)) { phases.push("l" + phase); }
  }
  if (phases.length > 0) { data.phases = phases.join(","); }
  var fields = P1_ALARMS[number][1];
  for (var f = 0; f < fields.length; f += 1) { reader.field(data, fields[f], saturated); }
  reader.finish();
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
  return data;
}
