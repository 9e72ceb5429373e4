import { flashTable } from '../../tools/moddable/flash.mjs';
import { COMPRESSED_WORKS } from './compression.mjs';
import { STACK } from './desk.mjs';
import { WORKS } from './measure.mjs';

const titles = new Map([...WORKS, ...COMPRESSED_WORKS].map(({ work, title }) => [work, title]));

const number = (value) => value.toLocaleString('en');

function rows(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join('  '),
    )
    .join('\n');
}

/** The measurements as a person reads them. */
export function tableOf({ engine, block, runs, windows, stack, webSocket, flash, ...rest }) {
  const head = [
    'messages',
    'octets',
    'slots',
    'chunk octets',
    'collections',
    'bytecodes each',
    'stack slots',
  ];
  const lines = runs.map((run) => [
    `${number(run.messages)} ${titles.get(run.work)}`,
    number(run.octets),
    number(run.slots),
    number(run.chunkBytes),
    number(run.collections),
    number(run.computrons),
    number(run.stack),
  ]);
  const figures = [
    ['RAM of a connection without its buffers', `${number(rest.ramPerConnection)} octets`],
    ['its buffers, of their default sizes', `${number(rest.buffers)} octets`],
    ['smallest block in which the echo app runs', `${number(rest.smallestBlock)} octets`],
    ['bundle, minified, as it was run here', `${number(rest.bundle.minified)} octets`],
    ['the same, gzipped', `${number(rest.bundle.gzip)} octets`],
    ['bytecode', `${number(rest.bytecode)} octets`],
  ];
  const remark =
    engine.bits === 32
      ? ''
      : '\nSlots, and with them the block and RAM, are twice as large as on a device.\n';
  return `XS ${engine.version}, ${engine.bits} bits, one static block of ${number(block)} octets, ${STACK} slots of stack
${remark}
${rows([head, ...lines])}

${rows(figures)}

How high the stack was, slots:

${rows([
  ['', 'opening', 'receiving', 'sending'],
  ...[
    ['without compression', stack],
    ['with it', stack.deflate],
  ].map(([title, { connect, receive, send }]) => [title, number(connect), number(receive), number(send)]),
])}

What a message costs by the WebSocket of the web, sent and echoed, until it is collected:

${rows([
  ['message', 'octets', 'slots', 'chunk octets', 'bytecodes'],
  ...Object.entries(webSocket).flatMap(([kind, bySize]) =>
    Object.entries(bySize).map(([octets, { slots, chunkBytes, computrons }]) => [
      kind,
      ...[Number(octets), slots, chunkBytes, computrons].map(number),
    ]),
  ),
])}

RAM that permessage-deflate adds to a connection, profile 'device', the other window 2^10:

${rows([
  ['window', 'received', 'transmitted'],
  ...windows.map(({ bits, receive, transmit }) => [`2^${bits}`, number(receive), number(transmit)]),
])}

Flash of an app, as linked for an ESP32:

${flash.reason ?? flashTable(flash)}`;
}
