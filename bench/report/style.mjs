/** The page's looks: light and dark, narrow and wide, on paper as well. */
export const style = `
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1d232b; --soft: #5c6570; --line: #dcdfe3;
  --own: #0b6e99; --other: #b9c0c8; --second: #b2541a; --good: #23703a; --fair: #7a5c00; --bad: #ad2231; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e8ec; --soft: #97a1ad; --line: #303740;
  --own: #54b8e0; --other: #4b5560; --second: #eb9a5f; --good: #6cc784; --fair: #d8b54a; --bad: #f07f8a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { font-size: .95rem; margin: 1.4rem 0 .3rem; font-weight: 600; }
p { max-width: 44rem; margin: .5rem 0; }
.soft, figcaption, caption { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .875rem; }
th, td { padding: .22rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
td:first-child { white-space: normal; min-width: 9rem; }
.bars td { border-bottom: 0; padding-block: .12rem; }
.bars { max-width: 54rem; }
.bars td:nth-child(2) { width: 45%; padding-inline: 0; }
.bars svg { display: block; width: 100%; height: .8rem; }
.bars rect { fill: var(--other); }
.wrapped td.text { white-space: normal; }
.targets td:first-child { min-width: 15rem; } .targets td.text { min-width: 6.5rem; }
.own, .own td { font-weight: 600; }
.own rect { fill: var(--own); }
.goal { color: var(--good); } .floor { color: var(--fair); } .missed { color: var(--bad); font-weight: 600; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.25rem; }
figure { margin: 0; } .chart { margin: 1rem 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.narrow { max-width: 30rem; }
figure svg { width: 100%; height: auto; display: block; }
.chart { padding: .5rem; max-width: 44rem; }
nav { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--line); margin: 0 -1.25rem;
  padding: .5rem 1.25rem; display: flex; gap: .25rem 1rem; flex-wrap: wrap; font-size: .875rem; z-index: 1; }
nav a { color: var(--own); text-decoration: none; } nav a:hover { text-decoration: underline; }
h2 { scroll-margin-top: 6rem; }
.keys { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
.key::before { content: ''; display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: var(--key);
  margin-right: .35em; }
.note { border-left: 3px solid var(--line); padding-left: .75rem; }
@media (max-width: 40rem) {
  body { padding-inline: .75rem; } nav { margin-inline: -.75rem; padding-inline: .75rem; flex-wrap: nowrap;
  overflow-x: auto; white-space: nowrap; } h2 { scroll-margin-top: 3.5rem; }
  .bars td:nth-child(2) { width: 25%; min-width: 4rem; } .bars td:nth-child(4), .bars th:nth-child(4),
  .bars td:nth-child(6), .bars th:nth-child(6) { display: none; }
  td:first-child { min-width: 6rem; } th, td { padding-inline: .3rem; } th { white-space: normal; }
  .targets { font-size: .8rem; } .targets th, .targets td { padding-inline: .12rem; } .targets td:first-child { min-width: 5.2rem; overflow-wrap: anywhere; } .targets td.text { min-width: 3.6rem; overflow-wrap: anywhere; }
  .targets td:nth-child(4), .targets th:nth-child(4), .targets td:nth-child(5), .targets th:nth-child(5) { display: none; }
}
@media print { nav { display: none; } body { font-size: 11px; max-width: none; padding: 0; } .scene, figure, tr { break-inside: avoid; } }
`;
