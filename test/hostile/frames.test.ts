/**
 * The catalogue of hostile frames against endpoints on a network: every face, both roles, each row whole, in two pieces at
 * each position, and octet by octet. A piece is a segment of its own.
 */
import { describe, test } from 'vitest';
import { splitsOf, toHex } from '../support/octets.ts';
import { ROWS } from './catalogue.ts';
import { expectedOf, type Row } from './row.ts';
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
