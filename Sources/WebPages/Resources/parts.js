// The parts that pages are made of. Text from outside becomes text, never markup.
const parts = (function () {
  "use strict";
  function find(id) { return document.getElementById(id); }
  function make(tag, parent, text, name) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) { node.textContent = text; }
    if (name) { node.className = name; }
    if (parent) { parent.appendChild(node); }
    return node;
  }
  function draw(tag, parent, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const key of Object.keys(attributes)) { node.setAttribute(key, attributes[key]); }
    if (text !== undefined) { node.textContent = text; }
    if (parent) { parent.appendChild(node); }
    return node;
  }

  // A page from the disk, or over plain HTTP, may not use the clipboard by itself: then the text is selected in its place, and
  // copied as by hand.
  function copyButton(button, source, text) {
    const label = button.textContent;
    function done() {
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = label; }, 1500);
    }
    function byHand() {
      getSelection().selectAllChildren(source);
      if (document.execCommand("copy")) { done(); }
    }
    button.addEventListener("click", function () {
      const wanted = text ? text() : source.textContent;
      if (navigator.clipboard) { navigator.clipboard.writeText(wanted).then(done, byHand); } else { byHand(); }
    });
  }

  // columns: [{ title, number, time }], rows: lists of texts. Rows are replaced, so that a selection in other parts stays.
  function table(node, columns, rows) {
    node.textContent = "";
    node.className = "scroll";
    const grid = make("table", node);
    const head = make("tr", make("thead", grid));
    columns.forEach(function (column) {
      make("th", head, column.title, column.number ? "number" : "").setAttribute("scope", "col");
    });
    const body = make("tbody", grid);
    rows.forEach(function (row) {
      const line = make("tr", body);
      row.forEach(function (text, index) { make("td", line, text, columns[index].number ? "number" : columns[index].time ? "time" : ""); });
    });
  }
  // For a spreadsheet: cells between tabs. What it could take for a formula is marked as text.
  function tableText(columns, rows) {
    function cell(text) {
      const plain = String(text === undefined || text === null ? "" : text).replace(/[\t\r\n]+/g, " ");
      return /^[=+@]|^-(?![\d.])/.test(plain) ? "'" + plain : plain;
    }
    return [columns.map(function (column) { return column.title; })].concat(rows)
      .map(function (row) { return row.map(cell).join("\t"); }).join("\n") + "\n";
  }

  function isNumber(value) { return typeof value === "number" && isFinite(value); }
  // Without the noise of binary fractions; with the decimals that steps of this size have.
  function number(value, step) {
    const decimals = step === undefined ? 3 : Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
    return String(Number(value.toFixed(decimals)));
  }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  // By the reader's clock, or in UTC.
  function time(instant, utc) {
    const date = new Date(instant);
    const get = function (name) { return date[(utc ? "getUTC" : "get") + name](); };
    const day = get("FullYear") + "-" + two(get("Month") + 1) + "-" + two(get("Date"));
    return day + " " + two(get("Hours")) + ":" + two(get("Minutes"));
  }
  function span(seconds) {
    const rounded = Math.round(seconds);
    if (rounded < 120) { return rounded + " s"; }
    if (rounded < 7200) { return Math.round(rounded / 60) + " min"; }
    if (rounded < 172800) { return Math.round(rounded / 3600) + " h"; }
    return Math.round(rounded / 86400) + " d";
  }

  // How something is: "good", "warn" or "bad", and lines of text.
  function card(parent, state, title, lines) {
    const box = make("section", parent, null, "card " + state);
    make("h2", box, title);
    lines.forEach(function (line) { make("p", box, line); });
    return box;
  }

  // Fetches JSON of the page's own server.
  function ask(address, show, fail) {
    return fetch(address, { cache: "no-store", credentials: "same-origin" }).then(function (response) {
      if (!response.ok) {
        return response.text().then(function (text) { throw new Error(text.trim().slice(0, 200) || "status " + response.status); });
      }
      return response.json();
    }).then(show).catch(function (error) { fail(error.message); });
  }
  // At once, and then every so many seconds while the page is seen.
  function refresh(address, seconds, show, fail) {
    let timer = null;
    function again() { timer = setTimeout(next, seconds * 1000); }
    function next() {
      timer = null;
      if (!document.hidden) { ask(address, show, fail).then(again); }
    }
    document.addEventListener("visibilitychange", function () { if (!document.hidden && timer === null) { next(); } });
    next();
  }

  return {
    find: find, make: make, draw: draw, copyButton: copyButton, table: table, tableText: tableText, time: time, span: span,
    two: two, isNumber: isNumber, number: number, card: card, ask: ask, refresh: refresh
  };
})();
