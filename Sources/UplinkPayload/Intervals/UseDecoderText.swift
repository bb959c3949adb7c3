extension IntervalLayout {
    /// The use of a quarter-hour out of the code: ``UseDistribution`` backwards.
    static let useDecoder = #"""
          // The shares of all uses below n are those of two bells, one around the last use and one around the base. Any
          // search finds the same use; this one follows the slope, in the tails that of the reciprocal, which is nearly a
          // line.
          function readUse(last, near, base, wide, share) {
            var center = 16 * last + 8;
            near = (near * 3 >> 1) + 24;
            base += 8;
            wide = (wide >> 2) + 8;
            var nears = near * 8388608;
            var wides = wide * 8388608;
            var other = 16 - share, twice = 32 * share, once = 16 * other;
            var none = nears / (near + center) | 0;
            none = share * (none * none * 1.1920928955078125e-7 | 0) + other * (wides / (wide + base) | 0);
            var part = floor(range / (268500992 - none));
            var target = floor(code / part) + none;
            var low = 0, high = 65536, start = none, end = 268500992, turn = 0, d, e, t, u, f, v, w;
            if (target > 268500991) { target = 268500991; }
            // Where the use would be if there were the near bell alone.
            f = (target - none) / (268500992 - none);
            var guess = last + floor((f < 0.5 ? 1 - Math.sqrt(0.5 / f) : Math.sqrt(0.5 / (1 - f)) - 1) * near * 0.04);
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
              f = share * (d < 0 ? t : 16777216 - t) + other * (e < 0 ? u : 16777216 - u) + guess;
              if (f <= target) {
                low = guess;
                start = f;
                if (high - low < 2) { break; }
                t = (target - f) / (twice * t / v + once * u / w + 1);
                if (d > 0 && e > 0) { t *= (268500992 - f) / (268500992 - target); }
              } else {
                high = guess;
                end = f;
                if (high - low < 2) { break; }
                t = (target - f) / (twice * t / v + once * u / w + 1);
                if (d < 0 && e < 0) { t *= f / target; }
              }
              turn += 1;
              guess = turn < 9 ? floor(guess + t) : low + high >> 1;
            }
            start = part * (start - none);
            code -= start;
            range = high === 65536 ? range - start : part * (end - none) - start;
            if (range < 0x10000000000) { fill(); }
            return low;
          }
        """#
}
