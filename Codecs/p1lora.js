// Decoder for the uplinks of a p1lora bridge, for the layouts of one configuration.
// Written by "p1lora codec": run it again when the configuration changes, do not edit.
// SPDX-License-Identifier: Apache-2.0

// The meters by their number in the frame.
var P1LORA_METERS = ["main"];

// A field: [key, bits, minimum, step, decimals]; its value is (minimum + number * step) / 10^decimals.
var P1LORA_PORT_READINGS = 1;
var P1LORA_READINGS = [
  { tag: 161, bytes: 12, fields: [
    ["import_kwh", 30, 0, 1, 3],
    ["export_kwh", 30, 0, 1, 3],
    ["import_kw", 17, 0, 1, 3]
  ] }
];

function p1loraTags() {
  var tags = [];
  for (var i = 0; i < P1LORA_READINGS.length; i += 1) { tags.push(P1LORA_READINGS[i].tag); }
  return tags;
}

function p1loraDecode(port, bytes) {
  if (port !== P1LORA_PORT_READINGS) {
    throw new Error("port " + port + " carries no p1lora report, expected " + P1LORA_PORT_READINGS);
  }
  if (!bytes || bytes.length === 0) { throw new Error("the payload is empty"); }
  var layout = null;
  for (var i = 0; i < P1LORA_READINGS.length; i += 1) {
    if (P1LORA_READINGS[i].tag === bytes[0]) { layout = P1LORA_READINGS[i]; }
  }
  if (layout === null) {
    throw new Error("layout tag " + bytes[0] + ", expected " + p1loraTags().join(" or ") +
      ": this decoder was made for another configuration");
  }
  if (bytes.length !== layout.bytes) {
    throw new Error(bytes.length + " bytes, expected " + layout.bytes);
  }

  var position = 8;
  function read(width) {
    var value = 0;
    for (var n = 0; n < width; n += 1) {
      value = value * 2 + ((bytes[position >> 3] >> (7 - (position & 7))) & 1);
      position += 1;
    }
    return value;
  }

  var meter = read(4);
  if (meter >= P1LORA_METERS.length) {
    throw new Error("meter number " + meter + ", expected less than " + P1LORA_METERS.length);
  }
  var data = { report: "readings", meter: P1LORA_METERS[meter] };
  var saturated = [];
  for (var f = 0; f < layout.fields.length; f += 1) {
    var field = layout.fields[f];
    var absent = Math.pow(2, field[1]) - 1;
    var number = read(field[1]);
    if (number === absent) {
      data[field[0]] = null;
    } else {
      data[field[0]] = (field[2] + number * field[3]) / Math.pow(10, field[4]);
      if (number === absent - 1 || (number === 0 && field[2] !== 0)) { saturated.push(field[0]); }
    }
  }
  if (read(bytes.length * 8 - position) !== 0) {
    throw new Error("the bits behind the last field are not zero: the payload is damaged");
  }
  if (saturated.length > 0) { data.saturated = saturated.join(","); }
  return data;
}

// TS013: The Things Stack, ChirpStack v4, ThingPark and others.
function decodeUplink(input) {
  try {
    return { data: p1loraDecode(input.fPort, input.bytes), errors: [], warnings: [] };
  } catch (error) {
    return { errors: [error.message], warnings: [] };
  }
}

// ChirpStack v3.
function Decode(fPort, bytes, variables) {
  return p1loraDecode(fPort, bytes);
}

// The Things Network v2.
function Decoder(bytes, port) {
  return p1loraDecode(port, bytes);
}
