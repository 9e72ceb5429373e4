/** Payload lengths at every border of their encoding, both ways; declared where they are too long to send. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { headerLength } from '../../src/frame/header.ts';
import { Driver } from '../support/driver.ts';
import { closePayload, frame, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, splitsOf } from '../support/octets.ts';

const BORDERS = [0, 1, 125, 126, 127, 128, 255, 256, 65535, 65536, 65537];
const HUGE = [2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 5n, 2n ** 53n - 1n];
const UNCOUNTABLE = [2n ** 53n, 2n ** 53n + 1n, 2n ** 62n, 2n ** 63n - 1n];
const TOP_BIT = [2n ** 63n, 2n ** 63n + 5n, 2n ** 64n - 1n];

/** Length of a header, by the figure in RFC 6455 §5.2. */
function headerOf(length: bigint, masked: boolean): number {
  return 2 + (length < 126n ? 0 : length < 65536n ? 2 : 8) + (masked ? 4 : 0);
}

describe.each([...BORDERS.map(BigInt), ...HUGE])('%d octets', (length) => {
  test('have a header as long as the figure says', () => {
    for (const masked of [false, true]) {
      expect(headerLength(Number(length), masked ? 0x80 : 0)).toBe(headerOf(length, masked));
    }
  });
});

/** A client that reads a binary message whose header declares `length`. */
function declared(length: bigint, maxMessageSize?: number): Driver {
  const driver = new Driver({
    role: 'client',
    ...(maxMessageSize === undefined ? {} : { maxMessageSize }),
  }).open();
  return driver.feed(frame({ opcode: 2, declared: length, lengthBits: 64 }));
}

describe('declared and not sent', () => {
  test.each(HUGE)('%d is waited for', (length) => {
    const driver = declared(length).feed(counting(200));
    expect(driver.connection.error).toBe(0);
    expect(driver.trace.lines[1]).toMatch(/^binary 00 01 .* c7 …$/);
  });

  test.each(HUGE)('%d is refused by a limit one below it, as soon as the header is there', (length) => {
    const driver = declared(length, Number(length - 1n));
    expect(driver.connection.error).toBe(ErrorId.messageTooBig);
    expect(closePayload(1009)).toEqual(framesOf(driver.takeOutput())[0].payload);
  });

  test.each(UNCOUNTABLE)('%d cannot be counted and is too big', (length) => {
    expect(declared(length).connection.error).toBe(ErrorId.messageTooBig);
  });

  test.each(TOP_BIT)('%d has the top bit set', (length) => {
    const driver = declared(length);
    expect(driver.connection.error).toBe(ErrorId.lengthTopBit);
    expect(framesOf(driver.takeOutput())[0].payload).toEqual(closePayload(1002));
  });
});

test.each([
  [0n, 16],
  [125n, 16],
  [0n, 64],
  [125n, 64],
  [126n, 64],
  [65535n, 64],
] as const)('%d octets told in %d bits are refused, at every split', (length, lengthBits) => {
  for (const role of ['client', 'server'] as const) {
    const input = peerFrame(role, { opcode: 1, declared: length, lengthBits, payload: [] });
    for (const pieces of splitsOf(input)) {
      const driver = new Driver({ role }).open().feed(...pieces);
      expect(driver.connection.error).toBe(ErrorId.lengthNotShortest);
    }
  }
});

test('the length is judged before the masking key has come', () => {
  const whole = peerFrame('server', { opcode: 2, declared: 2n ** 63n });
  const driver = new Driver().open().feed(whole.slice(0, 2));
  expect(driver.connection.error).toBe(0);
  driver.feed(whole.slice(2, 3));
  expect(driver.connection.error).toBe(ErrorId.lengthTopBit);
});

describe('whole messages, both ways', () => {
  test.each(BORDERS)('%d octets', (length) => {
    const payload = counting(length);
    for (const role of ['client', 'server'] as const) {
      const sender = new Driver({ role, transmitBuffer: 1 << 17 }).open();
      expect(sender.connection.send(payload, 0, length, 1)).toBe(0);
      sender.pump();
      const output = sender.takeOutput();
      expect(output.length).toBe(headerOf(BigInt(length), role === 'client') + length);
      const [sent] = framesOf(output);
      expect(sent.first).toBe(0x82);
      expect(sent.key === undefined).toBe(role === 'server');
      expect(Buffer.compare(sent.payload, payload)).toBe(0);

      let octets = 0;
      let sum = 0;
      const receiver = new Driver(
        { role: role === 'client' ? 'server' : 'client' },
        {
          onData(_driver, bytes, start, end) {
            for (let i = start; i < end; i++) sum += bytes[i] === ((octets + i - start) & 255) ? 0 : 1;
            octets += end - start;
          },
        },
      ).open();
      receiver.feed(output.slice(0, 9), output.slice(9, 1000), output.slice(1000));
      expect([receiver.connection.error, octets, sum]).toEqual([0, length, 0]);
    }
  });
});

test('2^32 + 5 octets are counted to the last one', () => {
  let octets = 0;
  let ended = 0;
  const driver = new Driver({ role: 'client' }).open();
  const { connection } = driver;
  connection.receive(frame({ opcode: 2, declared: 2n ** 32n + 5n }), 0, 10);
  const seen = new Uint8Array(2 ** 24);
  // The driver keeps what it sees, which would be too much here: a hook of its own counts.
  Object.assign(driver.trace, {
    data: (_bytes: Uint8Array, start: number, end: number, span: number) => {
      octets += end - start;
      if ((span & 2) === 0) ended++;
    },
  });
  for (let piece = 0; piece < 256; piece++) connection.receive(seen, 0, seen.length);
  connection.receive(seen, 0, 4);
  expect([octets, ended]).toEqual([2 ** 32 + 4, 0]);
  // The last octet, and a Ping behind it.
  connection.receive(concat([0], frame({ opcode: 9 })), 0, 3);
  expect([octets, ended, connection.error]).toEqual([2 ** 32 + 5, 1, 0]);
  expect(
    framesOf(connection.memory.slice(connection.outputStart, connection.outputStart + connection.output)),
  ).toMatchObject([{ opcode: 10 }]);
});
