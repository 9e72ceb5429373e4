/** Message size and number of fragments: exactly the limit passes, one more fails as soon as it is known. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Driver } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, splitsOf } from '../support/octets.ts';

const ROLES = ['server', 'client'] as const;

/** One message in fragments of these lengths. */
function message(role: 'client' | 'server', opcode: number, lengths: readonly number[]): Uint8Array {
  return concat(
    ...lengths.map((length, i) =>
      peerFrame(role, {
        opcode: i === 0 ? opcode : 0,
        fin: i === lengths.length - 1,
        payload: new Uint8Array(length).fill(0x61),
      }),
    ),
  );
}

describe.each(ROLES)('maxMessageSize 100 in the %s role', (role) => {
  test.each([[[100]], [[0, 100]], [[40, 60]], [[40, 60, 0]], [[99, 0, 1]]])('%j octets pass', (lengths) => {
    for (const pieces of splitsOf(concat(message(role, 1, lengths), message(role, 1, [100])))) {
      const driver = new Driver({ role, maxMessageSize: 100 }).open().feed(...pieces);
      const text = `text "${'a'.repeat(100)}"`;
      expect(driver.trace.lines).toEqual(['open', text, text]);
    }
  });

  test.each([
    [[101], 0],
    [[40, 61], 40],
    [[100, 1], 100],
    [[100, 0, 70000], 100],
  ])('%j octets fail', (lengths, delivered) => {
    const input = message(role, 2, lengths).slice(0, 300);
    for (const pieces of splitsOf(input)) {
      const driver = new Driver({ role, maxMessageSize: 100 }).open().feed(...pieces);
      expect(driver.connection.error).toBe(ErrorId.messageTooBig);
      expect(framesOf(driver.takeOutput()).map((sent) => sent.payload)).toEqual([closePayload(1009)]);
      const seen = driver.trace.lines.filter((line) => line.startsWith('binary'));
      const octets = Array.from({ length: delivered }, () => '61').join(' ');
      expect(seen).toEqual(delivered === 0 ? [] : [`binary ${octets} …`]);
    }
  });

  test('fails at the header, without the payload', () => {
    const input = message(role, 2, [101]);
    const header = role === 'server' ? 2 : 2;
    const driver = new Driver({ role, maxMessageSize: 100 }).open().feed(input.slice(0, header - 1));
    expect(driver.connection.error).toBe(0);
    driver.feed(input.slice(header - 1, header));
    expect(driver.connection.error).toBe(ErrorId.messageTooBig);
  });

  test('the sum of fragments cannot wrap: 1 and 2^53 - 1', () => {
    const input = concat(
      peerFrame(role, { opcode: 2, fin: false, payload: [1] }),
      peerFrame(role, { opcode: 0, declared: 2n ** 53n - 1n }),
    );
    for (const pieces of splitsOf(input)) {
      expect(new Driver({ role }).open().feed(...pieces).connection.error).toBe(ErrorId.messageTooBig);
    }
  });
});

test('control frames do not count', () => {
  const driver = new Driver({ maxMessageSize: 3, maxFragments: 2 }).open();
  driver.feed(
    peerFrame('server', { opcode: 1, fin: false, payload: [0x61, 0x62] }),
    ...[1, 2, 3].map(() => peerFrame('server', { opcode: 9, payload: counting(125) })),
    peerFrame('server', { opcode: 0, payload: [0x63] }),
  );
  expect(driver.connection.error).toBe(0);
  expect(driver.trace.lines.at(-1)).toBe('… text "c"');
});

describe('maxFragments', () => {
  test('as many frames pass, one more is a policy violation', () => {
    const three = message('server', 1, [1, 0, 1]);
    for (const pieces of splitsOf(concat(three, three, message('server', 1, [1, 1, 0, 1])))) {
      const driver = new Driver({ maxFragments: 3 }).open().feed(...pieces);
      expect(driver.connection.error).toBe(ErrorId.fragmentsTooMany);
      expect(driver.trace.lines).toEqual(['open', 'text "aa"', 'text "aa"', 'text "aa" …', 'fin']);
      expect(framesOf(driver.takeOutput())[0].payload).toEqual(closePayload(1008));
    }
  });

  test('a million empty fragments are nothing but counted', () => {
    const driver = new Driver({ role: 'client' }).open();
    driver.feed(peerFrame('client', { opcode: 1, fin: false }));
    const many = concat(
      ...Array.from({ length: 10000 }, () => peerFrame('client', { opcode: 0, fin: false })),
    );
    for (let i = 0; i < 100; i++) driver.connection.receive(many, 0, many.length);
    driver.feed(peerFrame('client', { opcode: 0, payload: [0x61] }));
    expect(driver.trace.lines).toEqual(['open', 'text "a"']);
  });
});
