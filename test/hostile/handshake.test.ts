/**
 * The catalogue of hostile opening handshakes against endpoints on a network: every face, whole, in two pieces at each
 * position, and octet by octet.
 */
import { describe, expect, test } from 'vitest';
import { concat, cutAt, latin1 } from '../support/octets.ts';
import { ACCEPTED, OK, REFUSED, REQUESTS, request } from './handshakes.ts';
import { FACES, heldBy } from './support/faces.ts';
import { meet } from './support/visit.ts';

/** Whole, in two pieces at up to 40 positions, and octet by octet where that is not thousands. */
function piecesOf(octets: Uint8Array): Uint8Array[][] {
  const step = Math.max(1, Math.floor(octets.length / 40));
  const all = [[octets]];
  for (let at = 1; at < octets.length; at += step) all.push(cutAt(octets, [at]));
  if (octets.length < 600) all.push(Array.from(octets, (octet) => Uint8Array.of(octet)));
  return all;
}

describe('what a client refuses: no Close is sent, one end is told, the transport is let go', () => {
  test.each(REFUSED)('%s', (_what, answer, error, status) => {
    for (const face of FACES.client) {
      const count = piecesOf(answer('x'.repeat(28))).length;
      for (let split = 0; split < count; split++) {
        const pieces = (accept: string): Uint8Array[] => piecesOf(answer(accept))[split] ?? [answer(accept)];
        const { told, frames, left, misuses } = meet({ face, role: 'client', pieces });
        expect(
          [told.ends, told.trace.lines, told.closeCode, frames, left, misuses],
          `${face}, split ${split}`,
        ).toEqual([[error], [], 1006, [], 0, []]);
        if (status !== undefined) expect(told.httpStatus).toBe(status);
      }
    }
  });

  test.each([
    ['H25 nothing', [] as Uint8Array[]],
    ['H24 an octet every so often, for ever', Array.from(latin1(OK), (octet) => Uint8Array.of(octet))],
  ])('%s: refused at the deadline of the whole handshake', (_what, pieces) => {
    for (const face of FACES.client) {
      const { told, left } = meet({
        face,
        role: 'client',
        pieces: () => pieces,
        limits: { handshakeTimeout: 600 },
      });
      expect([told.ends, told.trace.lines, left]).toEqual([['handshakeTimeout'], [], 0]);
    }
  });

  test('H20 an endless header line, and endless headers', () => {
    for (const face of FACES.client)
      for (const endless of [
        latin1(`${OK}\r\nX: ${'y'.repeat(20_000)}`),
        latin1(`${OK}\r\n${'X: y\r\n'.repeat(4000)}`),
      ]) {
        const { told, left } = meet({ face, role: 'client', pieces: () => [endless] });
        expect([told.ends, left], face).toEqual([['headTooLarge'], 0]);
      }
  });
});

describe('what a client accepts', () => {
  test.each(ACCEPTED)('%s', (_what, answer) => {
    const frame = Uint8Array.of(0x81, 2, 104, 105);
    for (const face of FACES.client) {
      const count = piecesOf(answer('x'.repeat(28))).length;
      for (let split = 0; split < count; split++) {
        const pieces = (accept: string): Uint8Array[] => piecesOf(concat(answer(accept), frame))[split] ?? [];
        const { told, left } = meet({ face, role: 'client', pieces, limits: { keepalive: 0 } });
        expect([told.trace.lines, told.ends, left], `${face}, split ${split}`).toEqual([
          ['open', 'text "hi"'],
          [],
          heldBy(face),
        ]);
      }
    }
  });
});

describe('what a server answers', () => {
  test.each(REQUESTS)('%s', (_what, octets, status, error) => {
    for (const face of FACES.server)
      for (const pieces of piecesOf(octets)) {
        const { told, head: answer, left, frames } = meet({ face, role: 'server', pieces: () => pieces });
        expect(answer.slice(0, 12), face).toBe(`HTTP/1.1 ${status}`);
        if (status === 426) expect(answer).toMatch(/^Sec-WebSocket-Version: 13$/m);
        expect([told.ends, told.trace.lines, left, frames], face).toEqual([[error], [], 0, []]);
      }
  });

  test('frames right behind the request are delivered after open', () => {
    const frame = Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 104, 105);
    for (const face of FACES.server)
      for (const pieces of piecesOf(concat(request(), frame))) {
        const { told, head: answer } = meet({
          face,
          role: 'server',
          pieces: () => pieces,
          limits: { keepalive: 0 },
        });
        expect(answer).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/m);
        expect([told.trace.lines, told.ends]).toEqual([['open', 'text "hi"'], []]);
      }
  });

  test('nothing, or an octet every so often: the deadline of the whole handshake', () => {
    for (const face of FACES.server)
      for (const pieces of [[], Array.from(request(), (octet) => Uint8Array.of(octet))]) {
        const { told, left } = meet({
          face,
          role: 'server',
          pieces: () => pieces,
          limits: { handshakeTimeout: 600 },
        });
        expect([told.ends, left]).toEqual([['handshakeTimeout'], 0]);
      }
  });
});
