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
