import { printable } from './printable.ts';
import { type Entry, timeText } from './trace.ts';

const LANE = 220;
const LEFT = 130;
const ROW = 22;
const TOP = 48;
/** Characters of a line over an arrow. */
const SHOWN = 60;

/** What kinds of entries look like; everything else is a mark in red: a fault. */
const COLOURS: Readonly<Record<string, string>> = Object.freeze({
  http: '#7a4fbf',
  frame: '#1f6feb',
  octets: '#666',
  connect: '#2a7d46',
  open: '#2a7d46',
  finish: '#8a6d00',
  note: '#555',
  trace: '#555',
  repair: '#2a7d46',
  release: '#2a7d46',
});

const STYLE = `body{font:13px/1.4 system-ui,sans-serif;margin:24px;color:#222}
svg{font:11px ui-monospace,monospace}text{dominant-baseline:middle}h1{font-size:18px;overflow-wrap:anywhere}p{max-width:60em}
div{overflow-x:auto}
@media (prefers-color-scheme:dark){body{background:#161616;color:#ddd}svg text{fill:#ddd}}`;

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A page that shows `entries` as a sequence: hosts as lanes, what travelled as arrows at the time of its arrival, faults and
 * notes as marks. It stands alone: no script, nothing from elsewhere.
 */
export function tracePage(title: string, hosts: readonly string[], entries: readonly Entry[]): string {
  const place = new Map(hosts.map((name, index) => [name, LEFT + LANE / 2 + index * LANE]));
  const width = LEFT + LANE * Math.max(1, hosts.length) + 40;
  const height = TOP + ROW * (entries.length + 1);
  const lanes = hosts.map((name) => {
    const x = place.get(name)!;
    const label = `<text x="${x}" y="20" text-anchor="middle" font-weight="bold">${escaped(name)}</text>`;
    return `${label}<line x1="${x}" y1="34" x2="${x}" y2="${height}" stroke="#999" stroke-dasharray="2 4"/>`;
  });
  const rows = entries.map((entry, index) => rowOf(entry, TOP + ROW * index, place));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1>
<p>${entries.length} entries. Time goes down, not to scale; each arrow ends when the last octet of what it stands for arrived.</p>
<div><svg width="${width}" height="${height}" role="img" aria-label="sequence of what happened">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">
<path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>
${lanes.join('\n')}
${rows.join('\n')}
</svg></div></body></html>
`;
}

function rowOf(entry: Entry, y: number, place: ReadonlyMap<string, number>): string {
  const { from, to, kind, text, connection, time, sent } = entry;
  const colour = COLOURS[kind] ?? '#c8102e';
  const label = `${kind === 'frame' || kind === 'http' ? '' : `${kind} `}${text}`.trim();
  const short = label.length > SHOWN ? `${[...label].slice(0, SHOWN).join('')}…` : label;
  const number = connection === 0 ? '' : `#${connection} `;
  const took = sent === undefined ? '' : `, ${Math.round((time - sent) * 10) / 10} ms on its way`;
  const title = `<title>${escaped(`${timeText(time)} ${from} ${to} ${number}${kind} ${text}${took}`)}</title>`;
  const clock = `<text x="4" y="${y}">${timeText(time)}</text>`;
  const x1 = place.get(from);
  const x2 = place.get(to);
  if (x1 === undefined) return `<g>${title}${clock}<text x="${LEFT}" y="${y}">${escaped(short)}</text></g>`;
  if (x2 === undefined || x1 === x2) {
    const mark = `<circle cx="${x1}" cy="${y}" r="4" fill="${colour}"/>`;
    return `<g>${title}${clock}${mark}<text x="${x1 + 10}" y="${y}">${escaped(number + short)}</text></g>`;
  }
  const arrow = `<line x1="${x1}" y1="${y}" x2="${x2}" y2="${y}" stroke="${colour}" marker-end="url(#tip)"/>`;
  const middle = (x1 + x2) / 2;
  const words = `<text x="${middle}" y="${y - 8}" text-anchor="middle">${escaped(number + short)}</text>`;
  return `<g>${title}${clock}${arrow}${words}</g>`;
}
