// A server takes masked binary messages that lie in memory, compared with what others do with the payload alone. Options:
// size. The payload is unmasked in place: from the second time on it holds something else, which costs the same.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import bufferutil from 'bufferutil';
import { Connection } from '../lib/ringlet.mjs';
import { frame } from '../../tools/peer/frames.mjs';
import { payload } from '../../tools/peer/payloads.mjs';

const require = createRequire(import.meta.url);
const ws = require(join(dirname(require.resolve('ws')), 'lib', 'buffer-util.js'));
const nothing = () => {};

/** Frames begin at every alignment. */
const STEP = 6;
const STEPS = 64;

const events = Object.freeze({
  onOpen: nothing,
  onData(count) {
    count.messages += 1;
  },
  onControl: nothing,
  onClose: nothing,
});

export function prepare(peer, { size }) {
  const key = Buffer.from('mask');
  const one = frame(2, payload('binary', size), { key });
  const memory = Buffer.alloc(STEPS * STEP + one.length);
  const count = { messages: 0 };
  const connection = new Connection({ role: 'server', events, target: count, random: () => 1 });
  connection.opened();
  // A message for each place, since each needs its header; and views of the payloads.
  const places = Array.from({ length: STEPS }, (_, i) => {
    const at = i * STEP;
    const bytes = new Uint8Array(new ArrayBuffer(memory.length));
    bytes.set(one, at);
    const payloadAt = at + one.length - size;
    return { bytes, at, end: at + one.length, view: Buffer.from(bytes.buffer, payloadAt, size) };
  }).slice(0, size > 4096 ? 4 : STEPS);
  const maskers = {
    ringlet: ({ bytes, at, end }) => connection.receive(bytes, at, end),
    ws: ({ view }) => ws.unmask(view, key),
    bufferutil: ({ view }) => bufferutil.unmask(view, key),
  };
  const act = maskers[peer];
  return {
    async run(wanted, meter) {
      const before = count.messages;
      meter.start();
      for (let i = 0; i < wanted; i++) act(places[i % places.length]);
      meter.stop();
      if (peer === 'ringlet' && count.messages !== before + wanted) throw new Error('messages are missing');
    },
  };
}
