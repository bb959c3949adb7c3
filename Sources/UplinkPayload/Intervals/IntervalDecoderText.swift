extension IntervalLayout {
    /// The part of the JavaScript codec that decodes intervals reports: `p1loraIntervals(layout, bytes, meters)`, with the
    /// layout that the tag names, returns `data` or throws.
    ///
    /// All numbers are whole and below 2^53, so doubles hold them exactly; see ``RangeCoder``, ``IntervalModel`` and
    /// ``UseDistribution`` for what they mean. It is written for speed: ChirpStack gives it 100 ms in an engine that
    /// interprets, and a frame of a quiet house has a thousand boundaries. Registers that stand still, and have nothing more
    /// to learn, are passed in a few lines of arithmetic each.
    static let decoder = [decoderHead, useDecoder, boundaryDecoder, decoderResult].joined(separator: "\n")

    private static let decoderHead = #"""
        function p1loraIntervals(layout, bytes, meters) {
          var fields = layout.fields;
          var floor = Math.floor;
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
        """#

    /// What is known at the end, as JSON. Gaps are told in the order of their ends, then of the registers.
    private static let decoderResult = #"""
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
        """#
}
