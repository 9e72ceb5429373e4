// Compression side by side: this package, node:zlib the way ws drives it, pako and fflate, in one run.
// `npm run bench:deflate -- --help` tells what can be asked for.
//
// Every peer compresses, and decompresses, the same messages one after the other with context takeover and a sync
// flush for each message. Peers take turns, a figure is the median of its rounds, with the quartiles behind it.
// Sizes are exact and repeat; speeds are of use as ratios within one run only.
import zlib from 'node:zlib';
import { Command } from 'commander';
import * as fflate from 'fflate';
import * as pako from 'pako';
import { whole } from '../tools/arguments.mjs';
import { binaryMessages, htmlMessages, sensorMessages } from './deflate-data.mjs';
import { load } from './deflate-load.mjs';

const { rounds } = new Command('npm run bench:deflate --')
  .description('Compresses and decompresses messages with Ringlet, node:zlib, pako and fflate in turns.')
  .option('--rounds <count>', 'rounds of each contestant', whole(1), 9)
  .parse()
  .opts();

const { Inflate, inflateMemory, Deflate, deflateMemory, PROFILES } = await load([
  'decode/inflate.ts',
  'decode/table-layout.ts',
  'encode/deflate.ts',
  'encode/deflate-options.ts',
  'profiles.ts',
]);

/** Milliseconds of running before the first round. */
const WARM_UP = 500;
const { Z_SYNC_FLUSH } = zlib.constants;
/** fflate cannot limit its window: beside smaller ones it has more to refer to. */
const UNLIMITED = ', window 2^15';
const kinds = {
  'sensor JSON': { messages: sensorMessages(3000), chunkSize: 1024 },
  HTML: { messages: htmlMessages(40), chunkSize: 32768 },
  binary: { messages: binaryMessages(150), chunkSize: 8192 },
};

const sum = (messages) => messages.reduce((total, message) => total + message.length, 0);

function withTail(message) {
  const whole = new Uint8Array(message.length + 4);
  whole.set(message);
  whole.set([0, 0, 0xff, 0xff], message.length);
  return whole;
}

// Deflate: each returns the number of octets its messages take on the wire.

function ours(options) {
  const buffer = new ArrayBuffer(2 + deflateMemory(options));
  const deflate = new Deflate(new Uint8Array(buffer), new Uint16Array(buffer), 2, options);
  const output = new Uint8Array(1 << 18);
  return (messages, keep) => {
    deflate.reset();
    let total = 0;
    for (const message of messages) {
      deflate.write(message, 0, message.length, output, 0, output.length);
      deflate.endMessage(output, deflate.produced, output.length);
      total += deflate.produced;
      if (keep) keep.push(output.slice(0, deflate.produced));
    }
    return total;
  };
}

function zlibDeflate(options) {
  return async (messages, keep) => {
    const stream = zlib.createDeflateRaw(options);
    let chunks = [];
    let total = 0;
    stream.on('data', (chunk) => chunks.push(chunk));
    for (const message of messages) {
      stream.write(message);
      await new Promise((resolve) => stream.flush(Z_SYNC_FLUSH, resolve));
      const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      chunks = [];
      total += whole.length - 4;
      if (keep) keep.push(new Uint8Array(whole.subarray(0, whole.length - 4)));
    }
    stream.close();
    return total;
  };
}

function pakoDeflate(options) {
  return (messages) => {
    const stream = new pako.Deflate({ ...options, raw: true });
    let total = 0;
    stream.onData = (chunk) => (total += chunk.length);
    for (const message of messages) {
      stream.push(message, Z_SYNC_FLUSH);
      total -= 4;
    }
    return total;
  };
}

function fflateDeflate(options) {
  return (messages) => {
    let total = 0;
    const stream = new fflate.Deflate(options, (chunk) => (total += chunk.length));
    for (const message of messages) {
      stream.push(message, false);
      stream.flush(true);
      total -= 4;
    }
    return total;
  };
}

// Inflate: each returns the number of octets it got back.

function ourInflate(windowBits, tableBits) {
  const buffer = new ArrayBuffer(inflateMemory(windowBits, tableBits));
  const inflate = new Inflate(new Uint8Array(buffer), new Uint16Array(buffer), 0, windowBits, tableBits);
  return ({ packed }) => {
    inflate.reset();
    let total = 0;
    for (const message of packed) {
      let at = 0;
      let status = 0;
      do {
        status = inflate.push(message, at, message.length);
        at = inflate.consumed;
        total += inflate.outEnd - inflate.outStart;
      } while (status === 1);
      if (status !== 0 || inflate.endMessage() !== 0) throw new Error(`inflate ${inflate.error}`);
    }
    return total;
  };
}

function zlibInflate(windowBits) {
  return async ({ packed }) => {
    const stream = zlib.createInflateRaw({ windowBits });
    const tail = Buffer.from([0, 0, 0xff, 0xff]);
    let total = 0;
    stream.on('data', (chunk) => (total += chunk.length));
    for (const message of packed) {
      stream.write(message);
      stream.write(tail);
      await new Promise((resolve) => stream.flush(resolve));
    }
    stream.close();
    return total;
  };
}

function pakoInflate(windowBits, chunkSize) {
  return ({ tailed }) => {
    const stream = new pako.Inflate({ raw: true, windowBits, chunkSize });
    let total = 0;
    stream.onData = (chunk) => (total += chunk.length);
    for (const message of tailed) stream.push(message, Z_SYNC_FLUSH);
    return total;
  };
}

function fflateInflate() {
  return ({ tailed }) => {
    let total = 0;
    const stream = new fflate.Inflate((chunk) => (total += chunk.length));
    for (const message of tailed) stream.push(message, false);
    return total;
  };
}

/** Runs all peers in turn. Returns for each the last result and the sorted CPU times in ms. */
async function race(peers, input, expected) {
  const entries = Object.entries(peers).map(([name, run]) => ({
    name,
    run,
    result: 0,
    times: [],
    failed: '',
  }));
  // Compilers go on for a while behind what they are shown, and their time would be counted.
  for (const { run } of entries) {
    const end = performance.now() + WARM_UP;
    while (performance.now() < end) {
      try {
        await run(input);
      } catch {
        break;
      }
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (entry.failed) continue;
      try {
        const start = process.cpuUsage();
        entry.result = await entry.run(input);
        const { user, system } = process.cpuUsage(start);
        const time = (user + system) / 1000;
        if (expected && entry.result !== expected) throw new Error(`${entry.result} octets for ${expected}`);
        entry.times.push(time);
      } catch (error) {
        entry.failed = String(error);
      }
    }
  }
  for (const entry of entries) entry.times.sort((a, b) => a - b);
  return entries;
}

const rate = (octets, times, share) => octets / times[Math.floor((times.length - 1) * share)] / 1000;

function speeds(entry, octets, base) {
  if (entry.failed) return entry.failed;
  const median = rate(octets, entry.times, 0.5);
  const [low, high] = [rate(octets, entry.times, 0.75), rate(octets, entry.times, 0.25)];
  const ratio = base.failed ? '' : `  ${(median / rate(octets, base.times, 0.5)).toFixed(2)} x pako`;
  return `${median.toFixed(1).padStart(7)} MB/s (${low.toFixed(1)}-${high.toFixed(1)})${ratio}`;
}

for (const windowBits of [15, 10]) {
  for (const [kind, { messages, chunkSize }] of Object.entries(kinds)) {
    const octets = sum(messages);
    console.log(
      `\n${kind}: ${messages.length} messages of ${Math.round(octets / messages.length)} octets, window 2^${windowBits}`,
    );
    const deflates = await race(
      {
        'ringlet desk': ours({ ...PROFILES.desk.deflate, windowBits }),
        'ringlet device': ours({ ...PROFILES.device.deflate, windowBits }),
        'zlib level 1': zlibDeflate({ windowBits, level: 1 }),
        'zlib level 6': zlibDeflate({ windowBits, level: 6 }),
        'zlib level 6, memLevel 4': zlibDeflate({ windowBits, level: 6, memLevel: 4 }),
        'pako level 1': pakoDeflate({ windowBits, level: 1, chunkSize }),
        [`fflate level 1${UNLIMITED}`]: fflateDeflate({ level: 1 }),
      },
      messages,
    );
    const level1 = deflates.find((entry) => entry.name === 'zlib level 1').result;
    const pakoBase = deflates.find((entry) => entry.name.startsWith('pako'));
    for (const entry of deflates) {
      const size = `${((entry.result / octets) * 100).toFixed(1).padStart(5)} % of the data`;
      const share = `${(entry.result / level1).toFixed(3)} of zlib level 1`;
      console.log(`  deflate ${entry.name.padEnd(27)} ${size}, ${share} ${speeds(entry, octets, pakoBase)}`);
    }
    const packed = [];
    await zlibDeflate({ windowBits, level: 6 })(messages, packed);
    const inflates = await race(
      {
        'ringlet, tables 2^9': ourInflate(windowBits, 9),
        'ringlet, tables 2^10': ourInflate(windowBits, 10),
        zlib: zlibInflate(windowBits),
        pako: pakoInflate(windowBits, chunkSize),
        [`fflate${UNLIMITED}`]: fflateInflate(),
      },
      { packed, tailed: packed.map(withTail) },
      octets,
    );
    const base = inflates.find((entry) => entry.name === 'pako');
    for (const entry of inflates)
      console.log(`  inflate ${entry.name.padEnd(27)} ${speeds(entry, octets, base)}`);
  }
}
