function p1WrongPort(port, known) {
  throw new Error("port " + port + " carries no p1lora message, expected " + known.join(" or "));
}

function p1Bytes(bytes) {
  if (!bytes || !(bytes.length > 0)) { throw new Error("the payload is empty"); }
  return bytes;
}

function p1Decode(port, bytes) { return p1Keys(p1Plain(port, bytes)); }

function p1Plain(port, bytes) {
  var known = [];
  for (var i = 0; i < P1_UPLINKS.length; i += 1) {
    if (P1_UPLINKS[i][0] === port) { return P1_UPLINKS[i][1](p1Bytes(bytes)); }
    known.push(P1_UPLINKS[i][0]);
  }
  return p1WrongPort(port, known);
}

function p1Result(work) {
  try {
    var result = work();
    result.errors = [];
    result.warnings = [];
    return result;
  } catch (error) {
    return { errors: [error.message], warnings: [] };
  }
}

// TS013: The Things Stack, ChirpStack v4, ThingPark and others.
function decodeUplink(input) {
  return p1Result(function () { return { data: p1Decode(input.fPort, input.bytes) }; });
}

function encodeDownlink(input) {
  var result = p1Result(function () { return { fPort: P1_COMMAND_PORT, bytes: p1Encode(input.data) }; });
  if (result.bytes && result.bytes.length > P1_SAFE) {
    result.warnings.push(result.bytes.length + " bytes: at the slowest data rates only " + P1_SAFE + " arrive");
  }
  return result;
}

function decodeDownlink(input) {
  return p1Result(function () { return { data: p1DecodeCommands(input.fPort, input.bytes) }; });
}

// ChirpStack v3.
function Decode(fPort, bytes, variables) {
  return p1Decode(fPort, bytes);
}

// The Things Network v2.
function Decoder(bytes, port) {
  return p1Decode(port, bytes);
}
