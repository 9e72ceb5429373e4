/**
 * The catalogue of hostile frames over real TCP: every face that programs on Node have, each row whole behind the handshake, and
 * octet by octet. The peer never ends its side, and sees that the endpoint's socket is released all the same.
 */
import { describe, expect, test } from 'vitest';
import { framesOf } from '../support/frames.ts';
import { concat } from '../support/octets.ts';
import { ROWS } from './catalogue.ts';
import { expectedOf, type Row } from './row.ts';
import type { Role } from './support/faces.ts';
import { judge, matches } from './support/judge.ts';
import { NODE_CLIENTS, type NodeClient } from './support/node-faces.ts';
import { REQUEST, RESPONSE } from './support/openings.ts';
import type { Told } from './support/told.ts';
import { meetOverTcp } from './support/visit-tcp.ts';

/** Sockets at a time. */
const AT_ONCE = 24;

async function play(row: Row, face: NodeClient | 'serve', isWhole: boolean): Promise<void> {
  const role: Role = face === 'serve' ? 'server' : 'client';
  const input = row.input(role);
  const expected = expectedOf(row, face);
  const first = (accept: string): Uint8Array => (role === 'client' ? RESPONSE(accept) : REQUEST);
  const pieces = (accept: string): Uint8Array[] =>
    isWhole
      ? [concat(first(accept), input)]
      : [first(accept), ...Array.from(input, (octet) => Uint8Array.of(octet))];
  const isThere = ({ trace }: Told, sent: Uint8Array): boolean =>
    matches(trace.lines, ['open', ...expected.told]) &&
    framesOf(sent).length >= (expected.pongs?.length ?? 0);
  const result = await meetOverTcp({
    face,
    pieces,
    limits: row.limits ?? {},
    until: expected.end === undefined ? isThere : 'over',
  });
  judge(result, expected, role, 1);
}

describe.each([...(Object.keys(NODE_CLIENTS) as NodeClient[]), 'serve' as const])('%s', (face) => {
  test.each([
    ['whole, behind the handshake', true],
    ['octet by octet', false],
  ])('%s', async (_how, isWhole) => {
    const failed: string[] = [];
    const rows = [...ROWS];
    const visitor = async (): Promise<void> => {
      for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
        try {
          await play(row, face, isWhole);
        } catch (error) {
          failed.push(`${row.id} ${row.what}: ${(error as Error).message}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, visitor));
    expect(failed).toEqual([]);
  });
});
