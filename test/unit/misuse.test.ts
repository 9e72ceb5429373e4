/** What a caller gets wrong changes nothing: no octet in the ring, none on the wire, the connection as good as before. */
import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { Driver } from '../support/driver.ts';
import { counting, utf8 } from '../support/octets.ts';

/** What is no position in an octet buffer of ten, whatever it becomes when it is taken for a number. */
const NO_POSITIONS: readonly unknown[] = [
  ...[-1, 11, 1.5, NaN, Infinity, 2 ** 53, '1', null, [1], true, {}],
  // What throws where it is taken for a number.
  ...[1n, Symbol('1')],
];

const open = (): Driver => new Driver({ role: 'server' }).open();

function expectUntouched(driver: Driver): void {
  driver.pump();
  expect([driver.connection.bufferedAmount, driver.takeOutput().length, driver.connection.state]).toEqual([
    0, 0, 2,
  ]);
  expect(driver.connection.send(utf8('ok'), 0, 2, 0)).toBe(0);
}

describe.each(NO_POSITIONS.map((value) => [String(value), value]))('the position %s', (_name, value) => {
  const position = value as number;

  test('is refused as a beginning and as an end', () => {
    const driver = open();
    const { connection } = driver;
    expect(connection.send(counting(10), position, 10, 1)).toBe(ErrorId.argumentInvalid);
    expect(connection.send(counting(10), 0, position, 1)).toBe(ErrorId.argumentInvalid);
    expect(connection.sendControl(9, counting(10), position, 10)).toBe(ErrorId.argumentInvalid);
    expect(connection.close(1000, counting(10), position, 10)).toBe(ErrorId.argumentInvalid);
    expect(() => connection.receive(counting(10), position, 10)).toThrow(
      expect.objectContaining({
        id: ErrorId.argumentInvalid,
        message: expect.stringContaining('no such range'),
      }),
    );
    expectUntouched(driver);
  });

  test('is refused of memory that input came in before', () => {
    const driver = open();
    const { connection } = driver;
    const bytes = counting(10);
    connection.receive(bytes, 0, 0);
    expect(() => connection.receive(bytes, position, 10)).toThrow(RingletError);
    expect(() => connection.receive(bytes, 0, position)).toThrow(RingletError);
    expect(connection.position).toBe(0);
    expectUntouched(driver);
  });

  test('is no count of octets that were sent', () => {
    const driver = open();
    driver.takes = false;
    driver.connection.send(counting(8), 0, 8, 1);
    const before = driver.connection.bufferedAmount;
    expect(() => driver.connection.sent(position)).toThrow(RingletError);
    expect(driver.connection.bufferedAmount).toBe(before);
  });
});

test.each([
  ['text'],
  [undefined],
  [null],
  [new ArrayBuffer(4)],
  [[1, 2]],
  [new DataView(new ArrayBuffer(4))],
])('%s is no octets: thrown', (value) => {
  const driver = open();
  const bytes = value as unknown as Uint8Array;
  const refusal = expect.objectContaining({
    id: ErrorId.argumentInvalid,
    message: expect.stringContaining('not a Uint8Array'),
  });
  expect(() => driver.connection.send(bytes, 0, 1, 1)).toThrow(refusal);
  expect(() => driver.connection.sendControl(9, bytes, 0, 1)).toThrow(refusal);
  expect(() => driver.connection.receive(bytes, 0, 1)).toThrow(refusal);
  if (value !== undefined) expect(() => driver.connection.close(1000, bytes, 0, 1)).toThrow(refusal);
  expectUntouched(driver);
});

test('a reason that is null is thrown, one that is left out is none', () => {
  expect(() => open().connection.close(1000, null as unknown as Uint8Array)).toThrow(RingletError);
  expect(open().connection.close(1000)).toBe(0);
});

test.each(['1000', 1000.5, NaN, 999, 1005, 5000, null])('%s is no close code', (code) => {
  const driver = open();
  expect(driver.connection.close(code as number)).not.toBe(0);
  expectUntouched(driver);
});

test('a detached buffer has no octets', () => {
  const driver = open();
  const bytes = counting(10);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
  expect(driver.connection.send(bytes, 0, 10, 1)).toBe(ErrorId.argumentInvalid);
  expectUntouched(driver);
});

test('a view of a buffer that has shrunk has none behind its end, and one that has grown has more', () => {
  const driver = open();
  const buffer = new ArrayBuffer(10, { maxByteLength: 20 });
  const follows = new Uint8Array(buffer);
  buffer.resize(4);
  expect(driver.connection.send(follows, 0, 10, 1)).toBe(ErrorId.argumentInvalid);
  expectUntouched(driver);
  buffer.resize(20);
  expect(driver.connection.send(follows, 10, 20, 1)).toBe(0);
});

test.each<[string, (buffer: ArrayBuffer) => void]>([
  ['detached', (buffer) => void structuredClone(buffer, { transfer: [buffer] })],
  ['shorter', (buffer) => buffer.resize(2)],
])('memory that input came in before and that is %s now has no octets', (_name, change) => {
  const driver = open();
  const buffer = new ArrayBuffer(10, { maxByteLength: 10 });
  const bytes = new Uint8Array(buffer, 0, 10);
  driver.connection.receive(bytes, 0, 0);
  change(buffer);
  expect(() => driver.connection.receive(bytes, 0, 10)).toThrow(RingletError);
  expect(() => driver.connection.receive(bytes, 0, 0)).toThrow(RingletError);
  expectUntouched(driver);
});

test('an array without octets that input came in before, and whose memory is detached now, is refused', () => {
  const driver = open();
  const bytes = new Uint8Array(0);
  driver.connection.receive(bytes, 0, 0);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  expect(() => driver.connection.receive(bytes, 0, 0)).toThrow(RingletError);
  expectUntouched(driver);
});

/** What is no number, and numbers that are none of a time, a count or an error id. */
const NO_NUMBERS: readonly unknown[] = ['1', null, undefined, true, [1], {}, 1n, Symbol('1'), NaN, Infinity];

test.each(NO_NUMBERS.map((value) => [String(value), value]))(
  '%s is no number: thrown, with what it is',
  (_name, value) => {
    const driver = open();
    const { connection } = driver;
    const refusal = (name: string): object => ({ id: ErrorId.argumentInvalid, message: `invalid ${name}` });
    for (const [name, call] of [
      ['now', () => connection.tick(value as number)],
      ['count', () => connection.sent(value as number)],
      ['failure', () => connection.transportClosed(value as number)],
    ] as const)
      expect(call).toThrow(expect.objectContaining(refusal(name)));
    expectUntouched(driver);
  },
);

test('a count and a failure are whole and not below 0; a count is of octets that there are', () => {
  const driver = open();
  driver.takes = false;
  driver.connection.send(counting(8), 0, 8, 1);
  for (const value of [-1, 0.5, 2 ** 32]) {
    expect(() => driver.connection.sent(value)).toThrow(RingletError);
    expect(() => driver.connection.transportClosed(value)).toThrow(RingletError);
  }
  const { output } = driver.connection;
  expect(() => driver.connection.sent(output + 1)).toThrow(RingletError);
  driver.connection.sent(output - 1);
  driver.connection.sent(0);
  expect(driver.connection.bufferedAmount).toBe(1);
  driver.connection.sent(1);
  expect(driver.connection.bufferedAmount).toBe(0);
});

test.each(NO_NUMBERS.map((value) => [String(value), value]))(
  '%s is no span and no kind of a frame',
  (_name, value) => {
    const driver = open();
    expect(driver.connection.send(counting(1), 0, 1, value as number)).toBe(ErrorId.argumentInvalid);
    expect(driver.connection.sendControl(value as number, counting(1), 0, 1)).toBe(ErrorId.argumentInvalid);
    if (value !== undefined) expect(driver.connection.close(value as number)).toBe(ErrorId.closeCodeRefused);
    expectUntouched(driver);
  },
);
