// Bars over time, for the parts of parts.js: a value that is missing is a gap, and never looks like zero.
(function (parts) {
  "use strict";
  const hour = 3600000;
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  // The next of 1, 2, 5 times a power of ten.
  function niceStep(rough) {
    const power = Math.pow(10, Math.floor(Math.log10(rough)));
    return [1, 2, 5, 10].find(function (factor) { return factor * power >= rough * 0.999; }) * power;
  }

  // A calendar of the reader's clock, or in UTC.
  function calendar(utc) {
    const prefix = utc ? "UTC" : "";
    return {
      get: function (date, name) { return date["get" + prefix + name](); },
      set: function (date, name, ...values) { date["set" + prefix + name](...values); return date; },
      midnight: function (date) { date["set" + prefix + "Hours"](0, 0, 0, 0); return date; }
    };
  }
  function markDays(from, to, count, utc) {
    const days = calendar(utc);
    const marks = [];
    for (let date = days.midnight(new Date(from)); date <= to; days.set(date, "Date", days.get(date, "Date") + count)) {
      marks.push([date.getTime(), days.get(date, "Date") + " " + months[days.get(date, "Month")]]);
    }
    return marks;
  }
  function markMonths(from, to, count, utc) {
    const days = calendar(utc);
    const date = days.midnight(new Date(from));
    const marks = [];
    days.set(date, "Month", Math.floor(days.get(date, "Month") / count) * count, 1);
    for (; date <= to; days.set(date, "Month", days.get(date, "Month") + count)) {
      const month = days.get(date, "Month");
      marks.push([date.getTime(), months[month] + (month === 0 || count === 12 ? " " + days.get(date, "FullYear") : "")]);
    }
    return marks;
  }
  // Every hour or quarter that exists is visited, so that a day of 23 or 25 hours has its marks at the right places.
  function markHours(from, to, count, utc) {
    const days = calendar(utc);
    const marks = [];
    for (let time = Math.ceil(from / (hour / 4)) * hour / 4; time <= to; time += hour / 4) {
      const date = new Date(time);
      const [h, m] = [days.get(date, "Hours"), days.get(date, "Minutes")];
      if ((h * 60 + m) % (count * 60) > 0) { continue; }
      const text = h === 0 && m === 0 ? days.get(date, "Date") + " " + months[days.get(date, "Month")]
        : parts.two(h) + ":" + parts.two(m);
      marks.push([time, text]);
    }
    return marks;
  }
  // The marks of the time axis, as many as leave room for their letters: [milliseconds, text].
  function timeMarks(from, to, room, utc) {
    const least = (to - from) / Math.max(2, Math.floor(room / 70));
    const fits = function (unit) { return function (count) { return count * unit >= least; }; };
    const hours = [0.25, 0.5, 1, 2, 3, 6, 12].find(fits(hour));
    const days = [1, 2, 7, 14].find(fits(24 * hour));
    const marks = hours !== undefined ? markHours(from, to, hours, utc)
      : days !== undefined ? markDays(from, to, days, utc)
        : markMonths(from, to, [1, 2, 3, 6].find(fits(730 * hour)) || 12, utc);
    return marks.filter(function (mark) { return mark[0] >= from && mark[0] <= to; });
  }

  // What lies between from and to and is covered by no bar that has a value.
  function gapsBetween(bars, from, to) {
    const gaps = [];
    let end = from;
    bars.filter(function (bar) { return parts.isNumber(bar.up) || parts.isNumber(bar.down); })
      .sort(function (one, other) { return one.from - other.from; })
      .concat([{ from: to, to: to }])
      .forEach(function (bar) {
        const begin = Math.min(bar.from, to);
        if (begin > end) { gaps.push({ from: end, to: begin }); }
        end = Math.max(end, bar.to);
      });
    return gaps;
  }

  // The greatest and the least value that the axis has to show, and the step of its marks.
  function range(wanted) {
    const values = [0];
    wanted.bars.forEach(function (bar) {
      if (parts.isNumber(bar.up)) { values.push(bar.up); }
      if (parts.isNumber(bar.down)) { values.push(-bar.down); }
    });
    (wanted.lines || []).forEach(function (line) { values.push(line.value); });
    // A year has more quarter-hours than a call may have arguments.
    let most = values.reduce(function (a, b) { return Math.max(a, b); });
    let least = values.reduce(function (a, b) { return Math.min(a, b); });
    if (most === least) { most = 1; }
    const step = niceStep((most - least) / 4);
    return { most: Math.ceil(most / step - 1e-9) * step, least: Math.floor(least / step + 1e-9) * step, step: step };
  }

  // Where a value lies in the picture.
  function frame(node, wanted) {
    const room = Math.max(280, Math.min(1200, node.clientWidth || 900));
    const [height, left, right, top, bottom] = [wanted.height || 200, 44, room - 4, 24, 20];
    const { most, least, step } = range(wanted);
    const x = function (time) { return left + (time - wanted.from) / (wanted.to - wanted.from) * (right - left); };
    return {
      room, height, left, right, top, most, least, step, x, floor: height - bottom,
      y: function (value) { return top + (most - value) / (most - least) * (height - top - bottom); },
      // Begin and width of a span of time.
      place: function (from, to) {
        const begin = Math.max(left, x(from));
        return [begin, Math.max(0, Math.min(right, x(to)) - begin)];
      }
    };
  }

  function drawAxes(svg, at, wanted) {
    for (let n = 0; at.least + n * at.step <= at.most + at.step / 2; n += 1) {
      const value = at.least + n * at.step;
      parts.draw("line", svg, { x1: at.left, x2: at.right, y1: at.y(value), y2: at.y(value), "class": "grid" });
      // Below the axis energy goes the other way: it is no negative amount.
      const text = parts.number(Math.abs(value), at.step);
      parts.draw("text", svg, { x: at.left - 4, y: at.y(value) + 4, "text-anchor": "end" }, text);
    }
    timeMarks(wanted.from, wanted.to, at.right - at.left, wanted.utc).forEach(function (mark) {
      const x = at.x(mark[0]);
      parts.draw("line", svg, { x1: x, x2: x, y1: at.top, y2: at.floor + 3, "class": "grid" });
      const anchor = x < at.left + 16 ? "start" : x > at.right - 20 ? "end" : "middle";
      parts.draw("text", svg, { x: x, y: at.height - 5, "text-anchor": anchor }, mark[1]);
    });
  }

  function drawGaps(svg, at, wanted) {
    const known = Math.min(wanted.to, wanted.known === undefined ? wanted.to : wanted.known);
    gapsBetween(wanted.bars, wanted.from, known).forEach(function (gap) {
      const [x, width] = at.place(gap.from, gap.to);
      const box = parts.draw("rect", svg, { x: x, y: at.top, width: width, height: at.floor - at.top, "class": "gap" });
      const told = (wanted.gaps || []).filter(function (entry) { return entry.from < gap.to && entry.to > gap.from; });
      const text = told.map(function (entry) { return entry.text; }).join("\n");
      parts.draw("title", box, {},
        text || "no value, " + parts.time(gap.from, wanted.utc) + " to " + parts.time(gap.to, wanted.utc));
    });
  }

  function drawBar(svg, at, wanted, bar, value, direction) {
    const [x, width] = at.place(bar.from, bar.to);
    const [end, zero] = [at.y(value * direction), at.y(0)];
    // Nothing used is a value too: a thin line on the axis.
    const height = direction > 0 ? Math.max(1, zero - end) : end - zero;
    const rect = parts.draw("rect", svg, {
      x: x, y: direction > 0 ? zero - height : zero, width: Math.max(0.5, width - (width > 3 ? 1 : 0)), height: height,
      "class": "bar" + (direction < 0 ? " export" : "") + (bar.kind ? " " + bar.kind : "")
    });
    parts.draw("title", rect, {},
      bar.text || parts.time(bar.from, wanted.utc) + ": " + parts.number(value) + " " + (wanted.unit || ""));
  }

  // wanted:
  //   title, unit    what is shown; read aloud, too
  //   from, to       milliseconds since 1970
  //   bars           [{ from, to, up, down, kind, text }]: up is drawn above the axis, down (export) below it, both from 0
  //                  on; null where there is no value. kind: a class, such as "sent"; text: what a pointer is shown
  //   gaps           [{ from, to, text }]: what is known of times without values, which are found by themselves
  //   known          the end of what could be there by now (to, if left out): what comes later is no gap
  //   lines          [{ value, text }]: limits; below the axis when value is negative
  //   utc            true for times in UTC
  //   height         pixels
  function bars(node, wanted) {
    node.textContent = "";
    const at = frame(node, wanted);
    const title = wanted.title + (wanted.unit ? ", " + wanted.unit : "");
    const svg = parts.draw("svg", node, { viewBox: "0 0 " + at.room + " " + at.height, width: "100%", role: "img" });
    svg.setAttribute("aria-label", title);
    parts.draw("text", svg, { x: 0, y: 11 }, title);
    drawAxes(svg, at, wanted);
    drawGaps(svg, at, wanted);
    wanted.bars.forEach(function (bar) {
      if (parts.isNumber(bar.up)) { drawBar(svg, at, wanted, bar, bar.up, 1); }
      if (parts.isNumber(bar.down)) { drawBar(svg, at, wanted, bar, bar.down, -1); }
    });
    parts.draw("line", svg, { x1: at.left, x2: at.right, y1: at.y(0), y2: at.y(0), "class": "axis" });
    (wanted.lines || []).forEach(function (line) {
      const y = at.y(line.value);
      parts.draw("line", svg, { x1: at.left, x2: at.right, y1: y, y2: y, "class": "limit" });
      parts.draw("text", svg, { x: at.right - 2, y: y - 3, "text-anchor": "end", "class": "limit-text" }, line.text);
    });
  }

  // entries: [[the class of bars, or "gap", what it means]]
  function legend(node, entries) {
    node.textContent = "";
    node.className = "legend";
    entries.forEach(function (entry) {
      const line = parts.make("span", node);
      const box = parts.draw("svg", line, { width: 12, height: 12, "aria-hidden": "true" });
      parts.draw("rect", box, { width: 12, height: 12, "class": entry[0] === "gap" ? "gap" : "bar " + entry[0] });
      line.appendChild(document.createTextNode(entry[1]));
    });
  }

  Object.assign(parts, { timeMarks: timeMarks, gapsBetween: gapsBetween, bars: bars, legend: legend });
})(parts);
