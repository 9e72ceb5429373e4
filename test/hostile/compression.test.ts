/**
 * The rows Z of the catalogue: hostile compression against a client on a network, every face, whole, cut in two at each position,
 * and octet by octet.
 */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { head, peerFrame } from '../support/frames.ts';
import { concat, hex, splitsOf, utf8 } from '../support/octets.ts';
import { type Face, FACES, heldBy } from './support/faces.ts';
import { meet, type Result } from './support/visit.ts';

const response =
  (extensions: string) =>
  (accept: string): Uint8Array =>
    head(
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Extensions: ${extensions}`,
    );

/** A message as RFC 7692 §7.2.1 sends it: without the 00 00 ff ff of its flush. */
function compressed(octets: Uint8Array): Uint8Array {
  return deflateRawSync(octets, { finishFlush: 2, level: 9 }).subarray(0, -4);
}

const message = (payload: Uint8Array, fin = true): Uint8Array =>
  peerFrame('client', { opcode: 2, rsv: 4, fin, payload });
const rest = (payload: Uint8Array, fin = true): Uint8Array =>
  peerFrame('client', { opcode: 0, fin, payload });
const HELLO = peerFrame('client', { opcode: 1, payload: utf8('Hello') });

const LIMITS = { keepalive: 0, maxMessageSize: 5000 };

/** What each face makes of `input`, cut in some ways; `most` bounds how many. */
function results(input: Uint8Array, extensions = 'permessage-deflate', most = 12): [string, Result, Face][] {
  const found: [string, Result, Face][] = [];
  for (const face of FACES.client) {
    const all = splitsOf(input);
    const step = Math.max(1, Math.floor(all.length / most));
    all.forEach((pieces, index) => {
      // The last one is octet by octet.
      if (index % step !== 0 && index !== all.length - 1) return;
      if (pieces.length > 400) return;
      const visit = {
        face,
        role: 'client' as const,
        limits: { ...LIMITS, compression: permessageDeflate({ profile: 'desk' }) },
        pieces: (accept: string) => [response(extensions)(accept), ...pieces],
      };
      found.push([`${face}, ${pieces.length} pieces, ${index}`, meet(visit), face]);
    });
  }
  return found;
}

const closesOf = ({ frames }: Result): number[] =>
  frames.filter(({ opcode }) => opcode === 8).map(({ payload }) => (payload[0] << 8) | payload[1]);

/** Fails with `code`, once, and everything is let go. */
function refused(input: Uint8Array, code: number, error: string, told: readonly string[] = []): void {
  for (const [how, result] of results(input)) {
    expect([closesOf(result), result.told.ends, result.left, result.misuses], how).toEqual([
      [code],
      [error],
      0,
      [],
    ]);
    const lines = result.told.trace.lines.filter((line) => !line.endsWith('…'));
    expect(lines, how).toEqual(['open', ...told]);
  }
}

describe('Z1 a bomb, 1000:1, is stopped at the limit', () => {
  const bomb = compressed(new Uint8Array(1 << 20));
  test('in one frame', () => {
    expect(bomb.length).toBeLessThan(1100);
    refused(concat(message(bomb), HELLO), 1009, 'messageTooBig');
  });
  test('in many', () => {
    const frames = Array.from({ length: Math.ceil(bomb.length / 16) }, (_, i) =>
      (i === 0 ? message : rest)(bomb.subarray(16 * i, 16 * i + 16), 16 * i + 16 >= bomb.length),
    );
    refused(concat(...frames, HELLO), 1009, 'messageTooBig');
  });
});

describe('Z3 what is no DEFLATE is found, and nothing behind it is delivered', () => {
  test.each([
    ['block type 3 (RFC 1951 §3.2.3)', '06'],
    ['a stored length that is not the complement of the other (§3.2.4)', '0005000000'],
    ['287 literal codes, 31 of distances (§3.2.7)', 'fcff00'],
    ['a repeat of nothing (§3.2.7)', '04000000000000000000000000000000000000ffffffff'],
    ['a distance before the beginning (§3.2.5)', '034201'],
  ])('%s', (_what, octets) => {
    refused(concat(HELLO, message(hex(octets)), HELLO), 1007, 'compressionInvalid', ['text "Hello"']);
  });
});

test.each([
  'permessage-deflate; server_max_window_bits=0',
  'permessage-deflate; server_max_window_bits=7',
  'permessage-deflate; server_max_window_bits=16',
  'permessage-deflate; server_max_window_bits=09',
  'permessage-deflate; server_max_window_bits=a',
  'permessage-deflate; server_max_window_bits',
  'permessage-deflate; client_max_window_bits=7',
  'permessage-deflate; client_max_window_bits=16',
  'permessage-deflate, permessage-deflate',
  'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
  'permessage-deflate; unknown',
])('Z4 %s: the handshake fails', (extensions) => {
  for (const [how, { told, frames, left }] of results(HELLO, extensions, 1)) {
    expect([told.trace.lines, frames, left, told.ends.length, told.closeCode], how).toEqual([
      [],
      [],
      0,
      1,
      1006,
    ]);
    expect(told.ends[0], how).toMatch(/^extension(Invalid|Unexpected)$/);
  }
});

test('Z5 a window of 256 octets is honoured', () => {
  const octets = utf8('Hello, Hello, Hello');
  const extensions = 'permessage-deflate; server_max_window_bits=8';
  for (const [how, { told }] of results(message(compressed(octets)), extensions))
    expect(told.trace.lines, how).toEqual([
      'open',
      `binary ${Buffer.from(octets)
        .toString('hex')
        .replace(/..(?!$)/g, '$& ')}`,
    ]);
});

// The examples of RFC 7692 §7.2.3.3 to §7.2.3.6, and what stands in none of them.
test.each([
  ['a stored block', '000500faff48656c6c6f00', '48 65 6c 6c 6f'],
  ['a block with BFINAL set', 'f348cdc9c9070000', '48 65 6c 6c 6f'],
  ['two blocks', 'f248050000 00ffff cac9c90700'.replace(/ /g, ''), '48 65 6c 6c 6f'],
  ['nothing', '00', ''],
])('Z7 %s is a message', (_what, octets, payload) => {
  for (const [how, { told }] of results(message(hex(octets))))
    expect(told.trace.lines, how).toEqual(['open', `binary ${payload}`]);
});

test('Z8 empty blocks without an end are read in bounded work and memory, and the message goes on', () => {
  const blocks = new Uint8Array(1000 * 5);
  for (let i = 0; i < blocks.length; i += 5) blocks.set([0, 0, 0, 0xff, 0xff], i);
  for (const [how, { told, left }, face] of results(
    concat(message(blocks, false), rest(hex('000500faff48656c6c6f00'))),
    undefined,
    3,
  )) {
    expect(told.trace.lines, how).toEqual(['open', 'binary 48 65 6c 6c 6f']);
    expect([told.ends, left], how).toEqual([[], heldBy(face)]);
  }
});
