/** The native that calls those that are called seldom calls each by its place, with the arguments in front of that. */
import * as natives from 'ringlet/natives';
import { check, conclude, outcomeOf } from './equal.ts';

type Native = (...given: readonly unknown[]) => unknown;

const all = natives as unknown as Readonly<Record<string, Native>>;
const rare = all['local'];

const limits = {
  connectTimeout: 1000,
  handshakeTimeout: 2000,
  closeTimeout: 3000,
  idleTimeout: 4000,
  keepalive: 5000,
  keepaliveTimeout: 6000,
  sendTimeout: 7000,
};

/** What each is given, and how it would be known from all others. Those with memory leave something there. */
const GIVEN: Readonly<Record<string, () => unknown[]>> = {
  newPart: () => [],
  startDeadline: () => [new Uint8Array(400), limits, 2],
  elapse: () => [new Uint8Array(400), limits, 77, 1, false],
  nextTick: () => [new Uint8Array(400).fill(1), limits, true],
  headText: () => [Uint8Array.of(65, 66, 58), 0, 3, true],
  trim: () => [' a b '],
  hasToken: () => ['Upgrade, b', 'upgrade'],
  statusOf: () => ['HTTP/1.1 204 No Content'],
  isWireCloseCode: () => [1001],
  closeCodeOf: () => [301],
  decodeUtf8: () => [Uint8Array.of(0xc3, 0xa4, 65), 0, 3],
  wellFormed: () => [5, 'Example.org'],
  keyOf: () => [Int32Array.of(1, 2, 3, 4)],
  acceptOf: () => ['dGhlIHNhbXBsZSBub25jZQ=='],
};

const resultOf = (native: Native, given: unknown[], ...more: number[]): string => {
  const result = outcomeOf(() => native(...given, ...more));
  return `${result} ${given[0] instanceof Uint8Array ? given[0].join() : ''}`;
};

const names = Object.keys(GIVEN);
for (const [place, name] of names.entries()) {
  const given = GIVEN[name];
  const [direct, called] = [resultOf(all[name], given()), resultOf(rare, given(), place)];
  check(direct === called, () => `${name}: ${called}, not ${direct}`);
}

for (const wrong of [names.length, -1, 0.5, NaN, undefined, null, '0', {}, 2 ** 32])
  check(outcomeOf(() => rare(wrong)) === 'RangeError', () => `${String(wrong)} is no place`);
check(outcomeOf(() => rare()) === 'TypeError', () => 'there is no place at all');

conclude({ rare: Object.fromEntries(names.map((name) => [name, GIVEN[name]().length])) });
