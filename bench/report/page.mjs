import { targetChart } from './chart.mjs';
import { plot } from './curves.mjs';
import { element, escaped } from './markup.mjs';
import { style } from './style.mjs';
import {
  ablationTable,
  compressionTable,
  sceneTable,
  targetTable,
  xsOctetTable,
  xsTable,
} from './tables.mjs';

/** What stands above each group of scenes. */
const introductions = {
  Receive:
    'A client takes a flood from a sender in another process. CPU time for each message, all threads of the client’s process counted, collections for a million messages.',
  Send: 'A client sends many messages in each turn of the event loop. “ws, corked” holds its frames together by the socket underneath, which is no part of its interface.',
  'Round trip':
    'One message of 100 octets there, one back; the other side is a program in C. Wall time, which half of the round trips do not reach.',
  'Parse in memory':
    'The parsers alone, on messages that lie in memory and are handed over in chunks of so many octets.',
  Memory:
    'What a message leaves behind for the collector, and what a server holds for a connection that does nothing.',
  Masking:
    'In place, at every alignment. The twin is the octet-by-octet version that the fast one is proven equal to.',
  'UTF-8':
    'Validation of whole texts. The automaton is what devices have; from 512 octets on Node’s native helps it.',
  Handshakes:
    'One after the other over loopback, until the connection is open: CPU time of each, and how many of them go into a second of it.',
};

const paragraph = (text, attributes) => element('p', attributes, escaped(text));
const idOf = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
const heading = (text) => element('h2', { id: idOf(text) }, escaped(text));

/** What the marks mean, and how the figures come about. */
const READING = [
  'A bar in the tables is a cost: short is good. In the chart of targets, to the right is good; in the curves, low is good.',
  'A ratio is made in each round, between works that ran one after the other, and the median of these ratios is given. That is not the ratio of the two medians: when the machine is slow for some rounds, both sides are slow in them, and the ratio of the round holds. So a ratio may differ from what the two medians next to it give.',
];

/** `items` by what `keyOf` says of them, in the order in which they come. */
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return [...groups];
}

/** The whole of a run as one page that needs nothing else. */
export function page(figures) {
  const { date, machine, load, rounds, versions, targets, xs, recorded, compression, ablations, scenes } =
    figures;
  const plain = scenes.filter(({ curve }) => curve === undefined);
  const curves = scenes.filter(({ curve }) => curve !== undefined);
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = [
    element('h1', {}, 'Ringlet compared with its peers'),
    paragraph(
      'Every figure was measured in one run, the peers taking turns. What counts is the ratio: another machine, or this one on another day, gives other times.',
    ),
    paragraph(
      `${date.slice(0, 10)} · ${machine}, load ${load.toFixed(1)} · ${rounds} rounds · ${named.join(', ')}`,
      { class: 'soft' },
    ),
  ];
  if (targets.length > 0) {
    parts.push(heading('Targets'));
    parts.push(
      paragraph(
        'How many times as fast as the peer Ringlet is, unless the row says something else. The floor has to be met; the goal is wished for.',
      ),
      element('figure', { class: 'chart' }, targetChart(targets)),
      targetTable(targets),
    );
  }
  for (const [group, members] of grouped(plain, (scene) => scene.group)) {
    parts.push(heading(group), paragraph(introductions[group] ?? ''), ...members.map(sceneTable));
  }
  if (xs?.engine !== undefined) {
    parts.push(
      heading('On XS'),
      paragraph(
        `Counts in the desk XS (${xs.engine.version}, ${xs.engine.bits} bits, one block of ${xs.block.toLocaleString('en')} octets): what N more messages take, so that starting and connecting cancel out. The app and the socket are counted in. ${recorded.name} (${recorded.sdk}) was measured once in the same way and is recorded; it takes what comes by read where Ringlet has spans, and its figures are without a collection, of which Ringlet has none.`,
      ),
      xsTable(xs, recorded),
      xsOctetTable(xs),
    );
    if (xs.withoutInstructions !== undefined)
      parts.push(paragraph(`Instructions were not counted: ${xs.withoutInstructions}.`, { class: 'soft' }));
  }
  if (ablations !== undefined) {
    parts.push(
      heading('What each fast path earns'),
      paragraph(
        'Each was cut out of a copy of the library and raced against the whole one: how many times the cost is without it.',
      ),
      ablationTable(ablations),
    );
  }
  if (curves.length > 0) {
    parts.push(heading('Growth'));
    parts.push(
      paragraph(
        'Both axes are logarithmic. What grows in proportion is as steep as the dotted line; what does not grow is level.',
      ),
      element(
        'div',
        { class: 'curves' },
        grouped(curves, ({ curve }) => curve).map(([name, all]) => plot(name, all)),
      ),
    );
  }
  if (compression !== undefined) {
    parts.push(heading('Compression'));
    parts.push(
      paragraph(
        'permessage-deflate as it is used, message by message with context takeover: what is left of the data, and how fast.',
      ),
      compressionTable(compression),
    );
  }
  const titles = parts
    .map((part) => /^<h2 id="([^"]+)">(.*?)<\/h2>/.exec(part))
    .filter((one) => one !== null);
  const links = titles.map(([, id, title]) => element('a', { href: `#${id}` }, title));
  parts.splice(3, 0, ...READING.map((text) => paragraph(text, { class: 'note' })));
  parts.splice(1, 0, element('nav', { 'aria-label': 'Sections' }, links));
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<link rel="icon" href="data:,">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Ringlet compared with its peers</title>\n<style>${style}</style>\n</head>\n<body>\n${parts.join('\n')}\n</body>\n</html>\n`;
}
