/** Sec-WebSocket-Key and -Accept, with Node's SHA-1 as the judge. */
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { acceptOf, base64, keyOf } from '../../src/handshake/accept.ts';
import { isKey } from '../../src/handshake/is-key.ts';
import { SAMPLE_ACCEPT, SAMPLE_KEY } from '../support/handshake.ts';
import { wordsOf } from '../support/random.ts';

function judged(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

test('the example of RFC 6455 §1.3', () => {
  expect(acceptOf(SAMPLE_KEY)).toBe(SAMPLE_ACCEPT);
  expect(judged(SAMPLE_KEY)).toBe(SAMPLE_ACCEPT);
});

test('the hash is right for texts of every length around its blocks', () => {
  for (let length = 0; length < 200; length++) {
    const key = 'x'.repeat(length);
    expect(acceptOf(key)).toBe(judged(key));
  }
});

test('base64 is right for octets of every number', () => {
  for (let length = 0; length < 50; length++) {
    const octets = new Uint8Array(randomBytes(length));
    expect(base64(octets)).toBe(Buffer.from(octets).toString('base64'));
  }
});

test('keys are the base64 of 16 octets', () => {
  for (let i = 0; i < 200; i++) {
    const octets = randomBytes(16);
    const key = keyOf(Int32Array.from(wordsOf(new Uint8Array(octets))));
    expect(key).toBe(octets.toString('base64'));
    expect(isKey(key)).toBe(true);
    expect(acceptOf(key)).toBe(judged(key));
  }
});

test.each([
  '',
  'dGhlIHNhbXBsZSBub25jZQ=',
  'dGhlIHNhbXBsZSBub25jZQ',
  'dGhlIHNhbXBsZSBub25jZQ===',
  ' dGhlIHNhbXBsZSBub25jZQ==',
  'dGhlIHNhbXBsZSBub25jZR==', // not canonical
  'dGhlIHNhbXBsZSBub25j', // 15 octets
  'dGhlIHNhbXBsZSBub25jZWU=', // 17
  'dGhlIHNhbXBsZSBub2_jZQ==',
  'dGhlIHNhbXBsZSBub25jZQ==\n',
])('%j is not a key', (key) => {
  expect(isKey(key)).toBe(false);
});
