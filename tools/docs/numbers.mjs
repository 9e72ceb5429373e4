// Writes the measured numbers of bench/memory/expected.json, and those of test/measures/scores.json, into the pages that name
// them, between their marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOMS } from '../../test/measures/rooms.mjs';
import { root } from '../setup.mjs';
import { memoryOf, toReceive, toTransmit, objectsOf } from '../site/.vitepress/theme/memory.mjs';

const read = (name) => readFileSync(join(root, name), 'utf8');
const number = (value) => value.toLocaleString('en');
const table = (rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Slots of stack that were used at most; `kind` is `deflate.` with compression. */
const mostStack = (numbers, kind = '') =>
  Math.max(...['connect', 'receive', 'send'].map((name) => numbers[`stack.${kind}${name}`].value));

const flash = JSON.parse(read('bench/memory/flash.json'));

/** The table of the README. */
function costs(numbers) {
  const value = (name) => numbers[name].value;
  const options = { receiveBuffer: 2048, transmitBuffer: 2048, compression: false, outbox: 0, stack: 512 };
  const buffers = memoryOf(options, numbers).sum - value('ramPerConnection');
  return table([
    ['', 'bytes'],
    ['---', '---'],
    [
      'a message received or sent: 100,000 each of 16, 125 and 1,000 bytes, without making strings',
      '**0** slots, **0** chunk bytes, **0** collections',
    ],
    [
      'a text of 125 bytes by `ringlet/websocket`, sent and echoed, until it is collected',
      `${value('webSocket.text.125.slots')} slots, ${value('webSocket.text.125.chunkBytes')} chunk bytes`,
    ],
    ['an open `WebSocketClient`, without its buffers', number(value('ramPerConnection'))],
    ['its buffers, with their default sizes', number(buffers)],
    ['compression, both windows of 2^10 bytes', `${number(value('windows.2.receive'))} more`],
    ['smallest memory in which the echo app runs', number(value('smallestBlock'))],
    [
      'code on a device, minified / gzipped',
      `${number(value('bundle.minified'))} / ${number(value('bundle.gzip'))}`,
    ],
    ['bytecode of it', number(value('bytecode'))],
    [
      "flash that an ESP32 app pays for it, as linked / for Moddable's own client",
      `${number(flash.clients.ringlet.flash)} / ${number(flash.clients.moddable.flash)}`,
    ],
    [
      'stack without compression / with it',
      `${mostStack(numbers)} / ${mostStack(numbers, 'deflate.')} slots of 16 bytes`,
    ],
  ]);
}

/** What each window takes, the other one being 2^10. */
function windows(numbers) {
  const rows = [8, 9, 10, 11, 12, 15].map((bits) => [
    `2^${bits}`,
    number(objectsOf(numbers) + toReceive(bits) + toTransmit(10)),
    number(objectsOf(numbers) + toReceive(10) + toTransmit(bits)),
  ]);
  return table([
    ['window', 'to receive, transmitting by 2^10', 'to transmit, receiving by 2^10'],
    ['---', '--:', '--:'],
    ...rows,
  ]);
}

/** What there is to choose, and what it takes. */
function parts(numbers) {
  return table([
    ['part', 'bytes', 'option'],
    ['---', '---', '---'],
    ['the connection itself', number(numbers.ramPerConnection.value), ''],
    ['control frames: one received, one to be sent', '256', ''],
    ['transmit ring', 'a power of two from 256', '`transmitBuffer`, default 2048'],
    [
      'receive buffer, and an eighth of it in front',
      '9/8 of a power of two from 256',
      '`receiveBuffer`, default 2048',
    ],
    ['place to read into', '128', ''],
    ['[compression](compression.md), to receive', 'the window and 2,048', '`receiveWindowBits`, default 10'],
    ['compression, to transmit', '3 times the window and 1,536', '`transmitWindowBits`, default 10'],
    ['compression, objects', number(objectsOf(numbers)), 'none without the option `compression`'],
    [
      '[outbox](uplink.md): what waits while there is no connection',
      'for each record 16 and the payload, rounded up to 4',
      '`memory`, from 256',
    ],
  ]);
}

/** What an echo by the WebSocket of the web costs. */
function webSocket(numbers) {
  const kinds = ['text.125', 'text.1000', 'binary.125'];
  const rows = kinds.map((kind) => {
    const [type, length] = kind.split('.');
    const value = (name) => number(numbers[`webSocket.${kind}.${name}`].value);
    return [`${type} of ${number(Number(length))} bytes`, value('slots'), value('chunkBytes')];
  });
  return table([['one echo', 'slots', 'bytes of chunks'], ['---', '--:', '--:'], ...rows]);
}

const thousands = (value) => Math.round(value / 1000);

const size = (numbers) =>
  `**How large is it?** About ${thousands(numbers['bundle.minified'].value)} K of code for a device, minified, and ` +
  `${thousands(flash.clients.ringlet.flash)} K of flash in an ESP32 app, with the parts of XS that the library needs: ` +
  'see [What it costs](../README.md#what-it-costs). ' +
  'Modules that you do not import are not in your app.';

const compressed = (numbers) =>
  `**Can I compress?** Yes, with [permessage-deflate](compression.md), in ${number(numbers['windows.2.receive'].value)} ` +
  'bytes on a device with windows of 2^10 bytes, and in less with smaller ones.';

const smallest = (numbers) =>
  `The echo app, with default buffers and without compression, runs in one static block of ${number(numbers.smallestBlock.value)} bytes.`;

/** Slots of stack that a manifest of ours brings along. */
const manifestStack = (name = 'manifest') => JSON.parse(read(`manifests/${name}.json`)).creation.stack;

const stack = (numbers) => {
  const highest = mostStack(numbers, 'deflate.');
  const given = manifestStack();
  return (
    `It also takes stack: ${highest} slots were used at most, compared with ${mostStack(numbers)} without compression. ` +
    `The ${given} slots that the manifest sets are enough; they leave a callback of the app ${given - highest}.`
  );
};

/** Why an app keeps the stack of the manifest. */
const stackOfDevices = (numbers) =>
  `The manifest sets \`creation.stack\` to ${manifestStack()} slots (\`manifest_reconnecting.json\` to ${manifestStack('manifest_reconnecting')}), because a stack overflow restarts the device. ` +
  `The library used ${mostStack(numbers)} at most, with compression ${mostStack(numbers, 'deflate.')}, of which the callbacks of the programs that measured it are a part; the ESP8266's default is 256. ` +
  `An app's own \`creation\` overrides the manifest's: keep ${manifestStack()} there. The stack is part of \`static\` memory, 16 bytes a slot.`;

const ratio = ({ moddable, ours }) => (ours / moddable).toFixed(2);

const HOW = { spans: 'received by spans', read: 'received by `read(buffer)`', send: 'sent' };

/** `read.binary.16.single` in words. */
function titleOf(id) {
  const [work, kind, octets, single] = id.split('.');
  return `${kind} ${number(Number(octets))} B, ${HOW[work]}${single === undefined ? '' : ', one message a segment'}`;
}

/** What was found on devices with an SDK, and what stands there now. Ratios are to Moddable's client in the same engine. */
function devices(numbers) {
  const before = JSON.parse(read('bench/xs/before.json'));
  const { ours, moddable } = JSON.parse(read('bench/xs/moddable.json')).newest.onBoard;
  const { clients } = flash;
  const kilobytes = (octets) => `${(octets / 1000).toFixed(1)} KB`;
  const figure = (values) => `${number(values.ours)} : ${number(values.moddable)} = ${ratio(values)}`;
  const now = (id) => ({ ours: ours[id], moddable: moddable[id.replace(/^spans\./, 'read.')] });
  const linked = (one) => kilobytes(clients[one].image);
  const flashRow = [
    `flash of the echo app, image as linked, for the library : for Moddable's client`,
    `${kilobytes(before.flash.ringlet)} : ${kilobytes(before.flash.moddable)}`,
    `${linked('ringlet')} : ${linked('moddable')}`,
    '`npm run moddable:flash`',
  ];
  const more = clients.deflate.image - clients.ringlet.image;
  return table([
    ['', 'before', 'now', 'by'],
    [':--', '--:', '--:', ':--'],
    flashRow,
    [
      'the same, more for `ringlet/deflate`',
      kilobytes(before.flash.deflate),
      kilobytes(more),
      '`npm run moddable:flash`',
    ],
    ['slots of stack, without compression', before.stack.ringlet, mostStack(numbers), '`npm run memory`'],
    ['slots of stack, with it', before.stack.deflate, mostStack(numbers, 'deflate.'), '`npm run memory`'],
    ...Object.keys(ours).map((id) => [
      `instructions, ${titleOf(id)}`,
      before.instructions[id] === undefined ? '' : figure(before.instructions[id]),
      figure(now(id)),
      '`npm run bench:newest`',
    ]),
  ]);
}

/** What of the mutants of each room was noticed, when it was measured last. */
function scores() {
  const measured = JSON.parse(read('test/measures/scores.json'));
  const rows = Object.entries(ROOMS).map(([name, { mutate, isFlat = false }]) => {
    const place = `\`${mutate}\`${isFlat ? ', files' : ''}`;
    const score = measured[name];
    if (score === undefined) return [name, place, 'not measured', '', '', '', '', '', ''];
    const { date, sample, tested, noticed, byTime, unreached, named } = score;
    const survived = `${tested - noticed}${unreached > 0 ? ` (${unreached} unreached)` : ''}`;
    const share = `${(Math.floor((1000 * noticed) / tested) / 10).toFixed(1)} %`;
    return [
      name,
      place,
      sample,
      number(tested),
      number(noticed),
      byTime,
      `${survived}, ${named}`,
      share,
      date,
    ];
  });
  return table([
    ['room', 'of', 'which', 'tried', 'noticed', 'by time', 'survived, named', 'score', 'measured'],
    ['---', '---', '---', '--:', '--:', '--:', '--:', '--:', '---'],
    ...rows,
  ]);
}

/** Pages, and what stands between the marks of each name. */
const BLOCKS = {
  'README.md': { costs },
  'docs/benchmarks.md': { devices },
  'docs/compression.md': { windows, stack },
  'docs/device.md': { stack: stackOfDevices },
  'docs/faq.md': { compressed, size },
  'docs/memory.md': { parts, smallest },
  'docs/tests.md': { scores },
  'docs/websocket.md': { webSocket },
};

/** The page `name` as it has to be. */
async function pageOf(name, numbers) {
  let text = read(name);
  for (const [block, made] of Object.entries(BLOCKS[name])) {
    const [begin, end] = [`<!-- numbers:${block} -->`, `<!-- /numbers:${block} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${name} has no marks ${begin} … ${end}`);
    text = `${text.slice(0, from + begin.length)}\n\n${made(numbers)}\n\n${text.slice(to)}`;
  }
  return await format(text, { ...(await resolveConfig(join(root, name))), filepath: name });
}

/** Pages whose numbers are not those of the file. */
export async function staleNumbers({ isWriting = false } = {}) {
  const numbers = JSON.parse(read('bench/memory/expected.json'));
  const stale = [];
  for (const name of Object.keys(BLOCKS)) {
    const page = await pageOf(name, numbers);
    if (page === read(name)) continue;
    stale.push(name);
    if (isWriting) writeFileSync(join(root, name), page);
  }
  return stale;
}

if (process.argv[1] === new URL(import.meta.url).pathname) await staleNumbers({ isWriting: true });
