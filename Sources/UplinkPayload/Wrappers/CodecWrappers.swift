extension PayloadSchema {
    /// The codec for services that take no standard decoder (TS013): each file is complete, to be pasted there.
    func wrapperFiles(_ codec: String) -> [(path: String, text: String)] {
        let points =
            "var P1_POINTS = [\(pointPrefixes.map { "\"\($0)\"" }.joined(separator: ", "))];\n\(WrapperText.points)"
        return [
            ("datacake", WrapperText.datacake), ("thingsboard", WrapperText.thingsBoard),
            ("tagoio", WrapperText.tagoIO),
            ("home-assistant", WrapperText.homeAssistant),
        ].map { name, text in ("wrappers/\(name).js", "\(codec)\n\(points)\n\(text)") }
    }

    /// In front of the keys of each meter; nothing where there is one.
    private var pointPrefixes: [String] { meters.count == 1 ? [""] : prefixes.map { $0 + "_" } }
}

enum WrapperText {
    /// Values with their own times, for services that keep one series for each key.
    ///
    /// Registers of intervals reports go to the series of the live ones, because they bring their time; what was used in a
    /// quarter-hour has a key of its own, and the time of its beginning.
    static let points = #"""
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

        """#

    static let datacake = #"""
        // Datacake, "Payload Decoders" (https://docs.datacake.de/lorawan/payload-decoders): Decoder(payload, port) returns a list
        // of { field, value, timestamp }; the timestamp, in seconds, where the value is not of now.
        function Decoder(payload, port) {
          return p1Points(port, payload).map(function (point) {
            var entry = { field: point.key.toUpperCase(), value: point.value };
            if (point.time !== null) { entry.timestamp = Math.floor(point.time / 1000); }
            return entry;
          });
        }

        """#

    static let thingsBoard = #"""
        // ThingsBoard, "Uplink Data Converter" (https://thingsboard.io/docs/user-guide/integrations/uplink-data-converter/), as
        // JavaScript, for the integrations of The Things Stack and ChirpStack: payload holds the bytes of the event, a list of
        // { ts, values } with milliseconds is returned (https://thingsboard.io/docs/reference/mqtt-api/telemetry/).
        function p1Converted(event) {
          var things = event.uplink_message;
          var time = Date.parse((things && things.received_at) || event.received_at || event.time);
          var bytes = p1FromBase64((things ? things.frm_payload : event.data) || "");
          var ids = things ? event.end_device_ids : event.deviceInfo;
          var points = bytes.length > 0 ? p1Points(things ? things.f_port : event.fPort, bytes) : [];
          var telemetry = [];
          points.forEach(function (point) {
            var ts = point.time === null ? time : point.time;
            var last = telemetry[telemetry.length - 1];
            if (!last || last.ts !== ts) {
              last = { ts: ts, values: {} };
              telemetry.push(last);
            }
            last.values[point.key] = point.value;
          });
          return {
            deviceName: things ? ids.device_id : ids.deviceName, deviceType: "p1lora",
            attributes: { devEui: String(things ? ids.dev_eui : ids.devEui).toUpperCase() }, telemetry: telemetry
          };
        }
        return p1Converted(JSON.parse(String.fromCharCode.apply(String, payload)));

        """#

    static let tagoIO = #"""
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

        """#

    static let homeAssistant = #"""
        // Home Assistant's integration of The Things Network, to be pasted in The Things Stack as payload formatter. It stamps by
        // arrival and makes an entity of each key; "_sensor_attr_KEY_unit" and the like say what it is
        // (https://github.com/home-assistant/core/pull/166377). Registers of intervals are left out unless they are of now.
        decodeUplink = (function (decode) {
          return function (input) {
            var result = decode(input);
            if (result.errors.length > 0) { return result; }
            var now = input.recvTime ? new Date(input.recvTime).getTime() : new Date().getTime();
            var data = {};
            p1Points(input.fPort, input.bytes).forEach(function (point) {
              var isAlarm = result.data.report === "alarm";
              var live = point.time === null || isAlarm || (now - point.time < 1200000 && now >= point.time);
              if (!live || /_used$/.test(point.key)) { return; }
              data[point.key] = point.value;
              var unit = typeof point.value === "number" ? p1Unit(point.key) : null;
              if (unit === null || isAlarm) { return; }
              var attribute = "_sensor_attr_" + point.key + "_";
              var medium = /gas\d*_m3$/.test(point.key) ? "gas" : /water\d*_m3$/.test(point.key) ? "water" : unit[1];
              data[attribute + "unit"] = unit[0];
              if (medium !== "") { data[attribute + "device_class"] = medium; }
              if (result.data.report === "status") {
                data[attribute + "entity_category"] = "diagnostic";
              } else {
                data[attribute + "state_class"] = /kwh$|m3$|gj$|arh$|kvah$/.test(point.key) ? "total_increasing" : "measurement";
              }
              data[attribute + "suggested_display_precision"] = unit[2];
            });
            result.data = data;
            return result;
          };
        })(decodeUplink);

        """#
}
