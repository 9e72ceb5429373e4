/** Colours and type that both kinds of page share; they follow the reader's choice of light or dark. */
const commonStyle = `
:root { --ink: #1d2330; --soft: #5b6475; --page: #fafbfc; --card: #fff; --line: #dfe3ea; --head: #eef1f6;
  --pass: #d9f2e0; --pass-ink: #0f5a2a; --lenient: #fdf0c8; --lenient-ink: #6d5200; --info: #d9eafd; --info-ink: #0b4a86;
  --absent: #e6e8ed; --absent-ink: #4c5567; --fail: #fbd9d7; --fail-ink: #8f1a14; --link: #1558b0; }
@media (prefers-color-scheme: dark) {
:root { --ink: #e3e7ef; --soft: #9aa4b5; --page: #14171d; --card: #1b1f27; --line: #303642; --head: #232833;
  --pass: #143d24; --pass-ink: #9be3b3; --lenient: #453a10; --lenient-ink: #f2d778; --info: #12375c; --info-ink: #a6d0fb;
  --absent: #2b303a; --absent-ink: #aab2c1; --fail: #551d1c; --fail-ink: #ffb3ad; --link: #7cb4f8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
p { margin: 0 0 .6rem; }
a { color: var(--link); }
.soft { color: var(--soft); }
table { border-collapse: collapse; background: var(--card); }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--head); font-weight: 600; }
.scroll { overflow-x: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: .8rem; font-weight: 600; white-space: nowrap; }
.pass { background: var(--pass); color: var(--pass-ink); }
.lenient { background: var(--lenient); color: var(--lenient-ink); }
.info { background: var(--info); color: var(--info-ink); }
.absent { background: var(--absent); color: var(--absent-ink); }
.fail { background: var(--fail); color: var(--fail-ink); }
:target { outline: 2px solid var(--link); outline-offset: 2px; }
@page { margin: 14mm; }
@media print {
  :root { --ink: #000; --soft: #444; --page: #fff; --card: #fff; --line: #bbb; --head: #eee;
    --pass: #d9f2e0; --pass-ink: #0f5a2a; --lenient: #fdf0c8; --lenient-ink: #6d5200; --info: #d9eafd; --info-ink: #0b4a86;
    --absent: #e6e8ed; --absent-ink: #4c5567; --fail: #fbd9d7; --fail-ink: #8f1a14; --link: #000; }
  body { font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .screen { display: none !important; }
  a { text-decoration: none; }
  h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
}
`;

export const indexStyle = `${commonStyle}
.legend { display: grid; grid-template-columns: max-content 1fr; gap: .3rem .8rem; margin: 1rem 0; align-items: baseline; }
.filters { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center;
  padding: .6rem 0; background: var(--page); border-bottom: 1px solid var(--line); }
.filters button { font: inherit; font-weight: 600; border: 2px solid transparent; border-radius: .9rem; padding: .1rem .7rem; cursor: pointer; }
.filters button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
.filters input, .filters select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; padding: .15rem .5rem; }
.filters input { width: 11rem; }
.filters select { max-width: 15rem; }
.matrix { width: 100%; }
.matrix td.cell { padding: 0; min-width: 9.5rem; }
.matrix td.cell a { display: flex; justify-content: space-between; gap: .8rem; padding: .25rem .6rem; color: inherit; text-decoration: none; white-space: nowrap; }
.matrix td.cell a:hover, .matrix td.cell a:focus { text-decoration: underline; }
.matrix td.cell .aside { font-size: .85em; opacity: .85; white-space: nowrap; font-variant-numeric: tabular-nums; }
.matrix th.case { font-weight: 500; background: none; width: 45%; }
.matrix th.case .id { font-weight: 600; margin-right: .6rem; white-space: nowrap; }
.matrix tr.section th { background: var(--head); font-size: 1.02rem; }
.matrix tr.subsection th { background: none; color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
.counts { font-weight: 500; font-size: .9rem; }
.counts span { margin-right: .5rem; white-space: nowrap; }
[hidden] { display: none !important; }
@page many { size: landscape; margin: 10mm; }
@media print {
  .many { page: many; }
  .matrix { table-layout: fixed; font-size: 8pt; }
  .matrix th, .matrix td { overflow-wrap: anywhere; }
  .matrix th.case { width: auto; }
  .matrix td.cell { min-width: 0; }
  .matrix td.cell a { display: block; padding: .1rem .3rem; white-space: normal; }
  .matrix td.cell .aside { display: block; white-space: normal; }
  .matrix .counts span { white-space: normal; }
}
`;

export const caseStyle = `${commonStyle}
.verdict { border-radius: .6rem; padding: 1rem 1.25rem; margin: .75rem 0 1.5rem; }
.verdict .when { opacity: .85; }
.cards { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; }
@media (max-width: 40rem) { .cards { grid-template-columns: 1fr; } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; }
.card h2 { border: 0; margin: 0 0 .4rem; padding: 0; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
.card p { overflow-wrap: anywhere; }
.card .words { white-space: pre-line; }
.card > :last-child, .verdict > :last-child { margin-bottom: 0; }
.wide { grid-column: 1 / -1; }
dl.events { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .9rem; margin: .5rem 0 0; }
dl.events dt { color: var(--soft); }
dl.events dd { margin: 0; overflow-wrap: anywhere; }
dl.events ol { margin: 0; padding-left: 1.4rem; }
pre.http { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem 1rem; margin: 0 0 .7rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
table.closing { width: 100%; }
table.closing td { overflow-wrap: anywhere; }
table.closing td:first-child, table.closing td:nth-child(2) { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; font-size: 13px; }
@media (max-width: 40rem) {
  table.closing, table.closing tbody { display: block; }
  table.closing tr { display: grid; grid-template-columns: max-content minmax(0, 1fr); border: 1px solid var(--line); margin-top: -1px; }
  table.closing td, table.closing th { border: 0; }
  table.closing td:last-child { grid-column: 1 / -1; padding-top: 0; color: var(--soft); }
  table.closing th:last-child { display: none; }
}
.tables { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; }
.log { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; background: var(--card); }
.log li { display: grid; grid-template-columns: 3rem 8rem 1fr; gap: .6rem; padding: .25rem .8rem; border-top: 1px solid var(--line);
  font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; break-inside: avoid; }
@media (max-width: 40rem) { .log li { grid-template-columns: 2rem 1fr; } .log .what { grid-column: 1 / -1; } }
.log li:first-child { border-top: 0; }
.log .row { color: var(--soft); text-align: right; }
.log .what { overflow-wrap: anywhere; }
.log .octets { display: block; }
.log .rx .kind { color: var(--info-ink); }
.log .tx .kind { color: var(--pass-ink); }
.log .timer .kind, .log .timer .what { color: var(--lenient-ink); }
.log .frame { background: var(--head); }
.log .end { font-weight: 600; }
`;
