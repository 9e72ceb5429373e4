// Messages that lie in memory, handed to a parser in chunks. Options: kind, size, fragments, chunk,
// native (ours: false leaves long text to the automaton, as on devices).
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Connection, nodeHost } from '../lib/ringlet.mjs';
import { block } from '../../tools/peer/frames.mjs';

const require = createRequire(import.meta.url);
const nothing = () => {};

const events = Object.freeze({
  onOpen: nothing,
  onData(count, bytes, start, end, span) {
    count.octets = (count.octets + end - start) | 0;
    if ((span & 2) === 0) count.messages += 1;
  },
  onControl: nothing,
  onClose: nothing,
});

function ringlet(count, native) {
  const validateLong = native ? nodeHost.validateLong : undefined;
  const connection = new Connection({ role: 'client', events, target: count, random: () => 1, validateLong });
  connection.opened();
  return (bytes, start, end) => connection.receive(bytes, start, end);
}

function ws(count) {
  const Receiver = require(join(dirname(require.resolve('ws')), 'lib', 'receiver.js'));
  // As WebSocket makes it for a client.
  const receiver = new Receiver({ allowSynchronousEvents: true, isServer: false, maxPayload: 0 });
  receiver.on('message', (data) => {
    count.octets = (count.octets + data.length) | 0;
    count.messages += 1;
  });
  return (bytes, start, end) => receiver.write(bytes.subarray(start, end));
}

const parsers = { ringlet, ws };

export function prepare(peer, { kind, size, fragments = 1, chunk, native = true }) {
  const { bytes, count: inBlock } = block({ kind, size, fragments }, Math.max(1 << 20, size + 16));
  const received = { messages: 0, octets: 0 };
  const parse = parsers[peer](received, native);
  let at = 0;
  return {
    async run(wanted, meter) {
      const target = received.messages + wanted;
      let chunks = 0;
      meter.start();
      while (received.messages < target) {
        const end = Math.min(at + chunk, bytes.length);
        parse(bytes, at, end);
        at = end === bytes.length ? 0 : end;
        // A parser that needs turns of the event loop for what it has gets them.
        if (at === 0 && ++chunks % 4 === 0) await new Promise(setImmediate);
      }
      meter.stop();
      return { inBlock };
    },
  };
}
