function p1Keys(data) {
  var prefix = "";
  var result = {};
  for (var m = 0; m < P1_METERS.length; m += 1) {
    if (P1_METERS[m] === data.meter) { prefix = P1_PREFIXES[m] + (data.history ? "_history_" : "_"); }
  }
  if (prefix === "") { return data; }
  for (var key in data) {
    if (P1_KEPT[key] === true) {
      result[key] = data[key];
    } else if (key === "saturated") {
      result[prefix + key] = prefix + data[key].split(",").join("," + prefix);
    } else {
      result[prefix + key] = data[key];
    }
  }
  return result;
}
