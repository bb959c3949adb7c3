extension IntervalLayout {
    /// The part of the JavaScript codec that decodes intervals reports: `p1loraIntervals(fields, bytes, meters)`, with the
    /// fields of the layout that the tag names, returns `data` or throws.
    ///
    /// All numbers are whole and below 2^53, so doubles hold them exactly; see ``RangeCoder``, ``IntervalModel`` and
    /// ``UseDistribution`` for what they mean.
    static let decoder = #"""
        function p1loraIntervals(fields, bytes, meters) {
          var floor = Math.floor;
          var position = 4;
          var code = 0;
          var range = 0x800000000000;

          function check(fine) {
            if (!fine) {
              throw new Error("the coded series has no end or a register outside its range: the payload is damaged");
            }
          }
          function readByte() {
            code = code * 256 + (position < bytes.length ? bytes[position] : 0);
            position += 1;
          }
          function narrow(start, end) {
            code -= start;
            range = end - start;
            while (range < 0x10000000000) { readByte(); range *= 256; }
          }
          function readBit(zeros) {
            var bound = floor(range / 4096) * zeros;
            var bit = code >= bound;
            narrow(bit ? bound : 0, bit ? range : bound);
            return bit;
          }
          function readBits(width) {
            var value = 0;
            while (width > 0) {
              var count = Math.pow(2, width > 16 ? 16 : width);
              var part = floor(range / count);
              var number = Math.min(floor(code / part), count - 1);
              narrow(part * number, number === count - 1 ? range : part * (number + 1));
              value = value * count + number;
              width -= 16;
            }
            return value;
          }
          // The share of all uses below n: of two bells, one around the last use and one around the base.
          var center, near, base, wide, share;
          function below(n) {
            var d = 16 * n - 8 - center;
            var t = near * 8388608 / (near + (d < 0 ? -d : d)) | 0;
            t = t * t / 8388608 | 0;
            var e = 16 * n - 8 - base;
            var u = wide * 8388608 / (wide + (e < 0 ? -e : e)) | 0;
            return share * (d < 0 ? t : 16777216 - t) + (16 - share) * (e < 0 ? u : 16777216 - u) + n;
          }
          function readUse(r, still) {
            center = 16 * r.use;
            near = (r.near * 3 >> 1) + 24;
            base = r.base;
            wide = (r.wide >> 2) + 8;
            share = still ? 15 : 9;
            var none = below(0);
            var part = floor(range / (268500992 - none));
            // Any search finds the same. This one goes out from the last use, then guesses between two bounds.
            var low = 0, high = 65536, start = 0, end = range;
            var guess = r.use, step = (near >> 5) + 1, turn = 0;
            while (high - low > 1) {
              if (guess <= low) { guess = low + 1; }
              if (guess >= high) { guess = high - 1; }
              var bound = part * (below(guess) - none);
              if (code >= bound) { low = guess; start = bound; } else { high = guess; end = bound; }
              turn += 1;
              step *= 2;
              if (high === 65536) {
                guess = low + step;
              } else if (low === 0) {
                guess = high - step;
              } else {
                guess = turn % 4 ? low + floor((code - start) / (end - start) * (high - low)) : (low + high) >> 1;
              }
            }
            narrow(start, end);
            return low;
          }
          function learn(r, use) {
            var height = 16 * use;
            if (r.isNew) {
              r.isNew = false;
              r.base = height;
              r.near = r.wide = 8 * use + 64;
            } else {
              r.near = r.near + Math.abs(height - 16 * r.use) >> 1;
              r.wide = r.wide + Math.abs(height - r.base) >> 1;
              r.base = height < r.base ? height : r.base + (Math.min(height, (r.base * 3 >> 1) + 32) - r.base >> 2);
            }
            r.use = use;
          }
          // Adds the register at the next boundary, null if it is unknown, and its series.
          function readRegister(r, still) {
            var learns = r.odds === 4092;
            var use = 65535;
            var other = false;
            r.still = 0;
            r.odds = readBit(r.odds) ? 512 : 4092;
            if (r.odds === 512) {
              r.steps.push(null);
              r.series.push(r.number);
              return;
            }
            if (r.last !== null) {
              var moves = r.use > 0;
              if (!moves) {
                var odds = r.zeros[still];
                moves = readBit(odds);
                r.zeros[still] = odds + (moves ? -(odds >> r.shifts[still]) : (4096 - odds) >> r.shifts[still]);
                r.shifts[still] = Math.min(r.shifts[still] + 1, 5);
              }
              use = moves ? readUse(r, still) : 0;
              if (learns) {
                learn(r, use);
                r.still = use === 0 ? 1 : 0;
              }
              if (use === 65535) { other = readBit(2048); }
            }
            var steps = use < 65535 ? r.last - use : readBits(r.width);
            check(steps >= 0 && steps < Math.pow(2, r.width) - 1 && (r.last === null || other || steps <= r.last));
            r.last = steps;
            r.number += other ? 1 : 0;
            r.steps.push(steps);
            r.series.push(r.number);
          }
          function ends() {
            var beyond = position - bytes.length;
            var grain = Math.pow(256, beyond);
            if (beyond < 0) { return false; }
            check(beyond < 6);
            if (code < grain) { return true; }
            narrow(grain, range);
            return false;
          }
          var midnight, day;
          function time(age) {
            var quarter = (newest - age) % 96;
            if (newest - age - quarter !== midnight) {
              midnight = newest - age - quarter;
              day = new Date(1577836800000 + midnight * 900000).toISOString().slice(0, 11);
            }
            var minutes = ["00", "15", "30", "45"][quarter & 3];
            return day + (quarter < 40 ? "0" : "") + (quarter >> 2) + ":" + minutes + ":00Z";
          }
          function value(s, steps) {
            return steps * fields[s][3] / Math.pow(10, fields[s][4]);
          }

          check(bytes.length > 4);
          var meter = bytes[1] >> 4;
          var newest = (bytes[1] & 15) * 131072 + bytes[2] * 512 + bytes[3] * 2 + (bytes[4] >> 7);
          if (meter >= meters.length) {
            throw new Error("meter number " + meter + ", expected less than " + meters.length);
          }
          for (var i = 0; i < 6; i += 1) { readByte(); }
          code %= range;
          var count = 0;
          var s;
          var registers = [];
          for (s = 0; s < fields.length; s += 1) {
            registers.push({
              width: fields[s][1], last: null, number: 0, steps: [], series: [], odds: 3840, still: 0, isNew: true,
              older: null, use: 1, base: 64, near: 1024, wide: 1024, zeros: [3600, 800], shifts: [2, 2]
            });
          }
          do {
            check(count < 1024 && count <= newest);
            for (s = 0; s < fields.length; s += 1) { readRegister(registers[s], s === 1 ? registers[0].still : 0); }
            count += 1;
          } while (!ends());

          var data = { report: "intervals", meter: meters[meter], history: true, time: time(0) };
          for (s = 0; s < fields.length; s += 1) {
            var age = 0;
            while (age < count && registers[s].steps[age] === null) { age += 1; }
            data[fields[s][0]] = age < count ? value(s, registers[s].steps[age]) : null;
            if (age > 0 && age < count) { data[fields[s][0] + "_time"] = time(age); }
          }
          data.intervals = [];
          var gaps = [];
          var start = "";
          for (age = count - 1; age >= 0; age -= 1) {
            var end = time(age);
            var row = { start: start, end: end };
            var isKnown = false;
            var gapsBefore = gaps.length;
            for (s = 0; s < fields.length; s += 1) {
              var name = fields[s][0];
              var r = registers[s];
              var use = null;
              if (r.steps[age] !== null) {
                if (r.older !== null && r.series[r.older] === r.series[age]) {
                  use = value(s, r.steps[age] - r.steps[r.older]);
                  if (r.older > age + 1) {
                    var gap = gapsBefore;
                    var since = time(r.older);
                    while (gap < gaps.length && gaps[gap].start !== since) { gap += 1; }
                    if (gap === gaps.length) { gaps.push({ start: since, end: end }); }
                    gaps[gap][name] = use;
                    use = null;
                  }
                }
                r.older = age;
              }
              row[name] = use;
              isKnown = isKnown || use !== null;
            }
            if (isKnown) { data.intervals.push(row); }
            start = end;
          }
          if (gaps.length > 0) { data.gaps = gaps; }
          return data;
        }
        """#
}
