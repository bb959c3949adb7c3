// Load profiles as charts and tables, of what stands in `collected` (ProfilePage.swift).
(function () {
  "use strict";
  const quarter = 900000;
  const find = parts.find;
  const state = { meter: 0, span: "day", begin: null };

  // What a register showed at a boundary, in whole units; null where nobody knows.
  function register(series, time) {
    const value = series.values[(time - series.start) / quarter];
    return value === undefined ? null : value;
  }
  // The use between two boundaries: null where one is not known, or where another series began in between.
  function use(series, from, to) {
    if (!series) { return null; }
    const [first, second] = [register(series, from), register(series, to)];
    const broken = series.breaks.some(function (pair) { return pair[0] < to && from < pair[1]; });
    return first === null || second === null || second < first || broken ? null : (second - first) / series.scale;
  }

  // What of a time lies between the first and the last boundary that are known at all: a month that has not ended has a use too.
  function part(series, from, to) {
    const first = Math.max(from, series.start);
    const last = Math.min(to, series.start + (series.values.length - 1) * quarter);
    return first < last ? [first, last] : [from, to];
  }

  // Local calendar: days have 92, 96 or 100 quarter-hours.
  function floor(time, span) {
    const date = new Date(time);
    date.setHours(0, 0, 0, 0);
    if (span === "week") { date.setDate(date.getDate() - (date.getDay() + 6) % 7); }
    if (span === "month" || span === "year") { date.setDate(1); }
    if (span === "year") { date.setMonth(0); }
    return date.getTime();
  }
  function step(time, span, count) {
    const date = new Date(time);
    if (span === "hour") { return time + count * 4 * quarter; }
    if (span === "quarter") { return time + count * quarter; }
    if (span === "day") { date.setDate(date.getDate() + count); }
    if (span === "week") { date.setDate(date.getDate() + 7 * count); }
    if (span === "month") { date.setMonth(date.getMonth() + count); }
    if (span === "year") { date.setFullYear(date.getFullYear() + count); }
    return date.getTime();
  }
  const pieces = { day: "quarter", week: "hour", month: "day", year: "month" };

  function rows(meter) {
    const end = step(state.begin, state.span, 1);
    const list = [];
    for (let from = state.begin; from < end;) {
      const to = Math.min(end, step(from, pieces[state.span], 1));
      const known = part(meter.up || meter.down, from, to);
      const row = { from: from, to: to, known: known, up: use(meter.up, known[0], known[1]), down: use(meter.down, known[0], known[1]) };
      if (known[0] > from || known[1] < to) {
        row.text = [row.up, row.down].filter(parts.isNumber).map(function (value) { return amount(value, meter.unit); }).join(", ")
          + " from " + parts.time(known[0]) + " to " + parts.time(known[1]);
      }
      list.push(row);
      from = to;
    }
    return list;
  }

  function amount(value, unit) { return value === null ? "" : parts.number(value) + " " + unit; }

  function total(meter, list) {
    function sum(key) {
      const known = list.filter(function (row) { return parts.isNumber(row[key]); });
      return known.reduce(function (a, row) { return a + row[key]; }, 0);
    }
    const past = list.filter(function (row) { return row.to <= collected.time; });
    const missing = past.filter(function (row) { return row.up === null && (!meter.down || row.down === null); }).length;
    const words = [amount(sum("up"), meter.unit) + (meter.down ? " taken, " + amount(sum("down"), meter.unit) + " fed in" : "")];
    words.push(missing === 0 ? "nothing missing" : missing + " of " + past.length + " not known");
    return words.join(", ");
  }

  // The quarter-hour of a month with the greatest use, which a capacity tariff is paid by; null where none is known.
  function peak(meter, begin) {
    let [from, most] = [floor(begin, "month"), null];
    const end = Math.min(collected.time, step(from, "month", 1));
    for (; from < end; from += quarter) {
      const value = use(meter.up, from, from + quarter);
      if (value !== null && (most === null || value > most.value)) { most = { from: from, value: value }; }
    }
    return most;
  }
  // What of the use of the quarter-hours goes beyond a power: a reference power is paid by it.
  function above(meter, begin, end, kilowatts) {
    let sum = 0;
    for (let from = begin; from < Math.min(end, collected.time); from += quarter) {
      sum += Math.max(0, (use(meter.up, from, from + quarter) || 0) - kilowatts / 4);
    }
    return sum;
  }
  function limit(meter) {
    const kilowatts = Number(find("limit").value);
    return kilowatts > 0 && meter.unit === "kWh" && meter.up ? kilowatts : null;
  }
  function power(value) { return parts.number(value * 4, 0.001) + " kW"; }

  // A power is an amount of energy in each piece, where the pieces are quarter-hours.
  function limits(meter) {
    if (state.span !== "day" || meter.unit !== "kWh" || !meter.up) { return []; }
    const [kilowatts, most] = [limit(meter), peak(meter, state.begin)];
    return (most === null ? [] : [{ value: most.value, text: "month's peak " + power(most.value) }])
      .concat(kilowatts === null ? [] : [{ value: kilowatts / 4, text: kilowatts + " kW" }]);
  }
  function peakText(meter) {
    const most = meter.unit === "kWh" && meter.up ? peak(meter, state.begin) : null;
    if (most === null) { return ""; }
    const words = ["highest quarter-hour of the month: " + power(most.value) + " from " + parts.time(most.from)];
    const kilowatts = limit(meter);
    if (kilowatts !== null) {
      const sum = above(meter, state.begin, step(state.begin, state.span, 1), kilowatts);
      words.push(parts.number(sum, 0.001) + " kWh above " + kilowatts + " kW");
    }
    return words.join(", ");
  }

  function show() {
    const meter = collected.meters[state.meter];
    if (!meter) {
      find("sum").textContent = "No quarter-hour is known yet.";
      return;
    }
    const list = rows(meter);
    const end = step(state.begin, state.span, 1);
    parts.bars(find("chart"), {
      title: meter.title, unit: meter.unit, from: state.begin, to: end, known: Math.min(end, collected.time), bars: list,
      lines: limits(meter), height: 240
    });
    parts.legend(find("legend"), (meter.down ? [["", "taken"], ["export", "fed in"]] : [["", "used"]]).concat([["gap", "not known"]]));
    find("sum").textContent = total(meter, list);
    find("peak").textContent = peakText(meter);
    find("when").textContent = parts.time(state.begin).slice(0, 10);
    const columns = [{ title: "start", time: true }, { title: "end", time: true }, { title: meter.up ? meter.up.name : "", number: true }]
      .concat(meter.down ? [{ title: meter.down.name, number: true }] : []);
    const cells = list.map(function (row) {
      function cell(value) { return value === null ? "" : parts.number(value); }
      return [parts.time(row.known[0]), parts.time(row.known[1]), cell(row.up)].concat(meter.down ? [cell(row.down)] : []);
    });
    parts.table(find("table"), columns, cells);
    shown = parts.tableText(columns, cells);
  }
  let shown = "";

  function move(count) {
    state.begin = step(state.begin, state.span, count);
    show();
  }

  // Bridges are shown some at a time, the least complete first; those of a large fleet are asked for.
  const list = { from: 0, most: 24, search: "", asked: 0 };
  function matching() {
    const word = list.search.toLowerCase();
    return collected.devices.filter(function (device) {
      return (device.device + " " + device.name).toLowerCase().indexOf(word) >= 0;
    });
  }
  function fail(text) {
    find("complaints").textContent = "";
    parts.make("p", find("complaints"), text, "error");
  }
  function bridges() {
    if (!collected.asks) {
      const all = matching();
      fleet({ total: all.length, devices: all.slice(list.from, list.from + list.most) });
      return;
    }
    // Of two answers the one to the later question counts.
    const number = list.asked += 1;
    parts.ask("api/bridges?from=" + list.from + "&most=" + list.most + "&search=" + encodeURIComponent(list.search),
      function (answer) { if (number === list.asked) { fleet(answer); } }, fail);
  }
  function choose(device) {
    function shown() {
      const place = collected.meters.findIndex(function (meter) { return meter.device === device; });
      if (place < 0) { return; }
      state.meter = place;
      find("meter").value = String(place);
      toLast();
      show();
      find("chart").scrollIntoView({ block: "center" });
    }
    if (!collected.asks || collected.meters.some(function (meter) { return meter.device === device; })) { return shown(); }
    parts.ask("api/meters?device=" + device, function (answer) {
      collected.meters = answer.meters;
      meters();
      shown();
    }, fail);
  }
  function fleet(answer) {
    find("fleet").textContent = "";
    const end = list.from + answer.devices.length;
    find("count").textContent = answer.total === 0 ? "none"
      : answer.total <= list.most ? answer.total + (answer.total === 1 ? " bridge" : " bridges")
      : (list.from + 1) + " to " + end + " of " + answer.total;
    find("before").hidden = find("after").hidden = answer.total <= list.most;
    find("before").disabled = list.from === 0;
    find("after").disabled = end >= answer.total;
    answer.devices.forEach(function (device) {
      const all = device.uplinks + device.lost;
      const known = device.completeness;
      const state = known === null ? "waiting" : known < 95 ? "bad" : known < 99 ? "warn" : "good";
      const radio = [device.spreading_factor === null ? "" : "SF" + device.spreading_factor,
        all === 0 ? "" : parts.number(device.lost * 100 / all, 0.1) + " % of frames lost"];
      const lines = [device.device, "heard " + parts.time(Date.parse(device.heard_at)),
        radio.filter(function (text) { return text; }).join(", "),
        known === null ? "no whole day yet" : known + " % of 7 days known"];
      if (device.requests > 0) { lines.push("asked " + (device.requests === 1 ? "once" : device.requests + " times") + " in 24 h"); }
      if (device.message) { lines.push(device.message); }
      const card = parts.card(find("fleet"), state, device.name || device.device, lines);
      parts.make("button", card, "Show").addEventListener("click", function () { choose(device.device); });
    });
  }

  // Registers that are known at no time of the page have no series.
  function meters() {
    collected.meters = collected.meters.filter(function (meter) { return meter.up || meter.down; });
    find("meter").textContent = "";
    collected.meters.forEach(function (meter, index) {
      parts.make("option", find("meter"), meter.title).value = String(index);
    });
    state.meter = 0;
  }
  function toLast() {
    const meter = collected.meters[state.meter];
    const series = meter ? meter.up || meter.down : null;
    const last = series ? series.start + (series.values.length - 1) * quarter : collected.time;
    state.begin = floor(last - 1, state.span);
  }
  meters();
  toLast();
  collected.complaints.forEach(function (text) { parts.make("p", find("complaints"), text, "error"); });
  find("meter").addEventListener("change", function () { state.meter = Number(find("meter").value); show(); });
  find("span").addEventListener("change", function () {
    state.span = find("span").value;
    state.begin = floor(state.begin, state.span);
    show();
  });
  find("limit").addEventListener("change", show);
  find("back").addEventListener("click", function () { move(-1); });
  find("on").addEventListener("click", function () { move(1); });
  parts.copyButton(find("copy"), find("table"), function () { return shown; });
  find("search").addEventListener("input", function () {
    list.search = find("search").value.trim();
    list.from = 0;
    bridges();
  });
  function turn(count) {
    list.from = Math.max(0, list.from + count);
    bridges();
    // The buttons stay in sight while the cards are gone through: others begin at their head.
    if (find("bridges").getBoundingClientRect().top < 0) { find("bridges").scrollIntoView(); }
  }
  find("before").addEventListener("click", function () { turn(-list.most); });
  find("after").addEventListener("click", function () { turn(list.most); });
  let width = 0;
  addEventListener("resize", function () {
    if (innerWidth !== width) { width = innerWidth; show(); }
  });
  show();
  if (collected.asks) { fleet(collected); } else { bridges(); }
})();
