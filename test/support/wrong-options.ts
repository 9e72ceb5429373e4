import { expect } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { RingletError } from '../../src/errors.ts';

const noop = (): void => {};

export const EVENTS = { onOpen: noop, onData: noop, onControl: noop, onWritable: noop, onClose: noop };

/** What is no object with options. */
export const NO_OBJECTS: readonly unknown[] = [5, 'x', null, true, [], noop, 5n, Symbol('options')];

export const NO_NUMBERS: readonly unknown[] = [
  NaN,
  -1,
  1.5,
  Infinity,
  2 ** 60,
  '5',
  null,
  true,
  {},
  [],
  5n,
  noop,
];
export const NO_FUNCTIONS: readonly unknown[] = [5, null, 'x', {}, true];
const NO_BOOLEANS: readonly unknown[] = [5, 'x', null, {}];
export const NO_SIZES: readonly unknown[] = [...NO_NUMBERS, 0, 1, 100, 255, 257, 2 ** 31];

export const NO_COMPRESSION: readonly unknown[] = [
  true,
  5,
  'x',
  null,
  {},
  [],
  noop,
  { _create: 5, memory: 4 },
  { _create: noop, memory: 'a' },
  { _create: noop, memory: -4 },
  { _create: noop, memory: 3 },
];

export const NO_EVENTS: readonly unknown[] = [
  undefined,
  null,
  5,
  'x',
  {},
  [],
  { ...EVENTS, onData: 5 },
  { ...EVENTS, onClose: undefined },
];

/** Values that are wrong for the options that every class and function has. */
export const WRONG_EVERYWHERE: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [name, NO_NUMBERS])),
  receiveBuffer: NO_SIZES,
  transmitBuffer: NO_SIZES,
  compression: NO_COMPRESSION,
};

/** Wrong for what asks for a connection. */
export const WRONG_REQUESTS: Readonly<Record<string, readonly unknown[]>> = {
  protocol: [5, null, 'a,a', 'a b', ['a', 'a'], [5], {}, noop],
  headers: [
    5,
    null,
    'x',
    [1],
    [[1, 2]],
    ['ab'],
    { a: {} },
    { 'a b': 'c' },
    { a: 'x\n' },
    noop,
    new Map([[1, 2]]),
  ],
  requireProtocol: NO_BOOLEANS,
};

export const WRONG_TLS: readonly unknown[] = [5, null, 'x', noop];

/** Wrong for what makes a connection of its own. */
export const WRONG_CONNECTIONS: Readonly<Record<string, readonly unknown[]>> = {
  ...WRONG_EVERYWHERE,
  role: ['x', undefined, null, 5, {}, 'Client'],
  events: NO_EVENTS,
  opening: [...NO_FUNCTIONS, () => 5, () => null, () => ({})],
  takesSpans: NO_BOOLEANS,
  input: [-4, 3, NaN, '4', null, 2 ** 40],
  whole: [-1, 0.5, NaN, '4', null],
  limits: [5, null, 'x', {}],
};

/** What an engine says of a value that it came upon by chance. */
const OF_THE_ENGINE =
  /is not a function|not iterable|undefined|Cannot|constructor|Invalid|reading|bounds|length of/;

/** The failure that `action` throws, or its Promise rejects with: one that can be read and has a stable id of misuse. */
export async function expectRefused(action: () => unknown): Promise<RingletError> {
  let thrown: unknown;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(RingletError);
  const { id, message } = thrown as RingletError;
  expect(id).toBeGreaterThan(600);
  expect(message).not.toMatch(OF_THE_ENGINE);
  expect(message.length).toBeGreaterThan(5);
  return thrown as RingletError;
}

/** Options and values as rows of a table. */
export const rowsOf = (
  wrong: Readonly<Record<string, readonly unknown[]>>,
): [name: string, value: unknown][] =>
  Object.entries(wrong).flatMap(([name, values]) =>
    values.map((value) => [name, value] as [string, unknown]),
  );
