/**
 * The catalogue of hostile opening handshakes over real TCP, against what programs on Node have: its own reader of requests and
 * its own keeper of responses. Whole, and octet by octet.
 */
import { describe, expect, test } from 'vitest';
import { concat } from '../support/octets.ts';
import { ACCEPTED, REFUSED, request, REQUESTS } from './handshakes.ts';
import { NODE_CLIENTS, type NodeClient } from './support/node-faces.ts';
import { meetOverTcp } from './support/visit-tcp.ts';

const WAYS = [
  (octets: Uint8Array): Uint8Array[] => [octets],
  (octets: Uint8Array): Uint8Array[] =>
    octets.length > 600 ? [octets] : Array.from(octets, (octet) => Uint8Array.of(octet)),
];
const HI = [0x68, 0x69];

describe.each(Object.keys(NODE_CLIENTS) as NodeClient[])('%s', (face) => {
  test('refuses: nothing is sent, one end is reported, the socket is released', async () => {
    const cases = REFUSED.flatMap((row) => WAYS.map((way) => ({ row, way })));
    const results = await Promise.all(
      cases.map(async ({ row: [what, answer, error, status], way }) => {
        const { told, frames } = await meetOverTcp({
          face,
          pieces: (accept) => way(answer(accept)),
          until: 'over',
        });
        const { ends, closeCode, httpStatus, trace } = told;
        expect([ends, closeCode, trace.lines, frames], what).toEqual([[error], 1006, [], []]);
        if (status !== undefined) expect(httpStatus, what).toBe(status);
        return what;
      }),
    );
    expect(results).toHaveLength(2 * REFUSED.length);
  });

  test('accepts, and delivers what stands in the same segment', async () => {
    const message = Uint8Array.of(0x81, 2, ...HI);
    await Promise.all(
      ACCEPTED.flatMap(([what, answer]) =>
        WAYS.map(async (way) => {
          const { told } = await meetOverTcp({
            face,
            pieces: (accept) => way(concat(answer(accept), message)),
            until: ({ trace }) => trace.lines.length === 2,
          });
          expect([told.trace.lines, told.ends], what).toEqual([['open', 'text "hi"'], []]);
        }),
      ),
    );
  });
});

describe('serve', () => {
  test('answers with a status, and lets nobody in', async () => {
    await Promise.all(
      REQUESTS.flatMap(([what, octets, status, error]) =>
        WAYS.map(async (way) => {
          const { told, head, frames, left } = await meetOverTcp({
            face: 'serve',
            pieces: () => way(octets),
            until: 'over',
          });
          expect(head.slice(0, 12), what).toBe(`HTTP/1.1 ${status}`);
          if (status === 426) expect(head).toMatch(/^Sec-WebSocket-Version: 13$/m);
          expect([told.ends, told.httpStatus, told.trace.lines, frames, left], what).toEqual([
            [error],
            status,
            [],
            [],
            0,
          ]);
        }),
      ),
    );
  });

  test('delivers what stands behind the request in its segment', async () => {
    const message = Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, ...HI);
    for (const way of WAYS) {
      const { told, head } = await meetOverTcp({
        face: 'serve',
        pieces: () => way(concat(request(), message)),
        until: ({ trace }) => trace.lines.length === 2,
      });
      expect(head).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/m);
      expect([told.trace.lines, told.ends]).toEqual([['open', 'text "hi"'], []]);
    }
  });
});
