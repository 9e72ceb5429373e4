/** The rows of the catalogue in which the transport fails: every face, both roles, after each octet. */
import { describe, expect, test } from 'vitest';
import { peerFrame } from '../support/frames.ts';
import { concat, utf8 } from '../support/octets.ts';
import { FACES, type Role } from './support/faces.ts';
import { REQUEST, RESPONSE } from './support/openings.ts';
import { meet } from './support/visit.ts';

const opening = (role: Role, accept: string): Uint8Array => (role === 'client' ? RESPONSE(accept) : REQUEST);
const HELLO = 'Hello';

describe.each(['client', 'server'] as const)('%s', (role) => {
  const input = concat(
    peerFrame(role, { opcode: 1, payload: utf8(HELLO) }),
    peerFrame(role, { opcode: 2, payload: [1, 2, 3] }),
  );
  const header = role === 'client' ? 2 : 6;

  test.each(['end', 'reset'] as const)(
    'C9 T1 %s after each octet of a frame: 1006, an exact prefix, everything is released',
    (ending) => {
      for (const face of FACES[role])
        for (let at = 0; at <= input.length; at++) {
          const pieces = (accept: string): Uint8Array[] => [opening(role, accept), input.slice(0, at)];
          const { told, left, misuses } = meet({ face, role, pieces, ending });
          expect([told.ends, told.closeCode, left, misuses], `${face}, ${at}`).toEqual([
            [ending === 'end' ? 'transportEnded' : 'transportReset'],
            1006,
            0,
            [],
          ]);
          const [open, first, ...more] = told.trace.lines;
          expect(open, face).toBe('open');
          if (at >= header + HELLO.length) expect(first, `${face}, ${at}`).toBe('text "Hello"');
          else if (first !== undefined) {
            const text = HELLO.slice(0, Math.max(0, at - header));
            expect(`text ${JSON.stringify(text)} …`.startsWith(first.replace(/"? …$/, ''))).toBe(true);
            expect(more).toEqual([]);
          }
        }
    },
  );

  test('H1 S1 end and reset after each octet of the opening handshake', () => {
    const { length } = opening(role, 'x'.repeat(28));
    for (const face of FACES[role])
      for (const ending of ['end', 'reset'] as const)
        for (let at = 0; at < length; at++) {
          const pieces = (accept: string): Uint8Array[] => [opening(role, accept).slice(0, at)];
          const { told, left, frames } = meet({ face, role, pieces, ending });
          expect(
            [told.ends, told.trace.lines, told.closeCode, left, frames],
            `${face}, ${ending} after ${at}`,
          ).toEqual([[ending === 'end' ? 'handshakeEnded' : 'transportReset'], [], 1006, 0, []]);
        }
  });

  test('H23 frames in the same segment as the opening handshake are delivered after open', () => {
    for (const face of FACES[role]) {
      const pieces = (accept: string): Uint8Array[] => [concat(opening(role, accept), input)];
      const { told } = meet({ face, role, pieces, limits: { keepalive: 0 } });
      expect(told.trace.lines, face).toEqual(['open', 'text "Hello"', 'binary 01 02 03']);
    }
  });

  test('T2 P6 a peer that vanishes is pinged in time, and left when it does not answer', () => {
    for (const face of FACES[role]) {
      const limits = { keepalive: 1000, keepaliveTimeout: 2000 };
      const pieces = (accept: string): Uint8Array[] => [opening(role, accept), input];
      const { told, left, releasedAt, misuses } = meet({ face, role, pieces, ending: 'vanish', limits });
      expect([told.ends, told.closeCode, left, misuses], face).toEqual([['pongTimeout'], 1006, 0, []]);
      // From the Ping before it vanished at the earliest, from the one after that at the latest; and where a clock is looked
      // at once in a while, that much later.
      expect(releasedAt, face).toBeGreaterThanOrEqual(2000 - 1000);
      expect(releasedAt, face).toBeLessThanOrEqual(1000 + 2000 + 500);
    }
  });

  test('R8 a Ping every keepalive, however long its answer may take', () => {
    for (const face of FACES[role]) {
      const limits = { keepalive: 200, keepaliveTimeout: 15_000 };
      const pieces = (accept: string): Uint8Array[] => [opening(role, accept)];
      const { told, left, frames, releasedAt } = meet({ face, role, pieces, limits });
      expect([told.ends, left], face).toEqual([['pongTimeout'], 0]);
      // The first of them is due 15 s later; the one in that moment may still go out.
      const pings = frames.filter(({ opcode }) => opcode === 9).length;
      expect(pings, face).toBeGreaterThanOrEqual(74);
      expect(pings, face).toBeLessThanOrEqual(77);
      expect(releasedAt, face).toBeLessThanOrEqual(200 + 15_000 + 500);
    }
  });
});
