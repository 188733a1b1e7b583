# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page's style: light and dark, screen and paper; nothing is fetched."""

from __future__ import annotations

STYLE = r"""
:root {
  color-scheme: light dark;
  --back: #ffffff; --panel: #f6f8fa; --line: #d5dae1; --text: #1c2128; --soft: #57606a; --link: #0a58ca;
  --good: #187633; --mild: #8f6000; --bad: #c02626; --odd: #7340c9; --info: #0a58ca; --none: #606772;
  --good-tint: #dcf3e2; --mild-tint: #fbeecb; --bad-tint: #fbdfdd; --odd-tint: #ebe2fb; --info-tint: #dbe9fd;
  --none-tint: #e8eaed;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --panel: #1a2029; --line: #333c48; --text: #e3e8ee; --soft: #9aa6b4; --link: #79b0ff;
    --good: #4cc26a; --mild: #e0aa33; --bad: #ff7b72; --odd: #b794ff; --info: #79b0ff; --none: #9aa6b4;
    --good-tint: #15331f; --mild-tint: #382c0c; --bad-tint: #43201f; --odd-tint: #2d2246; --info-tint: #16294a;
    --none-tint: #2a313b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.2rem 1.5rem 4rem; max-width: 96rem; background: var(--back); color: var(--text);
  font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
}
header { border-bottom: 1px solid var(--line); padding-bottom: .8rem; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; }
h1 .tag { font-size: .95rem; vertical-align: .2em; text-transform: uppercase; letter-spacing: .04em; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h3 { font-size: .95rem; margin: 1rem 0 .3rem; }
p { margin: .3rem 0; }
small, .soft { color: var(--soft); }
code, pre, .mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
pre {
  margin: .2rem 0; padding: .5rem .7rem; background: var(--back); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30rem; overflow: auto;
}
a { color: var(--link); }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles button {
  min-width: 7rem; padding: .5rem .9rem; text-align: left; border: 1px solid var(--line); border-radius: 8px;
  border-left: 4px solid; background: var(--panel); font: inherit; cursor: pointer;
}
.tiles span { color: var(--text); }
.tiles button:hover { background: var(--none-tint); }
.jump { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin-top: .6rem; }
.jump button { all: unset; cursor: pointer; color: var(--link); }
.jump button:hover, .jump button:focus-visible { text-decoration: underline; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; }
.panels + .panel { margin-top: 1rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
.panel {
  padding: .8rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; overflow: auto;
}
.panel h2 { margin: 0 0 .5rem; font-size: 1rem; }
.chart { display: block; width: 100%; max-width: 46rem; height: auto; }
.chart.share { max-width: none; height: .8rem; border-radius: 999px; margin: 0 0 1.2rem; }
.share .fail { fill: var(--bad); } .share .error { fill: var(--odd); } .share .unprobed { fill: var(--none); }
.share .warn { fill: var(--mild); } .share .excepted { fill: var(--info); } .share .pass { fill: var(--good); }
.chart text { fill: var(--text); font-size: 11px; text-anchor: middle; }
.chart .axis { stroke: var(--line); }
.chart .hit { fill: transparent; }
.good { color: var(--good); } .mild { color: var(--mild); } .bad { color: var(--bad); } .odd { color: var(--odd); }
.bar.good rect:not(.hit) { fill: var(--good); } .bar.mild rect:not(.hit) { fill: var(--mild); }
.bar.bad rect:not(.hit) { fill: var(--bad); } .bar.odd rect:not(.hit) { fill: var(--odd); }
[data-filter], [data-goto] { cursor: pointer; }
.bar[data-filter]:hover rect:not(.hit), .bar[data-filter]:focus rect:not(.hit) { opacity: .75; }
.tag {
  display: inline-block; padding: 0 .5em; border-radius: 999px; font-weight: 600; font-size: .86em; white-space: nowrap;
}
.pass, .low { color: var(--good); } .tag.pass { background: var(--good-tint); }
.tag.low, .tag.info { background: var(--none-tint); color: var(--soft); }
.fail, .critical, .high { color: var(--bad); } .tag.fail, .tag.critical, .tag.high { background: var(--bad-tint); }
.warn, .medium { color: var(--mild); } .tag.warn, .tag.medium { background: var(--mild-tint); }
.error { color: var(--odd); } .tag.error { background: var(--odd-tint); }
.excepted { color: var(--info); } .tag.excepted { background: var(--info-tint); }
.unprobed { color: var(--none); } .tag.unprobed { background: var(--none-tint); }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .28rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: break-word; max-width: 34rem; }
td.place { min-width: 8rem; }
.mark { font-weight: 700; }
td.word { min-width: 7rem; }
td.lines { white-space: pre-line; }
thead th { position: sticky; top: 0; background: var(--back); z-index: 1; white-space: nowrap; }
.panel thead th { background: var(--panel); }
th button { all: unset; cursor: pointer; font-weight: 600; }
th button:focus-visible, tr:focus-visible, .tiles button:focus-visible, .bar:focus-visible {
  outline: 2px solid var(--link);
}
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
tr.row { cursor: pointer; }
tr.row:hover { background: var(--panel); }
tr.detail > td { background: var(--panel); padding: .8rem 1rem 1.2rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
table.heat { width: auto; min-width: 0; border-collapse: separate; border-spacing: 2px; }
.heat th, .heat td { border: 0; padding: .22rem .7rem; }
.heat td { text-align: right; width: 7rem; border-radius: 4px; font-variant-numeric: tabular-nums; }
.heat thead th { text-align: right; } .heat thead th:first-child { text-align: left; }
.heat tr.sum td { background: none; font-weight: 600; border-top: 1px solid var(--line); border-radius: 0; }
.heat td:empty { background: color-mix(in srgb, var(--line) 22%, transparent); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-top: .5rem; color: var(--soft); font-size: .9em; }
.legend span::before {
  content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 3px;
  background: currentColor; vertical-align: -.08em;
}
.heat th[scope=row] { font-weight: 400; font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .88em; }
.yes1 { background: color-mix(in srgb, var(--good) 12%, transparent); }
.yes2 { background: color-mix(in srgb, var(--good) 22%, transparent); }
.yes3 { background: color-mix(in srgb, var(--good) 34%, transparent); }
.yes4 { background: color-mix(in srgb, var(--good) 46%, transparent); }
.yes5 { background: color-mix(in srgb, var(--good) 58%, transparent); }
.no1 { background: color-mix(in srgb, var(--bad) 14%, transparent); }
.no2 { background: color-mix(in srgb, var(--bad) 24%, transparent); }
.no3 { background: color-mix(in srgb, var(--bad) 36%, transparent); }
.no4 { background: color-mix(in srgb, var(--bad) 48%, transparent); }
.no5 { background: color-mix(in srgb, var(--bad) 60%, transparent); }
.some1 { background: color-mix(in srgb, var(--mild) 14%, transparent); }
.some2 { background: color-mix(in srgb, var(--mild) 24%, transparent); }
.some3 { background: color-mix(in srgb, var(--mild) 36%, transparent); }
.some4 { background: color-mix(in srgb, var(--mild) 48%, transparent); }
.some5 { background: color-mix(in srgb, var(--mild) 60%, transparent); }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; }
.tools input, .tools select, .tools button {
  padding: .35rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: inherit;
  font: inherit;
}
.tools input { flex: 1 1 16rem; min-width: 12rem; }
.scroll { overflow-x: auto; }
@media (max-width: 46rem) {
  body { padding: 1rem .8rem 3rem; }
  .scroll > table:not(.heat) { min-width: 44rem; }
  .tiles button { min-width: 5.5rem; padding: .4rem .7rem; }
}
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
details > summary { cursor: pointer; }
.paper { display: none; }
@media print {
  :root {
    color-scheme: light; --back: #fff; --panel: #fff; --line: #bbb; --text: #000; --soft: #444; --link: #000;
    --good: #15692d; --mild: #7a5200; --bad: #b01818; --odd: #5b2fa8; --info: #0a4aa8; --none: #555;
    --good-tint: #fff; --mild-tint: #fff; --bad-tint: #fff; --odd-tint: #fff; --info-tint: #fff; --none-tint: #fff;
  }
  body { padding: 0; max-width: none; font-size: 10px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .screen, .tools, .jump { display: none; }
  .paper { display: block; }
  .panel, tr, .chart { break-inside: avoid; }
  tr.detail { break-inside: auto; }
  thead { display: table-header-group; }
  thead th { position: static; }
  .tag { border: 1px solid currentColor; }
  pre { max-height: none; }
}
"""
