/**
 * The catalogue of hostile frames against endpoints on a network: every face, both roles, each row whole, in two pieces at
 * each position, and octet by octet. A piece is a segment of its own.
 */
import { describe, expect, test } from 'vitest';
import { head } from '../support/frames.ts';
import { concat, splitsOf, toHex } from '../support/octets.ts';
import { type Expected, expectedOf, type Row, ROWS } from './catalogue.ts';
import { type Face, FACES, heldBy } from './support/faces.ts';
import { meet, type Result } from './support/visit.ts';

const RESPONSE = (accept: string): Uint8Array =>
  head(
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  );
const REQUEST = head(
  'GET /chat HTTP/1.1',
  'Host: endpoint',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
);

/** Pieces of the input: all ways for short ones; of long ones whole, octet by octet, and cut near both ends. */
function piecesOf(input: Uint8Array): Uint8Array[][] {
  const all = splitsOf(input);
  if (input.length <= 48) return all;
  return all.filter((_, index) => index < 24 || index > all.length - 4);
}

/** `*` stands for one line or none. */
function matches(lines: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return lines.length === 0;
  const [first, ...rest] = wanted;
  if (first !== '*') return lines[0] === first && matches(lines.slice(1), rest);
  return matches(lines, rest) || (lines.length > 0 && matches(lines.slice(1), rest));
}

function judge(result: Result, expected: Expected, role: 'client' | 'server', face: Face): void {
  const { told, frames, left, misuses, releasedAt } = result;
  const lines = told.trace.lines;
  if (!matches(lines, ['open', ...expected.told])) expect(lines).toEqual(['open', ...expected.told]);
  const closes = frames.filter(({ opcode }) => opcode === 8);
  const codes = closes.map(({ payload }) => (payload.length === 0 ? 0 : (payload[0] << 8) | payload[1]));
  expect(codes, 'the Close that is sent').toEqual(expected.close === undefined ? [] : [expected.close]);
  if (codes.length > 0) expect(frames.at(-1)!.opcode, 'the last frame').toBe(8);
  if (expected.pongs !== undefined) {
    const pongs = frames.filter(({ opcode }) => opcode === 10).map(({ payload }) => toHex(payload));
    expect(pongs, 'Pongs').toEqual(expected.pongs);
  }
  const keys = frames.map(({ key }) => (key === undefined ? '' : toHex(key)));
  if (role === 'server') expect(keys.every((key) => key === '')).toBe(true);
  else
    expect(new Set(keys).size === keys.length && !keys.includes('') && !keys.includes('00000000')).toBe(true);
  expect(misuses).toEqual([]);
  if (expected.end === undefined) {
    expect([told.ends, left], 'open').toEqual([[], heldBy(face)]);
    return;
  }
  expect(told.ends, 'the end').toHaveLength(1);
  expect(expected.end.split(' or ')).toContain(told.ends[0]);
  expect(told.closeCode).toBe(expected.code);
  expect(left, 'sockets and timers that are left').toBe(0);
  // The peer keeps its side open: that is waited for until closeTimeout.
  expect(releasedAt).toBeLessThanOrEqual(3000 + 500);
}

function play(row: Row, role: 'client' | 'server'): void {
  const input = row.input(role);
  for (const face of FACES[role])
    for (const pieces of piecesOf(input)) {
      const first = (accept: string): Uint8Array => (role === 'client' ? RESPONSE(accept) : REQUEST);
      const limits = { keepalive: 0, ...row.limits };
      const result = meet({ face, role, limits, pieces: (accept) => [first(accept), ...pieces] });
      try {
        judge(result, expectedOf(row, face), role, face);
      } catch (error) {
        (error as Error).message += `\n(${face}, pieces ${pieces.map((piece) => toHex(piece)).join(' ')})`;
        throw error;
      }
    }
}

describe.each(['client', 'server'] as const)('%s', (role) => {
  test.each(ROWS.map((row): [string, Row] => [`${row.id} ${row.what}`, row]))('%s', (_title, row) =>
    play(row, role),
  );
});

describe('the peer goes away in the middle of a frame: 1006, an exact prefix, everything released', () => {
  const frame = Uint8Array.of(0x81, 5, 72, 101, 108, 108, 111, 0x82, 3, 1, 2, 3);
  test.each(['end', 'reset'] as const)('%s after each octet', (ending) => {
    for (const face of FACES.client)
      for (let at = 0; at <= frame.length; at++) {
        const pieces = (accept: string): Uint8Array[] => [RESPONSE(accept), frame.slice(0, at)];
        const { told, left, misuses } = meet({ face, role: 'client', pieces, ending });
        expect([told.ends, told.closeCode, left, misuses], `${face}, ${at}`).toEqual([
          [ending === 'end' ? 'transportEnded' : 'transportReset'],
          1006,
          0,
          [],
        ]);
        const text = 'Hello'.slice(0, Math.max(0, at - 2));
        const [open, first] = told.trace.lines;
        expect(open).toBe('open');
        if (at > 7) expect(first).toBe('text "Hello"');
        else if (first !== undefined)
          expect(`text ${JSON.stringify(text)} …`.startsWith(first.replace(/"? …$/, ''))).toBe(true);
      }
  });

  test('H1: after each octet of the response', () => {
    for (const face of FACES.client)
      for (const ending of ['end', 'reset'] as const)
        for (let at = 0; at < RESPONSE('x'.repeat(28)).length; at += 1) {
          const pieces = (accept: string): Uint8Array[] => [RESPONSE(accept).slice(0, at)];
          const { told, left, frames } = meet({ face, role: 'client', pieces, ending });
          expect(
            [told.ends, told.trace.lines, told.closeCode, left, frames],
            `${face}, ${ending} after ${at}`,
          ).toEqual([[ending === 'end' ? 'handshakeEnded' : 'transportReset'], [], 1006, 0, []]);
        }
  });

  test('frames in the same segment as the response are delivered after open', () => {
    for (const face of FACES.client) {
      const pieces = (accept: string): Uint8Array[] => [concat(RESPONSE(accept), frame)];
      const { told } = meet({ face, role: 'client', pieces, limits: { keepalive: 0 } });
      expect(told.trace.lines).toEqual(['open', 'text "Hello"', 'binary 01 02 03']);
    }
  });
});
