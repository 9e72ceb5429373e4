import { isUtf8 } from 'node:buffer';
import { decodeText } from '../../../hosts/node/decode-text.ts';
import { isWholeUtf8, readMemory, validateLong } from '../../../hosts/node/utf8.ts';
import { decodeUtf8, stepUtf8, Utf8, validateUtf8 } from '../../../src/frame/utf8.ts';
import { validateWithNative } from '../../../src/frame/utf8-native.ts';
import { judge } from '../../support/utf8-oracle.ts';
import { read, type Target } from './reading.ts';

/** In memory that begins at a word, and in one that does not. */
function* memories(octets: Uint8Array): Generator<readonly [Uint8Array, Int32Array, number]> {
  for (const at of [0, 1, 3]) {
    const bytes = new Uint8Array(new ArrayBuffer((octets.length + at + 3) & ~3));
    bytes.set(octets, at);
    yield [bytes, new Int32Array(bytes.buffer), at];
  }
}

/** Every way to look at text finds the same, cut anywhere; and what is valid becomes the text that TextDecoder makes of it. */
export const utf8: Target = (octets) => {
  const { fault, valid } = judge(octets);
  const { length } = octets;
  const expected = fault >= 0 ? Utf8.reject : stepUtf8(octets, 0, length, Utf8.accept);
  if (valid !== ((expected as number) === Utf8.accept)) throw new Error('the automaton judges otherwise');
  if (fault > 0 && stepUtf8(octets, 0, fault, Utf8.accept) === (Utf8.reject as number))
    throw new Error(`refused before octet ${fault}`);
  for (const [bytes, words, at] of memories(octets)) {
    const end = at + length;
    for (let cut = at; cut <= end; cut += length > 64 ? 7 : 1) {
      const ways: readonly [string, (from: number, to: number, state: number) => number][] = [
        ['quick', (from, to, state) => validateUtf8(bytes, words, from, to, state)],
        [
          'native',
          (from, to, state) =>
            validateWithNative((b, s, e) => isUtf8(b.subarray(s, e)), bytes, words, from, to, state),
        ],
      ];
      for (const [name, way] of ways) {
        const state = way(at, cut, Utf8.accept);
        const last = state === (Utf8.reject as number) ? state : way(cut, end, state);
        if (last !== (expected as number))
          throw new Error(`${name}, cut at ${cut - at}, from ${at}: ${last} instead of ${expected}`);
      }
    }
  }
  // In memory that Node's native is used for.
  const memory = readMemory(Math.max(4, (length + 3) & ~3));
  memory.set(octets);
  const found = validateLong(memory, new Int32Array(memory.buffer), 0, length, Utf8.accept);
  if (found !== (expected as number)) throw new Error(`Node: ${found} instead of ${expected}`);
  if (isWholeUtf8(memory, 0, length) !== valid) throw new Error('isWholeUtf8 judges otherwise');
  if (!valid) return;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets);
  if (decodeText(octets, 0, length) !== text) throw new Error('decodeText makes another text of it');
  if (decodeUtf8(octets, 0, length) !== text) throw new Error('decodeUtf8 makes another text of it');
};

/** One text message, in fragments and reads whose lengths the first octets say: it is taken if TextDecoder takes the whole. */
export const textSplits: Target = (octets) => {
  const count = Math.min(octets[0] ?? 0, 16) % 16;
  const lengths = [...octets.subarray(1, 1 + count)];
  const text = octets.subarray(1 + count);
  if (text.length > 4096) return;
  const frames: number[] = [];
  let at = 0;
  for (let i = 0; i <= lengths.length; i++) {
    const isLast = i === lengths.length;
    const end = isLast ? text.length : Math.min(text.length, at + (lengths[i] % 125));
    for (let from = at, isFirst = true; isFirst || from < end; isFirst = false) {
      const to = Math.min(end, from + 125);
      const opcode = i === 0 && isFirst ? 1 : 0;
      frames.push((isLast && to === end ? 0x80 : 0) | opcode, to - from, ...text.subarray(from, to));
      from = to;
    }
    at = end;
    // A Ping between fragments disturbs nothing.
    if (!isLast && (lengths[i] & 1) === 1) frames.push(0x89, 0);
  }
  const all = Uint8Array.from(frames);
  const { valid, fault } = judge(text);
  const cuts =
    lengths.length === 0
      ? []
      : lengths.map((length) => (length * 31) % (all.length + 1)).sort((a, b) => a - b);
  const pieces = [0, ...cuts].map((from, i) => all.subarray(from, cuts[i] ?? all.length));
  const { lines } = read(pieces, { role: 'client' });
  const message = lines.filter((line) => /^(… )?text/.test(line));
  const isWhole = message.length > 0 && !message.at(-1)!.endsWith('…');
  if (valid !== isWhole) throw new Error(`${valid ? 'valid' : 'invalid'}: ${lines.join(' | ')}`);
  const end = lines.find((line) => line.startsWith('over'))!;
  if (!valid && !end.endsWith('textInvalid') && !(lengths.length > 62))
    throw new Error(`${end}, at ${fault}`);
};
