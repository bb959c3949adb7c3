extension CodecText {
    static let alarm = #"""
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

        """#

    static let status = #"""
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

        """#
}
