// Masks a payload in memory. Options: size. The engine's parts are no part of the package's interface: they are
// taken from what TypeScript made of them before the bundle was made.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import bufferutil from 'bufferutil';
import { mask, maskBytes } from '../../build/js/src/frame/mask.js';

const require = createRequire(import.meta.url);
const ws = require(join(dirname(require.resolve('ws')), 'lib', 'buffer-util.js'));

/** Frames begin at every alignment. */
const STEP = 6;

export function prepare(peer, { size }) {
  const memory = Buffer.from(new ArrayBuffer(131072));
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const key = Buffer.from('mask');
  const number = key.readInt32LE();
  const views = Array.from({ length: 64 }, (_, i) => memory.subarray(i * STEP, i * STEP + size));
  const maskers = {
    ringlet: (start) => mask(bytes, words, start, start + size, number),
    twin: (start) => maskBytes(bytes, start, start + size, number),
    ws: (start) => ws.unmask(views[start / STEP], key),
    bufferutil: (start) => bufferutil.unmask(views[start / STEP], key),
  };
  const act = maskers[peer];
  return {
    async run(count, meter) {
      meter.start();
      for (let i = 0; i < count; i++) act((i & 63) * STEP);
      meter.stop();
    },
  };
}
