/**
 * The catalogue of hostile frames against endpoints on a network: every face, both roles, each row whole, in two pieces at
 * each position, and octet by octet. A piece is a segment of its own.
 */
import { describe, expect, test } from 'vitest';
import { concat, splitsOf, toHex } from '../support/octets.ts';
import { expectedOf, type Row, ROWS } from './catalogue.ts';
import { FACES, heldBy } from './support/faces.ts';
import { judge } from './support/judge.ts';
import { REQUEST, RESPONSE } from './support/openings.ts';
import { meet } from './support/visit.ts';

/** Pieces of the input: all ways for short ones; of long ones whole, octet by octet, and cut near both ends. */
function piecesOf(input: Uint8Array): Uint8Array[][] {
  const all = splitsOf(input);
  if (input.length <= 48) return all;
  return all.filter((_, index) => index < 24 || index > all.length - 4);
}

function play(row: Row, role: 'client' | 'server'): void {
  const input = row.input(role);
  for (const face of FACES[role])
    for (const pieces of piecesOf(input)) {
      const first = (accept: string): Uint8Array => (role === 'client' ? RESPONSE(accept) : REQUEST);
      const limits = { keepalive: 0, ...row.limits };
      const result = meet({ face, role, limits, pieces: (accept) => [first(accept), ...pieces] });
      try {
        judge(result, expectedOf(row, face), role, heldBy(face));
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
