/** UTF-8 validation against a table of well-formed sequences and against TextDecoder, exhaustively. */
import { describe, expect, test } from 'vitest';
import { UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from '../../src/frame/utf8.ts';
import { findUtf8Fault } from '../../src/frame/utf8-fault.ts';
import { hex } from '../support/octets.ts';
import { judge } from '../support/utf8-oracle.ts';

const bytes = new Uint8Array(8);
const words = new Int32Array(bytes.buffer);
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
// A name of this module costs much less than an imported one, and these are used a hundred million times.
const validate = validateUtf8;
const findFault = findUtf8Fault;
const judgeBytes = judge;
const ACCEPT = UTF8_ACCEPT;
const REJECT = UTF8_REJECT;

function step(start: number, end: number, state: number): number {
  return validate(bytes, words, start, end, state);
}

/**
 * Whether TextDecoder agrees that the first `length` octets are valid or not. Its errors are slow to throw:
 * where one is due, the lenient decoder has to have put a U+FFFD in its place, as the Encoding Standard says.
 */
function decoderAgrees(length: number, valid: boolean): boolean {
  const text = bytes.subarray(0, length);
  if (!valid) return lenient.decode(text).includes('\ufffd');
  try {
    strict.decode(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the engine says the same of the first three octets whole, 1 + 2, 2 + 1 and 1 + 1 + 1. */
function agrees(state: number, fault: number): boolean {
  const one = step(0, 1, ACCEPT);
  const two = step(1, 2, one);
  if (step(0, 3, ACCEPT) !== state || step(2, 3, two) !== state) return false;
  if (step(1, 3, one) !== state || step(2, 3, step(0, 2, ACCEPT)) !== state) return false;
  return findFault(bytes, 0, 3, ACCEPT) === (fault < 0 ? 3 : fault);
}

describe('every sequence of three octets', () => {
  test('a text that is rejected stays so', () => {
    for (let octet = 0; octet < 256; octet++) {
      bytes[0] = octet;
      expect(step(0, 1, REJECT)).toBe(REJECT);
      expect(findFault(bytes, 0, 1, REJECT)).toBe(0);
    }
  });

  test('accepted, unfinished or rejected as the table says, at every split', () => {
    let covered = 0;
    const wrong: string[] = [];
    const note = (): void => void (wrong.length < 10 && wrong.push(bytes.subarray(0, 3).join(' ')));
    for (let prefix = 0; prefix < 65536; prefix++) {
      bytes[0] = prefix >> 8;
      bytes[1] = prefix & 255;
      const fault = judgeBytes(bytes, 2).fault;
      if (fault >= 0) {
        // Rejected by now, and so it stays, at whatever split the third octet comes.
        bytes[2] = 0x80;
        if (!agrees(REJECT, fault)) note();
        for (let third = 0; third < 256; third++, covered++) {
          bytes[2] = third;
          if (step(0, 3, ACCEPT) !== REJECT) note();
        }
        continue;
      }
      for (let third = 0; third < 256; third++, covered++) {
        bytes[2] = third;
        const { fault, valid } = judgeBytes(bytes, 3);
        const state = step(0, 3, ACCEPT);
        if ((state === REJECT) !== fault >= 0 || (state === ACCEPT) !== valid) note();
        if (!agrees(state, fault)) note();
      }
    }
    expect(wrong).toEqual([]);
    expect(covered).toBe(2 ** 24);
  });

  test('the table itself says what TextDecoder says', () => {
    // After a whole character the same begins again, and after a faulty octet nothing is read any more: it is
    // enough to ask for what begins with a lead octet, and for each octet by itself.
    const wrong: string[] = [];
    for (let first = 0; first < 256; first++) {
      bytes[0] = first;
      if (!decoderAgrees(1, judgeBytes(bytes, 1).valid)) wrong.push(`${first}`);
      for (let second = 0; second < 256; second++) {
        bytes[1] = second;
        const two = judgeBytes(bytes, 2);
        if (!decoderAgrees(2, two.valid)) wrong.push(`${first} ${second}`);
        if (two.fault >= 0 || first < 0x80) continue;
        for (let third = 0; third < 256; third++) {
          bytes[2] = third;
          if (!decoderAgrees(3, judgeBytes(bytes, 3).valid)) wrong.push(`${first} ${second} ${third}`);
        }
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

test('the boundaries of four octets, at every split', () => {
  const seconds = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
  const tails = [0x00, 0x7f, 0x80, 0x81, 0xbe, 0xbf, 0xc0, 0xff];
  const wrong: string[] = [];
  for (let first = 0xef; first <= 0xf8; first++) {
    for (const second of seconds) {
      for (const third of tails) {
        for (const fourth of tails) {
          bytes.set([first, second, third, fourth]);
          const { fault, valid } = judgeBytes(bytes, 4);
          let right = decoderAgrees(4, valid) && findFault(bytes, 0, 4, ACCEPT) === (fault < 0 ? 4 : fault);
          for (let cuts = 0; cuts < 8; cuts++) {
            let state = ACCEPT;
            let from = 0;
            for (let to = 1; to <= 4; to++) {
              if (to < 4 && (cuts & (1 << (to - 1))) === 0) continue;
              state = step(from, to, state);
              from = to;
            }
            right &&= (state === ACCEPT) === valid && (state === REJECT) === fault >= 0;
          }
          if (!right) wrong.push(bytes.subarray(0, 4).join(' '));
        }
      }
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});

test('every scalar value is accepted, and it alone', () => {
  const encoder = new TextEncoder();
  let count = 0;
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const { written } = encoder.encodeInto(String.fromCodePoint(code), bytes);
    if (step(0, written, ACCEPT) !== ACCEPT || judgeBytes(bytes, written).fault >= 0)
      expect.fail(`U+${code.toString(16)}`);
    count++;
  }
  expect(count).toBe(1_112_064);
});

test.each([
  ['overlong /', 'c0 af', 0],
  ['overlong in three', 'e0 80 af', 1],
  ['overlong in four', 'f0 80 80 af', 1],
  ['a surrogate', 'ed a0 80', 1],
  ['above U+10FFFF', 'f4 90 80 80', 1],
  ['five octets', 'f8 88 80 80 80', 0],
  ['a lone continuation', '80', 0],
  ['ASCII inside a character', 'e2 82 41', 2],
  ['after text', '48 69 e2 82 ac ff', 5],
])('%s is refused at its first impossible octet', (_name, text, fault) => {
  const sequence = hex(text);
  expect(findUtf8Fault(sequence, 0, sequence.length, ACCEPT)).toBe(fault);
  expect(judgeBytes(sequence).fault).toBe(fault);
});
