// Numbers of up to 48 bits are built by multiplication, because JavaScript's shifts work on 32 bits; one division at the
// end gives the double that is nearest to the decimal number, and JavaScript prints that as the decimal number.

// A page that shows the bits may set this to function (position, width, label).
var p1Trace = null;

function p1Reader(bytes) {
  var position = 0;
  var reader = {
    left: function () { return bytes.length * 8 - position; },
    read: function (width, label) {
      if (width > bytes.length * 8 - position) {
        throw new Error("the payload has only " + bytes.length + " bytes: its end is missing");
      }
      if (p1Trace) { p1Trace(position, width, label); }
      var value = 0;
      for (var n = 0; n < width; n += 1) {
        value = value * 2 + ((bytes[position >> 3] >> (7 - (position & 7))) & 1);
        position += 1;
      }
      return value;
    },
    version: function (subject) {
      var version = reader.read(4, "version");
      if (version !== P1_VERSION) {
        throw new Error("version " + version + " of " + subject + ", expected " + P1_VERSION +
          ": decoder and bridge differ in age");
      }
    },
    meter: function () {
      var number = reader.read(4, "meter");
      if (number >= P1_METERS.length) { p1NoMeter(number); }
      return P1_METERS[number];
    },
    // Puts a number under its key, and the key on the list if the number lies at the end of its range.
    field: function (data, field, saturated) {
      var absent = Math.pow(2, field[1]) - 1;
      var number = reader.read(field[1], field[0]);
      data[field[0]] = number === absent ? null : (field[2] + number * field[3]) / Math.pow(10, field[4]);
      if (number === absent - 1 || (number === 0 && field[2] !== 0)) { saturated.push(field[0]); }
    },
    finish: function () {
      var rest = reader.left();
      if (rest >= 8) {
        throw new Error(bytes.length + " bytes, expected " + (bytes.length - (rest >> 3)));
      }
      if (reader.read(rest, "padding") !== 0) { p1NotZero(); }
    }
  };
  return reader;
}

function p1NotZero() {
  throw new Error("the bits behind the last field are not zero: the payload is damaged");
}

function p1NoMeter(number) {
  throw new Error("meter number " + number + ", expected less than " + P1_METERS.length);
}

function p1Unknown(subject, number) {
  throw new Error(subject + " number " + number + " is not known: the payload is damaged, or of a newer bridge");
}

// Seconds since 2020 as ISO 8601.
function p1Time(seconds) {
  return new Date((1577836800 + seconds) * 1000).toISOString().replace(".000Z", "Z");
}
