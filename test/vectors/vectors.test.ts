/** Plays every document of this folder at every split of its input, and counts the error ids that they reach. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeError, errorIds, nameOfError } from '../../src/error-text.ts';
import { cutAt, toHex } from '../support/octets.ts';
import { Played } from './play.ts';
import { readVectors, type Vector } from './read-vectors.ts';

const vectors = readVectors();

/** How the blocks of input are cut: all whole, all into single octets, or one of them in two. */
type Cut = 'whole' | 'octets' | { readonly block: number; readonly at: number };

function cutsOf(vector: Vector): Cut[] {
  const cuts: Cut[] = ['whole', 'octets'];
  vector.steps.forEach((step, block) => {
    if (step.kind !== 'in') return;
    for (let at = 1; at < step.bytes.length; at++) cuts.push({ block, at });
  });
  return cuts;
}

function pieces(bytes: Uint8Array, block: number, cut: Cut): Uint8Array[] {
  if (cut === 'octets') return Array.from(bytes, (octet) => Uint8Array.of(octet));
  return cut !== 'whole' && cut.block === block ? cutAt(bytes, [cut.at]) : [bytes];
}

function play(vector: Vector, cut: Cut): void {
  const played = new Played(vector);
  vector.steps.forEach((step, block) => {
    switch (step.kind) {
      case 'in':
        played.driver.feed(...pieces(step.bytes, block, cut));
        break;
      case 'do':
        for (const line of step.lines) played.do(line);
        break;
      case 'out':
        expect(toHex(played.driver.takeOutput()), 'octets out').toBe(toHex(step.bytes));
        break;
      default:
        expect(played.news(), 'events').toEqual(step.lines);
    }
  });
  // What a document does not tell must not happen.
  expect(played.news(), 'events at the end').toEqual([]);
  expect(toHex(played.driver.takeOutput()), 'octets at the end').toBe('');
  expect(played.driver.thrown).toEqual([]);
}

for (const document of new Set(vectors.map((vector) => vector.document))) {
  describe(document, () => {
    test.each(vectors.filter((vector) => vector.document === document))('$title', (vector) => {
      for (const cut of cutsOf(vector)) {
        try {
          play(vector, cut);
        } catch (error) {
          (error as Error).message += ` (input cut: ${JSON.stringify(cut)})`;
          throw error;
        }
      }
    });
  });
}

describe('every error id', () => {
  /** Where those are tested that no octet, time or transport can cause, only the faces' own API. */
  const BY_FACES: Readonly<Record<string, string>> = {
    closed: '../unit/websocket-client-life.test.ts',
    formatUnsupported: '../unit/websocket-client.test.ts',
    redirectsTooMany: '../hosts/redirects.test.ts',
    redirectRefused: '../hosts/redirects.test.ts',
    textUnexpected: '../socket/socket.test.ts',
    certificateExpired: '../hosts/certificates.test.ts',
    certificateNotYetValid: '../hosts/certificates.test.ts',
    certificateHost: '../hosts/certificates.test.ts',
    certificateUntrusted: '../hosts/certificates.test.ts',
    certificateWanted: '../hosts/certificates.test.ts',
    proxyFailed: '../hosts/proxy.test.ts',
    proxyUnauthorized: '../hosts/proxy.test.ts',
    portBlocked: '../websocket/ports.test.ts',
    aborted: '../hosts/messages.test.ts',
  };
  /** The ids of an uplink are tested with it. */
  const isOfConnection = (id: number): boolean => id < 700;
  const lines = vectors.flatMap((vector) => vector.steps.flatMap((step) => ('lines' in step ? step.lines : [])));
  const reached = new Set(lines.flatMap((line) => /(?:^over \d+|->) (\w+)$/.exec(line)?.[1] ?? []));

  test.each(errorIds.map((id) => [id, nameOfError(id)] as const))('%d %s', (id, name) => {
    expect(name).not.toBe('unknown');
    expect(describeError(id)).toMatch(/^[a-z].*[^.]$/);
    const file = BY_FACES[name];
    if (!isOfConnection(id)) return;
    if (file === undefined) expect(reached).toContain(name);
    else expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(`ErrorId.${name}`);
  });

  test('names and sentences are all different, and the vectors know no others', () => {
    expect(new Set(errorIds.map(nameOfError)).size).toBe(errorIds.length);
    expect(new Set(errorIds.map(describeError)).size).toBe(errorIds.length);
    const names = new Set([...errorIds.map(nameOfError), 'clean']);
    expect([...reached].filter((name) => !names.has(name))).toEqual([]);
    expect([nameOfError(0), nameOfError(999)]).toEqual(['none', 'unknown']);
    expect(describeError(0)).toBe('nothing went wrong');
  });

  test('is in the table of numbers too', () => {
    const source = readFileSync(new URL('../../src/errors.ts', import.meta.url), 'utf8');
    const numbers = [...source.matchAll(/^ {2}(\w+) = (\d+),$/gm)].filter(([, , id]) => id !== '0');
    expect(numbers.map(([, name, id]) => [Number(id), name])).toEqual(errorIds.map((id) => [id, nameOfError(id)]));
  });
});

test('every document of the folder is played', () => {
  const names = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.md'));
  expect(new Set([...vectors.map((vector) => vector.document), 'README.md'])).toEqual(new Set(names));
});
