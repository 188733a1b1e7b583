# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page's script: filter, sort, search, pages and details.  Text goes in as text, never as markup."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rows = data.rows, certificates = data.certificates, controls = data.controls;
  const PAGE = 100;
  const VERDICTS = ["fail", "error", "unprobed", "warn", "excepted", "pass"];
  const GRADES = ["A+", "A", "A-", "B", "C", "D", "E", "F", "M", "T", ""];
  const COLUMNS = [
    ["host", "Host", (r) => r.h], ["endpoint", "Endpoint", (r) => r.e],
    ["verdict", "Verdict", (r) => VERDICTS.indexOf(r.v)], ["grade", "Grade", (r) => GRADES.indexOf(r.g)],
    ["change", "State", (r) => r.b + r.a], ["refused", "Plaintext refused by", (r) => r.r],
    ["protocols", "Protocols", (r) => r.p.join(" ")],
    ["days", "Days left", (r) => (r.l === null ? Infinity : r.l)],
    ["wrong", "Not as it should be", (r) => -r.f.length],
  ];
  const view = { search: "", verdict: "", policy: "", group: "", filters: [], sort: "verdict", down: false, page: 0 };
  const open = new Set();
  const several = new Set(rows.map((row) => row.w)).size > 1;
  const by = (id) => document.getElementById(id);

  rows.forEach((row, index) => {
    row.i = index;
    const leaf = row.c.length ? certificates[row.c[0]] : {};
    row.q = [row.h, row.e, row.v, row.g, row.a, row.r, row.p.join(" "), row.f.join(" "), row.k.join(" "), row.y, row.w,
      leaf.subject, leaf.issuer, leaf.sha256, (leaf.dns_names || []).join(" ")].join("\n").toLowerCase();
  });

  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null) { node.setAttribute(key, value); }
    }
    for (const child of children) {
      if (child !== undefined && child !== null && child !== "") { node.append(child); }
    }
    return node;
  }
  const short = (version) => version.replace("TLSv1.", "1.").replace("TLSv1", "1.0");
  const GRADE = { B: "mild", T: "odd", M: "odd" };
  const gradeClass = (grade) => (!grade ? "" : grade[0] === "A" ? "good" : GRADE[grade] || "bad");
  const daysClass = (days) => (days === null ? "" : days < 14 ? "bad" : days < 35 ? "mild" : "");
  const tag = (word) => make("span", { class: "tag " + word }, word);

  function matches(row, filter) {
    const cut = filter.indexOf(":"), kind = filter.slice(0, cut), value = filter.slice(cut + 1);
    if (kind === "grade") { return row.g === value; }
    if (kind === "verdict") { return row.v === value; }
    if (kind === "control") { return row.f.includes(value); }
    if (kind === "protocol") { return row.p.includes(value); }
    if (kind === "suite") { return Object.values(row.x.suites).some((names) => names.includes(value)); }
    if (kind === "certificate") { return row.c.some((index) => certificates[index].sha256 === value); }
    if (kind === "days") {
      if (row.l === null) { return false; }
      if (value === "ended") { return row.l < 0; }
      const [least, most] = value.split("-");
      return row.l >= Number(least) && (most === "" || row.l <= Number(most));
    }
    return true;
  }

  function chosen() {
    const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => words.every((word) => row.q.includes(word))
      && (!view.verdict || row.v === view.verdict) && (!view.policy || row.y === view.policy)
      && (!view.group || row.k.includes(view.group)) && view.filters.every((filter) => matches(row, filter)));
    const value = COLUMNS.find((column) => column[0] === view.sort)[2];
    const sign = view.down ? -1 : 1;
    return found.sort((one, two) => {
      const a = value(one), b = value(two);
      const order = typeof a === "number" ? (a === b ? 0 : a - b) : a.localeCompare(b, "en", { numeric: true });
      return order ? sign * order : one.i - two.i;
    });
  }

  function tableRow(row) {
    const wrong = make("span", {}, row.f.slice(0, 3).join(", ") + (row.f.length > 3 ? " +" + (row.f.length - 3) : ""));
    const node = make("tr", { class: "row", tabindex: "0", "aria-expanded": open.has(row.i), "data-row": row.i },
      make("td", { class: "place" }, row.h),
      make("td", { class: "mono word" }, row.e.startsWith(row.h + ":") ? row.e.slice(row.h.length + 1) : row.e,
        several && row.w ? make("small", {}, make("br"), "from " + row.w) : null),
      make("td", {}, tag(row.v)),
      make("td", { class: "mark " + gradeClass(row.g) }, row.g),
      make("td", {}, (row.b ? row.b + " \u2192 " : "") + row.a), make("td", {}, row.r),
      make("td", {}, row.p.map(short).join(" ")),
      make("td", { class: "number " + daysClass(row.l) }, row.l === null ? "" : String(row.l)),
      make("td", {}, wrong));
    return node;
  }

  const heading = (text) => make("h3", {}, text);
  function facts(pairs) {
    const list = make("dl", { class: "facts" });
    for (const [name, value] of pairs) {
      const empty = Array.isArray(value) && !value.length;
      if (value === undefined || value === null || value === "" || empty) { continue; }
      const flat = Array.isArray(value) && value.every((item) => typeof item !== "object");
      const shown = flat ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
      list.append(make("dt", {}, name), make("dd", {}, shown));
    }
    return list;
  }

  function findingsTable(findings) {
    const body = make("tbody", {});
    for (const finding of findings) {
      const control = controls[finding.control] || {};
      const text = make("td", {}, finding.sentence);
      if (finding.exception) {
        const it = finding.exception;
        text.append(make("p", { class: "excepted" }, "Exception: " + it.reason + " (" + it.owner
          + (it.ticket ? ", " + it.ticket : "") + ", until " + it.expires + ")"));
      }
      if (finding.status !== "pass") {
        if (finding.status !== "unprobed") { text.append(make("p", { class: "soft" }, control.remedy || "")); }
        if (finding.evidence) {
          text.append(make("details", {}, make("summary", {}, "Evidence"),
            make("pre", {}, JSON.stringify(finding.evidence, null, 1))));
        }
      }
      body.append(make("tr", {}, make("td", {}, tag(finding.status)),
        make("td", {}, finding.status === "pass" || finding.status === "unprobed" ? "" : tag(finding.severity)),
        make("td", {}, control.title || finding.control, make("br"), make("small", { class: "mono" }, finding.control)),
        text, make("td", {}, make("small", {}, (control.references || []).join("; ")))));
    }
    const head = make("tr", {}, ...["Status", "Severity", "Control", "What was seen", "Asked by"].map((word) =>
      make("th", { scope: "col" }, word)));
    return make("table", {}, make("thead", {}, head), body);
  }

  function findingsOf(row) {
    const order = ["fail", "error", "excepted"];
    const of = (status) => row.x.findings.filter((finding) => finding.status === status);
    const passes = of("pass"), unprobed = of("unprobed"), others = order.flatMap(of);
    const box = make("div", {});
    if (others.length) { box.append(findingsTable(others)); }
    if (passes.length) {
      box.append(make("details", others.length ? {} : { open: "" },
        make("summary", {}, passes.length + " controls pass"), findingsTable(passes)));
    }
    if (unprobed.length) {
      box.append(make("details", {}, make("summary", {}, unprobed.length + " controls that nobody looked at"),
        findingsTable(unprobed)));
    }
    return box;
  }

  function transcript(plaintext) {
    const lines = [];
    for (const exchange of (plaintext && plaintext.transcript) || []) {
      if (exchange.sent) { lines.push("> " + exchange.sent); }
      if (exchange.received) { lines.push("< " + exchange.received); }
    }
    return lines.length ? make("pre", {}, lines.join("\n")) : make("p", { class: "soft" }, "Nothing was said.");
  }

  function protocolTable(row) {
    const body = make("tbody", {});
    for (const [version, entry] of Object.entries(row.x.protocols)) {
      const word = entry.accepted === true ? "accepted" : entry.accepted === false ? "refused" : "not told";
      body.append(make("tr", {}, make("td", {}, version), make("td", { class: "word" }, word),
        make("td", { class: "mono place" }, entry.cause || ""), make("td", {}, entry.detail || ""),
        make("td", { class: "mono lines" }, (row.x.suites[version] || []).join("\n"))));
    }
    const head = ["Version", "Answer", "Cause", "In words", "Suites that were seen, in order"].map((word) =>
      make("th", { scope: "col" }, word));
    return make("table", {}, make("thead", {}, make("tr", {}, ...head)), body);
  }

  function certificateFacts(index, position) {
    const it = certificates[index], key = it.key || {};
    const title = position === 0 ? "Certificate (leaf)" : "Certificate " + (position + 1);
    return make("div", {}, make("h3", {}, title), facts([
      ["Subject", it.subject], ["Names", (it.dns_names || []).concat(it.ip_addresses || [])], ["Issuer", it.issuer],
      ["Key", [key.type, key.bits, key.curve].filter(Boolean).join(" ")], ["Signed with", it.signature_algorithm],
      ["Valid", it.not_before && it.not_before + " to " + it.not_after], ["Serial", it.serial],
      ["SHA-256", it.sha256], ["Key SHA-256", key.spki_sha256], ["Responder", it.ocsp_urls],
    ]));
  }

  function detail(row) {
    const it = row.x, grade = it.grade || {};
    const cell = make("td", { colspan: String(COLUMNS.length) });
    cell.append(findingsOf(row));
    if (grade.grade) {
      cell.append(heading("Grade"), facts([["Grade", grade.grade], ["Trust ignored", grade.grade_trust_ignored],
        ["Score", grade.score + " of 100"], ["Capped by", grade.caps], ["Warnings", grade.warnings],
        ["Trust", grade.trust], ["Caveats", grade.caveats]]));
    }
    cell.append(heading("What a client without TLS is told"),
      make("p", {}, (it.plaintext && it.plaintext.detail) || ""), transcript(it.plaintext));
    if (it.before) {
      cell.append(heading("And before the change"), make("p", {}, it.before.detail || ""), transcript(it.before));
    }
    cell.append(heading("Protocol versions and suites"), protocolTable(row));
    if (it.rules.length) {
      cell.append(heading("Forbidden things that were offered"), facts(it.rules.map((rule) => {
        const taken = "taken: " + (rule.accepted || []).join(", ");
        const word = rule.refused === true ? "all refused" : rule.refused === false ? taken : "could not be told";
        return [rule.id + " " + rule.version, rule.offered + " offered, " + word + " (" + rule.cause + ")"];
      })));
    }
    row.c.forEach((index, position) => cell.append(certificateFacts(index, position)));
    cell.append(make("details", {}, make("summary", {}, "Everything else that was seen"),
      make("pre", {}, JSON.stringify(it.rest, null, 1))));
    const from = row.w ? ", seen from " + row.w : "";
    cell.append(make("p", { class: "soft" }, "Judged " + it.judged + " by the policy " + row.y + from
      + (row.k.length ? "; groups " + row.k.join(", ") : "") + "."));
    return make("tr", { class: "detail" }, cell);
  }

  function draw(all) {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    view.page = Math.min(view.page, pages - 1);
    const shown = all ? found : found.slice(view.page * PAGE, (view.page + 1) * PAGE);
    const body = make("tbody", {});
    for (const row of shown) {
      body.append(tableRow(row));
      if (open.has(row.i)) { body.append(detail(row)); }
    }
    const old = by("endpoints").tBodies[0];
    if (old) { old.replaceWith(body); } else { by("endpoints").append(body); }
    by("count").textContent = found.length + " of " + rows.length + " endpoints";
    by("page").textContent = "Page " + (view.page + 1) + " of " + pages;
    by("back").disabled = view.page === 0;
    by("next").disabled = view.page >= pages - 1;
    for (const cell of by("endpoints").tHead.rows[0].cells) {
      const way = view.down ? "descending" : "ascending";
      cell.setAttribute("aria-sort", cell.dataset.column === view.sort ? way : "none");
    }
    const chips = by("chips");
    chips.textContent = "";
    for (const filter of view.filters) {
      const chip = make("button", { type: "button", title: "Remove this filter" }, filter + " \u00d7");
      chip.addEventListener("click", () => {
        view.filters = view.filters.filter((other) => other !== filter);
        draw();
      });
      chips.append(chip);
    }
  }

  function toggle(index) {
    if (open.has(index)) { open.delete(index); } else { open.add(index); }
    draw();
    const node = document.querySelector('[data-row="' + index + '"]');
    if (node) { node.focus(); }
  }

  function addFilter(filter) {
    if (!view.filters.includes(filter)) { view.filters.push(filter); }
    view.page = 0;
    draw();
    by("endpoints-at").scrollIntoView();
  }

  function goTo(heading) {
    const fold = heading.nextElementSibling;
    if (fold && fold.tagName === "DETAILS") { fold.open = true; }
    heading.scrollIntoView();
  }

  function options(id, values) {
    for (const value of values) { by(id).append(make("option", { value: value }, value)); }
  }

  by("endpoints").createTHead().append(make("tr", {}, ...COLUMNS.map(([name, title]) => {
    const button = make("button", { type: "button" }, title);
    button.addEventListener("click", () => {
      view.down = view.sort === name ? !view.down : false;
      view.sort = name;
      draw();
    });
    return make("th", { scope: "col", "data-column": name }, button);
  })));
  options("verdict", VERDICTS.filter((word) => rows.some((row) => row.v === word)));
  options("policy", [...new Set(rows.map((row) => row.y))].sort());
  options("group", [...new Set(rows.flatMap((row) => row.k))].sort());
  let timer = 0;
  by("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { view.search = by("search").value; view.page = 0; draw(); }, 120);
  });
  for (const id of ["verdict", "policy", "group"]) {
    by(id).addEventListener("change", () => { view[id] = by(id).value; view.page = 0; draw(); });
  }
  by("back").addEventListener("click", () => { view.page -= 1; draw(); });
  by("next").addEventListener("click", () => { view.page += 1; draw(); });
  by("clear").addEventListener("click", () => {
    Object.assign(view, { search: "", verdict: "", policy: "", group: "", filters: [], page: 0 });
    for (const id of ["search", "verdict", "policy", "group"]) { by(id).value = ""; }
    draw();
  });
  document.addEventListener("click", (event) => {
    const filter = event.target.closest("[data-filter]");
    if (filter) { addFilter(filter.dataset.filter); return; }
    const jump = event.target.closest("[data-goto]");
    if (jump) { goTo(by(jump.dataset.goto)); return; }
    const row = event.target.closest("tr.row");
    if (row && !String(getSelection())) { toggle(Number(row.dataset.row)); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") { return; }
    const filter = event.target.closest("g[data-filter], tr[data-filter]");
    const row = event.target.closest("tr.row"), jump = event.target.closest("tr[data-goto]");
    if (filter) { event.preventDefault(); addFilter(filter.dataset.filter); }
    else if (jump) { event.preventDefault(); goTo(by(jump.dataset.goto)); }
    else if (row && row === event.target) { event.preventDefault(); toggle(Number(row.dataset.row)); }
  });
  const folds = [...document.querySelectorAll("details")];
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = folds.filter((node) => !node.open);
    folded.forEach((node) => { node.open = true; });
    draw(true);
  });
  addEventListener("afterprint", () => {
    folded.forEach((node) => { node.open = false; });
    draw();
  });
  draw();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const first = wanted && rows.find((row) => row.h + " " + row.e === wanted);
  if (first) { view.search = wanted; by("search").value = wanted; open.add(first.i); draw(); }
  document.body.dataset.ready = "yes";
})();
"""
