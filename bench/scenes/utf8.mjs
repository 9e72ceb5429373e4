// Text messages that lie in memory, validated as they are received, compared with what validates the payload alone.
// Options: kind, size.
import { isUtf8 } from 'node:buffer';
import utf8Validate from 'utf-8-validate';
import { Connection, nodeHost } from '../lib/ringlet.mjs';
import { frame } from '../../tools/peer/frames.mjs';
import { payload } from '../../tools/peer/payloads.mjs';

const nothing = () => {};
const STARTS = [2, 4, 7, 9];

const events = Object.freeze({
  onOpen: nothing,
  onData(count, bytes, start, end) {
    count.octets += end - start;
  },
  onControl: nothing,
  onClose: nothing,
});

/** As devices have it, or with what the host does for long text. */
function ringlet(octets, validateLong) {
  const one = frame(1, octets);
  const bytes = new Uint8Array(new ArrayBuffer(one.length + 32));
  const count = { octets: 0 };
  const options = { role: 'client', events, target: count, random: () => 1, validateLong };
  const connection = new Connection(options);
  connection.opened();
  return {
    prepare: (start) => bytes.set(one, start),
    act(start) {
      count.octets = 0;
      connection.receive(bytes, start, start + one.length);
      return count.octets === octets.length;
    },
  };
}

export function prepare(peer, { kind, size }) {
  const view = payload(kind, size);
  const validators = {
    ringlet: () => ringlet(view, nodeHost.validateLong),
    'ringlet, no native': () => ringlet(view, undefined),
    'buffer.isUtf8': () => ({ prepare: nothing, act: () => isUtf8(view) }),
    'utf-8-validate': () => ({ prepare: nothing, act: () => utf8Validate(view) }),
  };
  const validator = validators[peer]();
  return {
    async run(count, meter) {
      const start = STARTS[count & 3];
      validator.prepare(start);
      meter.start();
      for (let i = 0; i < count; i++) if (!validator.act(start)) throw new Error('the text is sound');
      meter.stop();
    },
  };
}
