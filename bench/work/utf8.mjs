// Validates text in memory. Options: kind, size. See mask.mjs about where the parts come from.
import { isUtf8 } from 'node:buffer';
import utf8Validate from 'utf-8-validate';
import { readMemory, validateLong } from '../../build/js/hosts/node/utf8.js';
import { findUtf8Fault, UTF8_ACCEPT, validateUtf8 } from '../../build/js/src/frame/utf8.js';
import { payload } from '../lib/payloads.mjs';

/** From how many octets on the connection asks its host. */
const LONG = 512;

export function prepare(peer, { kind, size }) {
  const { buffer } = readMemory(65536 + 64);
  const bytes = new Uint8Array(buffer);
  const words = new Int32Array(buffer);
  const starts = [2, 4, 8, 10];
  const view = Buffer.from(payload(kind, size));
  const automaton = (start) => validateUtf8(bytes, words, start, start + size, UTF8_ACCEPT) === UTF8_ACCEPT;
  const validators = {
    ringlet:
      size < LONG
        ? automaton
        : (start) => validateLong(bytes, words, start, start + size, UTF8_ACCEPT) === UTF8_ACCEPT,
    automaton,
    twin: (start) => findUtf8Fault(bytes, start, start + size, UTF8_ACCEPT) === start + size,
    'buffer.isUtf8': () => isUtf8(view),
    'utf-8-validate': () => utf8Validate(view),
  };
  const act = validators[peer];
  return {
    async run(count, meter) {
      const start = starts[count & 3];
      bytes.set(view, start);
      meter.start();
      for (let i = 0; i < count; i++) if (!act(start)) throw new Error('the text is sound');
      meter.stop();
    },
  };
}
