// Decodes intervals reports: p1loraIntervals(layout, bytes, meters), with the layout that the tag names, returns "data" or
// throws. All numbers are whole and below 2^53, so doubles hold them exactly; RangeCoder, IntervalModel and
// UseDistribution say what they mean. It is written for speed: ChirpStack gives it 100 ms in an engine that interprets, and
// a frame of a quiet house has a thousand boundaries. Registers that stand still, and have nothing more to learn, are passed
// in a few lines of arithmetic each.
//
// A use is read as UseDistribution says, backwards. From the newest boundary it goes back in time (IntervalModel, UseModel).
// "x - 0.4998779296875 + 2^52 - 2^52" is the floor of an x with at most twelve bits behind the point: the sum is rounded to
// a whole number, never halfway between two.

function p1loraIntervals(layout, bytes, meters) {
  var fields = layout.fields;
  var floor = Math.floor, sqrt = Math.sqrt;
  var length = bytes.length;
  var position = 10;
  var registers = fields.length;
  var s, age, i;

  function damaged() {
    throw new Error("the coded series has no end or a register outside its range: the payload is damaged");
  }
  if (length < 5) { damaged(); }
  var meter = bytes[1] >> 4;
  var newest = (bytes[1] & 15) * 131072 + bytes[2] * 512 + bytes[3] * 2 + (bytes[4] >> 7);
  if (meter >= meters.length) {
    throw new Error("meter number " + meter + ", expected less than " + meters.length);
  }
  var range = 0x800000000000;
  var code = bytes[4] & 127;
  for (i = 5; i < 10; i += 1) { code = code * 256 + (i < length ? bytes[i] : 0); }

  function fill() {
    while (range < 0x10000000000) {
      code = code * 256 + (position < length ? bytes[position] : 0);
      position += 1;
      range *= 256;
    }
  }
  function readBit(zeros) {
    var bound = floor(range / 4096) * zeros;
    var bit = code >= bound;
    if (bit) { code -= bound; range -= bound; } else { range = bound; }
    if (range < 0x10000000000) { fill(); }
    return bit;
  }
  function readBits(width) {
    var value = 0;
    while (width > 0) {
      var count = Math.pow(2, width > 16 ? 16 : width);
      var part = floor(range / count);
      var number = Math.min(floor(code / part), count - 1);
      code -= part * number;
      range = number === count - 1 ? range - part * number : part;
      fill();
      value = value * count + number;
      width -= 16;
    }
    return value;
  }
  // A register in full; the highest number means none.
  function absolute(s) {
    var steps = readBits(fields[s][1]);
    if (steps > Math.pow(2, fields[s][1]) - 2) { damaged(); }
    return steps;
  }
  var sameUse = [], sameNear = [], sameBase = [], sameWide = [], sameShare = [], sameNone = [], sameBelow = [], sameAbove = [];
  var near, base, wide, share, none, center, nears, wides, rest, part, target, below, above, low, high, guess, turn, d, e, f, t, u, v, w;
  var last = [], odds = [], uses = [], lowest = [], nearest = [], widest = [], isNew = [], zeros = [], shifts = [];
  // Of each register what it showed where it is known first, that place, and the last one before it was not.
  var shown = [], first = [], known = [];
  // Registers that stand still and have nothing more to learn, by the place of their odds in zeros; else -1.
  var steady = [], steadies = 0;
  var step = [], scale = [], values = [], nothing = [];
  for (s = 0; s < registers; s += 1) {
    last.push(null);
    odds.push(3840);
    uses.push(1);
    lowest.push(64);
    nearest.push(1024);
    widest.push(1024);
    isNew.push(true);
    zeros.push(3600, 800);
    shifts.push(2, 2);
    shown.push(null);
    first.push(0);
    known.push(0);
    steady.push(-1);
    step.push(fields[s][3]);
    scale.push(Math.pow(10, fields[s][4]));
    values.push(0);
    nothing.push(0);
  }
  var minutes = [":00:00Z", ":15:00Z", ":30:00Z", ":45:00Z"];
  var midnight = -1, hour = -1, day = "", clock = "";
  function time(number) {
    if (number >> 2 !== hour) {
      var quarter = number % 96;
      hour = number >> 2;
      if (number - quarter !== midnight) {
        midnight = number - quarter;
        day = new Date(1577836800000 + midnight * 900000).toISOString().slice(0, 11);
      }
      clock = day + (quarter < 40 ? "0" : "") + (quarter >> 2);
    }
    return clock + minutes[number & 3];
  }

  var rows = [], gaps = [];
  var head = time(newest), start = head, end = head;
  var most = newest < 1023 ? newest : 1023, count = 0, isKnown, still, use, before, steps, learns, z, h, bound, other;
  while (true) {
    if (count > most) { damaged(); }
    bound = range;
    if (steadies === registers && (registers < 2 || steady[1] === 3)) {
      // x - H + M - M is the floor of x, which has at most twelve bits behind the point.
      for (s = 0; s < registers; s += 1) {
        bound = (bound / 4096 - 0.4998779296875 + 4503599627370496 - 4503599627370496) * 4092;
        bound = (bound / 4096 - 0.4998779296875 + 4503599627370496 - 4503599627370496) * zeros[steady[s]];
      }
    } else { bound = 0; }
    if (code < bound && bound >= 0x10000000000) {
      range = bound;
      start = time(newest - count);
      rows.push(layout.row(start, end, nothing));
    } else {
      if (count > 0) { start = time(newest - count); }
      isKnown = false;
      still = 0;
      for (s = 0; s < registers; s += 1) {
        i = steady[s];
        if (i >= 0 && (s !== 1 || i === 2 + still)) {
          bound = (range / 4096 - 0.4998779296875 + 4503599627370496 - 4503599627370496) * 4092;
          bound = (bound / 4096 - 0.4998779296875 + 4503599627370496 - 4503599627370496) * zeros[i];
          if (code < bound && bound >= 0x10000000000) {
            range = bound;
            values[s] = 0;
            isKnown = true;
            if (s === 0) { still = 1; }
            continue;
          }
        }
        z = odds[s];
        bound = (range / 4096 - 0.4998779296875 + 4503599627370496 - 4503599627370496) * z;
        if (code >= bound) {
          values[s] = null;
          code -= bound;
          range -= bound;
          if (range < 0x10000000000) { fill(); }
          if (z === 4092) { known[s] = count - 1; }
          odds[s] = 512;
          if (steady[s] >= 0) { steady[s] = -1; steadies -= 1; }
          continue;
        }
        range = bound;
        if (range < 0x10000000000) { fill(); }
        learns = z === 4092;
        if (!learns) { odds[s] = 4092; }
        steps = last[s];
        if (steps !== null) {
          i = s === 1 ? 2 + still : 2 * s;
          use = before = uses[s];
          if (before === 0) {
            z = zeros[i];
            h = shifts[i];
            bound = (range / 4096 - 0.4998779296875 + 4503599627370496 - 4503599627370496) * z;
            if (code < bound) {
              range = bound;
              bound = z + (4096 - z >> h);
            } else {
              use = 1;
              code -= bound;
              range -= bound;
              bound = z - (z >> h);
              if (steady[s] >= 0) { steady[s] = -1; steadies -= 1; }
            }
            zeros[i] = bound;
            if (h < 5) { shifts[i] = h + 1; }
            if (range < 0x10000000000) { fill(); }
          }
          if (use > 0) {
            // The shares of all uses below n are those of two bells, one around the last use and one around the base. Any
            // search finds the same use; this one follows the slope, in the tails that of the reciprocal, which is nearly
            // a line. What uses the same all the time has the same shares again and again: those of the last use that was
            // found are remembered.
            near = nearest[s];
            base = lowest[s];
            wide = widest[s];
            share = i === 3 ? 15 : 9;
            low = -1;
            if (before === sameUse[s] && near === sameNear[s] && base === sameBase[s] && wide === sameWide[s] && share === sameShare[s]) {
              none = sameNone[s];
              part = range / (268500992 - none) | 0;
              target = (code / part | 0) + none;
              below = sameBelow[s];
              above = sameAbove[s];
              if (target >= below && target < above) { low = before; }
            }
            if (low < 0) {
              center = 16 * before + 8;
              near = (near * 3 >> 1) + 24;
              base += 8;
              wide = (wide >> 2) + 8;
              nears = near * 8388608;
              wides = wide * 8388608;
              rest = 16 - share;
              none = nears / (near + center) | 0;
              none = share * (none * none * 1.1920928955078125e-7 | 0) + rest * (wides / (wide + base) | 0);
              part = range / (268500992 - none) | 0;
              target = (code / part | 0) + none;
              below = none;
              above = 268500992;
              low = 0;
              high = 65536;
              turn = 0;
              if (target > 268500991) { target = 268500991; }
              // Where the use would be if there were the near bell alone.
              f = (target - none) / (268500992 - none);
              guess = before + ((f < 0.5 ? 1 - sqrt(0.5 / f) : sqrt(0.5 / (1 - f)) - 1) * near * 0.05 | 0);
              while (true) {
                if (guess <= low) { guess = low + 1; } else if (guess >= high) { guess = high - 1; }
                e = 16 * guess;
                d = e - center;
                v = d < 0 ? near - d : near + d;
                t = nears / v | 0;
                t = t * t * 1.1920928955078125e-7 | 0;
                e -= base;
                w = e < 0 ? wide - e : wide + e;
                u = wides / w | 0;
                f = share * (d < 0 ? t : 16777216 - t) + rest * (e < 0 ? u : 16777216 - u) + guess;
                if (f <= target) {
                  low = guess;
                  below = f;
                  if (high - low < 2) { break; }
                  t = (target - f) / (32 * share * t / v + 16 * rest * u / w + 1);
                  if (d > 0 && e > 0) { t *= (268500992 - f) / (268500992 - target); }
                } else {
                  high = guess;
                  above = f;
                  if (high - low < 2) { break; }
                  t = (target - f) / (32 * share * t / v + 16 * rest * u / w + 1);
                  if (d < 0 && e < 0) { t *= f / target; }
                }
                turn += 1;
                guess = turn < 9 ? guess + t | 0 : low + high >> 1;
              }
              if (low === before && high < 65536) {
                sameUse[s] = before;
                sameNear[s] = nearest[s];
                sameBase[s] = lowest[s];
                sameWide[s] = widest[s];
                sameShare[s] = share;
                sameNone[s] = none;
                sameBelow[s] = below;
                sameAbove[s] = above;
              }
            }
            below = part * (below - none);
            code -= below;
            range = above === 268500992 ? range - below : part * (above - none) - below;
            while (range < 0x10000000000) {
              code = code * 256 + (position < length ? bytes[position] : 0);
              position += 1;
              range *= 256;
            }
            use = low;
          }
          if (learns) {
            if (use === 0 && lowest[s] + nearest[s] + widest[s] === 0) {
              if (bound === z && h === 5) {
                if (steady[s] < 0) { steadies += 1; }
                steady[s] = i;
              }
            } else {
              h = 16 * use;
              if (isNew[s]) {
                isNew[s] = false;
                lowest[s] = h;
                nearest[s] = widest[s] = 8 * use + 64;
              } else {
                z = h - 16 * before;
                nearest[s] = nearest[s] + (z < 0 ? -z : z) >> 1;
                bound = lowest[s];
                z = h - bound;
                if (z < 0) {
                  widest[s] = widest[s] - z >> 1;
                  lowest[s] = h;
                } else {
                  widest[s] = widest[s] + z >> 1;
                  z = (bound * 3 >> 1) + 32;
                  lowest[s] = bound + ((h < z ? h : z) - bound >> 2);
                }
              }
              uses[s] = use;
            }
            if (s === 0 && use === 0) { still = 1; }
          }
          if (use < 65535) {
            steps -= use;
            if (steps < 0) { damaged(); }
          } else {
            other = readBit(2048);
            steps = absolute(s);
            use = other ? -1 : last[s] - steps;
            if (use < 0 && !other) { damaged(); }
          }
          last[s] = steps;
          if (learns && use >= 0) {
            values[s] = use === 0 ? 0 : use * step[s] / scale[s];
            isKnown = true;
          } else {
            values[s] = null;
            if (use >= 0) { gaps.push([known[s], s, count, use]); }
          }
        } else {
          values[s] = null;
          last[s] = shown[s] = absolute(s);
          first[s] = count;
        }
      }
      if (isKnown) { rows.push(layout.row(start, end, values)); }
    }
    end = start;
    count += 1;
    z = position - length;
    if (z >= 0) {
      if (z > 5) { damaged(); }
      bound = Math.pow(256, z);
      if (code < bound) { break; }
      code -= bound;
      range -= bound;
      fill();
    }
  }
  var data = { report: "intervals", meter: meters[meter], history: true, time: head };
  for (s = 0; s < registers; s += 1) {
    data[fields[s][0]] = last[s] === null ? null : shown[s] * step[s] / scale[s];
    if (first[s] > 0) { data[fields[s][0] + "_time"] = time(newest - first[s]); }
  }
  data.intervals = rows.reverse();
  if (gaps.length > 0) {
    gaps.sort(function (a, b) { return b[0] - a[0] || a[1] - b[1]; });
    var list = [];
    for (i = 0; i < gaps.length; i += 1) {
      age = i > 0 && gaps[i - 1][0] === gaps[i][0] ? list.length - 1 : -1;
      s = gaps[i][1];
      start = time(newest - gaps[i][2]);
      end = time(newest - gaps[i][0]);
      while (age >= 0 && list[age].end === end && list[age].start !== start) { age -= 1; }
      if (age < 0 || list[age].end !== end) {
        age = list.length;
        list.push({ start: start, end: end });
      }
      list[age][fields[s][0]] = gaps[i][3] * step[s] / scale[s];
    }
    data.gaps = list;
  }
  return data;
}
function p1DecodeIntervals(bytes) {
  var data = p1loraIntervals(p1Layout(P1_INTERVALS, bytes), bytes, P1_METERS);
  if (p1Trace) {
    p1Trace(0, 8, "tag");
    p1Trace(8, 4, "meter");
    p1Trace(12, 21, "time");
    p1Trace(33, bytes.length * 8 - 33, "series");
  }
  return data;
}
