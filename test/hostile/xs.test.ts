/**
 * The catalogue of hostile frames on the engine of devices, in a block of memory like theirs: what is preloaded there is the
 * bundle that they flash. Each row whole behind the handshake, and octet by octet, both roles.
 */
import { describe, expect, test } from 'vitest';
import { framesOf } from '../support/frames.ts';
import { concat } from '../support/octets.ts';
import { isMissing } from '../xs/support/desk.ts';
import { ROWS } from './catalogue.ts';
import type { Row } from './row.ts';
import { meetInDesk, type DeskVisit } from './support/desk-rows.ts';
import type { Role } from './support/faces.ts';
import { judge, matches } from './support/judge.ts';
import { REQUEST, RESPONSE } from './support/openings.ts';

/** As short as they can be where something waits for each of them. */
const LIMITS = { keepalive: 0, closeTimeout: 8 };

function visitOf(row: Row, role: Role, isWhole: boolean): DeskVisit {
  const { expected } = row;
  const input = row.input(role);
  const first = (accept: string): Uint8Array => (role === 'client' ? RESPONSE(accept) : REQUEST);
  return {
    limits: { ...LIMITS, ...row.limits },
    pieces: (accept) =>
      isWhole
        ? [concat(first(accept), input)]
        : [first(accept), ...Array.from(input, (octet) => Uint8Array.of(octet))],
    until:
      expected.end !== undefined
        ? 'over'
        : ({ trace }, sent) =>
            matches(trace.lines, ['open', ...expected.told]) &&
            framesOf(sent).length >= (expected.pongs?.length ?? 0),
  };
}

describe.skipIf(isMissing).each(['client', 'server'] as const)('%s', (role) => {
  test('every row, whole and octet by octet; nothing of any is left in memory', async () => {
    const rows = [...ROWS, ...ROWS];
    const visits = rows.map((row, index) => visitOf(row, role, index < ROWS.length));
    const { results, left } = await meetInDesk(role, visits);
    const failed = results.flatMap((result, index) => {
      try {
        judge(result, rows[index].expected, role, 1);
        return [];
      } catch (error) {
        return [`${rows[index].id} ${rows[index].what}: ${(error as Error).message}`];
      }
    });
    expect(failed).toEqual([]);
    expect(left).toBe('0 0');
  });
});
