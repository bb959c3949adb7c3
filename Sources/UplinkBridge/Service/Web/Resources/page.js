// What the page of a bridge shows of /data. Whatever comes from there is text.
(function () {
  "use strict";
  const find = parts.find;
  const minute = 60000;
  let newest = null;

  function ago(seconds) { return seconds === null || seconds === undefined ? "never" : parts.span(seconds) + " ago"; }
  function count(number, word) { return number + " " + word + (number === 1 ? "" : "s"); }
  function has(value) { return value !== null && value !== undefined; }

  function meterCard(parent, meter) {
    const isWell = meter.state === "receiving" || meter.state === "ended";
    const lines = [meter.state + (has(meter.reading_ago_seconds) ? ", last " + ago(meter.reading_ago_seconds) : "")];
    if (meter.identifier) { lines.push(meter.identifier); }
    const problems = meter.problems.map(function (entry) { return entry.count + " " + entry.kind; }).join(", ");
    lines.push(count(meter.telegrams, "telegram") + (problems ? "; " + problems : ""));
    if (!isWell && meter.last_problem) { lines.push(meter.last_problem.text); }
    if (meter.clock_fault) { lines.push("its clock: " + meter.clock_fault); }
    parts.card(parent, meter.state === "waiting" ? "warn" : isWell ? "good" : "bad", "Meter " + meter.name, lines);
  }

  function radioCard(parent, radio) {
    const lines = [(radio.firmware || radio.type) + ", " + radio.region];
    if (!radio.is_up) { lines.push(radio.last_trouble ? radio.last_trouble.text : "not started yet"); }
    parts.card(parent, radio.is_up ? "good" : "bad", "Radio", lines);
  }

  function networkCard(parent, status) {
    const link = status.link || {};
    const lines = [];
    if (link.is_joined) {
      lines.push("joined, " + (has(link.data_rate) ? "DR" + link.data_rate + " " + (link.modulation || "") : ""));
      lines.push("last heard " + ago(link.heard_ago_seconds) + ", " + count(link.uplinks_since_heard, "uplink") + " since");
    } else {
      lines.push("not joined");
    }
    if (has(link.rssi) && has(link.snr)) { lines.push("RSSI " + link.rssi + " dBm, SNR " + link.snr + " dB"); }
    if (link.link_check) {
      lines.push("heard by " + count(link.link_check.gateways, "gateway") + " with " +
        link.link_check.margin + " dB to spare, " + ago(link.link_check.ago_seconds));
    }
    if (status.uplink) {
      lines.push("last uplink " + ago(status.uplink.ago_seconds) + ", " + (status.uplink.report || "join or MAC answer") +
        (status.uplink.result ? ": " + status.uplink.result : ""));
    }
    if (link.silence) { lines.push(link.silence); }
    if (status.waiting) { lines.push("waits " + parts.span(status.waiting.seconds) + ": " + status.waiting.reason); }
    parts.card(parent, !link.is_joined || link.silence ? "bad" : "good", "Network", lines);
  }

  function airTimeCard(parent, status) {
    const link = status.link || { bands: [], queue: {} };
    const lines = [];
    let state = "good";
    if (link.purse) {
      const left = Math.max(0, link.purse.limit_seconds - link.purse.used_seconds);
      lines.push(left.toFixed(1) + " s of " + link.purse.limit_seconds.toFixed(0) + " s left for the day");
      if (left < link.purse.limit_seconds / 20) { state = "warn"; }
    }
    link.bands.filter(function (band) { return band.used_seconds > 0; }).forEach(function (band) {
      lines.push(band.name + ": " + band.used_seconds.toFixed(1) + " s of " + band.limit_seconds.toFixed(0) + " s by law, this hour");
    });
    if (has(link.rationed_seconds)) { lines.push("reports wait " + parts.span(link.rationed_seconds)); }
    if (has(link.next_report_seconds)) { lines.push("next report in " + parts.span(link.next_report_seconds)); }
    const waiting = ["answers", "alarms", "pages", "reports", "backfills"].filter(function (name) { return link.queue[name] > 0; })
      .map(function (name) { return link.queue[name] + " " + name; }).join(", ");
    lines.push(waiting ? "waiting: " + waiting : "nothing waits");
    parts.card(parent, state, "Air-time", lines);
  }

  function storeCard(parent, store) {
    const lines = [store.path];
    if (store.last_trouble) { lines.push(ago(store.last_trouble.ago_seconds) + ": " + store.last_trouble.text); }
    parts.card(parent, store.last_trouble && store.last_trouble.ago_seconds < 960 ? "bad" : "good", "Store", lines);
  }

  function showStatus(status) {
    find("title").textContent = "p1lora " + status.dev_eui;
    document.title = (status.healthy ? "" : "! ") + "p1lora " + status.dev_eui;
    find("health").textContent = (status.healthy ? "All is well. " : "In trouble: " + status.troubles.join("; ") + ". ") + "Version " +
      status.version + ", up " + parts.span(status.uptime_seconds) + (status.is_time_trusted ? "" : ", clock not set");
    find("health").className = status.healthy ? "" : "error";
    const cards = find("cards");
    cards.textContent = "";
    status.meters.forEach(function (meter) { meterCard(cards, meter); });
    radioCard(cards, status.radio);
    networkCard(cards, status);
    airTimeCard(cards, status);
    storeCard(cards, status.store);
  }

  // The mean of each minute.
  function minutes(samples) {
    const sums = new Map();
    samples.forEach(function (sample) {
      const start = Math.floor(sample[0] / minute) * minute;
      const sum = sums.get(start) || [0, 0];
      sums.set(start, [sum[0] + sample[1], sum[1] + 1]);
    });
    return Array.from(sums, function (entry) {
      const watts = Math.round(entry[1][0] / entry[1][1]);
      const text = parts.time(entry[0]) + ": " + Math.abs(watts) + " W" + (watts < 0 ? " exported" : "");
      return { from: entry[0], to: entry[0] + minute, up: watts >= 0 ? watts : null, down: watts < 0 ? -watts : null, text: text };
    });
  }

  function showPower(data) {
    const place = find("power");
    place.textContent = "";
    data.power.forEach(function (entry) {
      const last = entry.samples[entry.samples.length - 1];
      parts.make("p", place, entry.meter + ": " + (last ? Math.abs(last[1]) + " W " + (last[1] < 0 ? "exported now" : "now") : "not known"));
      if (!last) { return; }
      const to = Math.ceil(data.now / minute) * minute;
      const begin = Math.max(to - 60 * minute, Math.floor(entry.samples[0][0] / minute) * minute);
      parts.bars(parts.make("div", place), {
        title: entry.meter + ", power in the last hour", unit: "W", from: to - 60 * minute, to: to, height: 150,
        bars: minutes(entry.samples).concat([{ from: to - 60 * minute, to: begin, up: null }]), known: data.now,
        gaps: [{ from: to - 60 * minute, to: begin, text: "before the start of the service" }]
      });
    });
    if (data.power.length === 0) { parts.make("p", place, "No meter tells its power.", "dim"); }
  }

  const states = { waiting: "waiting", sent: "sent", acknowledged: "acknowledged" };
  function quarterBars(up, down) {
    const byEnd = new Map();
    function add(series, key) {
      series.steps.forEach(function (step) {
        const bar = byEnd.get(step[0]) || { from: step[0] - 15 * minute, to: step[0], up: null, down: null, kind: states[step[2]] };
        bar[key] = step[1];
        byEnd.set(step[0], bar);
      });
    }
    add(up, "up");
    if (down) { add(down, "down"); }
    return Array.from(byEnd.values()).map(function (bar) {
      bar.text = parts.time(bar.from) + ": " + (has(bar.up) ? bar.up + " " + up.unit : "") +
        (has(bar.down) ? ", " + bar.down + " " + up.unit + " exported" : "") + (bar.kind ? ", " + bar.kind : "");
      return bar;
    });
  }

  function showQuarters(data) {
    const place = find("quarters");
    place.textContent = "";
    data.quarters.filter(function (series) { return !/^export_/.test(series.name); }).forEach(function (series) {
      const down = data.quarters.find(function (other) {
        return other.meter === series.meter && other.name === series.name.replace(/^import_/, "export_") && other !== series;
      });
      parts.bars(parts.make("div", place), {
        title: series.meter + ", " + series.name.replace(/_[a-z0-9]+$/, "") + (down ? " and export" : ""), unit: series.unit,
        from: series.from, to: series.to, bars: quarterBars(series, down), known: series.known
      });
    });
    if (data.quarters.length === 0) { parts.make("p", place, "No report of quarter-hours, or none is stored yet.", "dim"); }
    parts.legend(find("quarters-legend"), [["waiting", "waits to be sent"], ["sent", "sent"],
      ["acknowledged", "acknowledged"], ["gap", "not known"]]);
  }

  const registerColumns = [{ title: "Register" }, { title: "Value", number: true }, { title: "Unit" }, { title: "Name" }];
  function showRegisters(status) {
    const place = find("registers");
    place.textContent = "";
    status.meters.forEach(function (meter) {
      const rows = meter.registers.map(function (entry) { return [entry.obis, entry.value, entry.unit, entry.name || ""]; });
      const line = parts.make("p", place, "Meter " + meter.name + " ", "tools");
      const copy = parts.make("button", line, "Copy");
      copy.type = "button";
      const grid = parts.make("div", place);
      parts.table(grid, registerColumns, rows);
      parts.copyButton(copy, grid, function () { return parts.tableText(registerColumns, rows); });
    });
  }

  function showPlan(data) {
    const columns = [{ title: "Report" }, { title: "Meter" }, { title: "Next" }, { title: "24 h", number: true },
      { title: "Air-time", number: true }, { title: "Waits", number: true }];
    if (!data.plan) {
      find("plan-note").textContent = "Known after the join.";
      find("plan").textContent = "";
      return;
    }
    parts.table(find("plan"), columns, data.plan.entries.map(function (entry) {
      return [entry.report, entry.meter || "", has(entry.next_s) ? "in " + parts.span(entry.next_s) : "not today", String(entry.count),
        entry.air_time_s.toFixed(1) + " s", entry.wait_s > 0 ? parts.span(entry.wait_s) : "not"];
    }));
    const total = data.plan.entries.reduce(function (sum, entry) { return sum + entry.air_time_s; }, 0);
    find("plan-note").textContent = total.toFixed(1) + " s of air-time are due, as of " + parts.span(data.slow_age_s) +
      " ago; how likely it arrives: p1lora plan." + (data.plan.cut ? " More is due than was counted." : "");
  }

  function showEvents(data) {
    const columns = [{ title: "When" }, { title: "Meter" }, { title: "Alarm" }, { title: "State" }];
    if (data.alarms.length > 0) {
      parts.table(find("alarms"), columns, data.alarms.map(function (alarm) {
        return [parts.time(alarm.time), alarm.meter, alarm.kind.replace(/_/g, " "), alarm.active ? "begun" : "over"];
      }));
    } else {
      find("alarms").textContent = "None since the start.";
    }
    find("log").textContent = data.log.map(function (line) {
      return parts.time(line.time) + "  " + line.level + "  " + line.text;
    }).join("\n") || "Nothing since the start.";
  }

  function show(data) {
    newest = data;
    find("problem").textContent = "";
    showStatus(data.status);
    showPower(data);
    showQuarters(data);
    // What somebody selects stays selected.
    if (getSelection().isCollapsed) {
      showRegisters(data.status);
      showPlan(data);
      showEvents(data);
    }
  }
  function fail(text) {
    find("problem").textContent = "The bridge does not answer (" + text + ")" + (newest ? ": what follows is of " + parts.time(newest.now) : "") + ".";
  }

  find("codec").addEventListener("toggle", function () {
    if (!find("codec").open || find("codec-text").textContent) { return; }
    fetch("/codec", { credentials: "same-origin" }).then(function (response) { return response.text(); })
      .then(function (text) { find("codec-text").textContent = text; }, function (error) { fail(error.message); });
  });
  parts.copyButton(find("copy-codec"), find("codec-text"));
  window.addEventListener("resize", function () { if (newest) { showPower(newest); showQuarters(newest); } });
  parts.refresh("/data", 10, show, fail);
})();
