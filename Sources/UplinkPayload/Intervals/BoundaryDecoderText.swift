extension IntervalLayout {
    /// From the newest boundary back in time to the end of the report: ``IntervalModel`` and ``UseModel``.
    ///
    /// `x - 0.4998779296875 + 2^52 - 2^52` is the floor of an x with at most twelve bits behind the point: the sum is rounded
    /// to a whole number, never halfway between two.
    static let boundaryDecoder = #"""
          var last = [], odds = [], uses = [], base = [], near = [], wide = [], isNew = [], zeros = [], shifts = [];
          // Of each register what it showed where it is known first, that place, and the last one before it was not.
          var shown = [], first = [], known = [];
          // Registers that stand still and have nothing more to learn, by the place of their odds in zeros; else -1.
          var steady = [], steadies = 0;
          var step = [], scale = [], values = [], nothing = [];
          for (s = 0; s < registers; s += 1) {
            last.push(null);
            odds.push(3840);
            uses.push(1);
            base.push(64);
            near.push(1024);
            wide.push(1024);
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
          var most = newest < 1023 ? newest : 1023, count = 0, isKnown, still, use, steps, learns, z, h, bound, other;
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
                values[s] = null;
                if (code >= bound) {
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
                odds[s] = 4092;
                steps = last[s];
                use = 65535;
                other = false;
                if (steps !== null) {
                  i = s === 1 ? 2 + still : 2 * s;
                  use = uses[s];
                  if (use === 0) {
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
                  if (use > 0) { use = readUse(uses[s], near[s], base[s], wide[s], i === 3 ? 15 : 9); }
                  if (learns) {
                    if (use === 0 && base[s] + near[s] + wide[s] === 0) {
                      if (bound === z && h === 5) {
                        if (steady[s] < 0) { steadies += 1; }
                        steady[s] = i;
                      }
                    } else {
                      h = 16 * use;
                      if (isNew[s]) {
                        isNew[s] = false;
                        base[s] = h;
                        near[s] = wide[s] = 8 * use + 64;
                      } else {
                        z = h - 16 * uses[s];
                        near[s] = near[s] + (z < 0 ? -z : z) >> 1;
                        bound = base[s];
                        z = h - bound;
                        if (z < 0) {
                          wide[s] = wide[s] - z >> 1;
                          base[s] = h;
                        } else {
                          wide[s] = wide[s] + z >> 1;
                          z = (bound * 3 >> 1) + 32;
                          base[s] = bound + ((h < z ? h : z) - bound >> 2);
                        }
                      }
                      uses[s] = use;
                    }
                    if (s === 0 && use === 0) { still = 1; }
                  }
                  if (use < 65535) {
                    steps -= use;
                    if (steps < 0) { damaged(); }
                  } else { other = readBit(2048); }
                }
                if (use === 65535) {
                  steps = readBits(fields[s][1]);
                  if (steps > Math.pow(2, fields[s][1]) - 2 || (last[s] !== null && !other && steps > last[s])) { damaged(); }
                  use = last[s] - steps;
                }
                if (last[s] === null) {
                  shown[s] = steps;
                  first[s] = count;
                } else if (!other) {
                  if (learns) {
                    values[s] = use === 0 ? 0 : use * step[s] / scale[s];
                    isKnown = true;
                  } else { gaps.push([known[s], s, count, use]); }
                }
                last[s] = steps;
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
        """#
}
