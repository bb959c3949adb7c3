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
