/** Control frames of the application and of the peer, one rule at a time: RFC 6455 §5.5, §7.4. */
import { describe, expect, test } from 'vitest';
import { faultOfClose, faultOfReason } from '../../src/connection/control.ts';
import { decodeUtf8 } from '../../src/connection/decode-range.ts';
import { State } from '../../src/connection/record.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { Driver } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, utf8 } from '../support/octets.ts';

const NONE = new Uint8Array(0);

/** Codes that may stand in a frame (§7.4, and IANA's registry), and that may not. */
const MAY = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
const MAY_NOT = [1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];

const NO_UTF8: readonly (readonly number[])[] = [
  [0x80],
  [0xc3],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x61, 0xe2, 0x82],
];

describe('the Close of a peer', () => {
  test('may have no code, or one that may stand in a frame', () => {
    expect(faultOfClose(NONE, 0, 0)).toBe(0);
    expect(faultOfClose(counting(9), 4, 4)).toBe(0);
    for (const code of MAY) expect(faultOfClose(closePayload(code), 0, 2), String(code)).toBe(0);
    for (const code of [0, ...MAY_NOT])
      expect(faultOfClose(closePayload(code), 0, 2), String(code)).toBe(ErrorId.closeCodeInvalid);
  });

  test('has a reason in UTF-8, whose last character is whole', () => {
    const around = (payload: Uint8Array): number =>
      faultOfClose(concat([0xff, 0xff, 0xff], payload, [0xff]), 3, 3 + payload.length);
    expect(around(closePayload(1000, utf8('grün €'.repeat(8))))).toBe(0);
    for (const octets of NO_UTF8) expect(around(closePayload(1000, octets))).toBe(ErrorId.closeReasonInvalid);
  });

  test('is answered with the same code and reason, once, and nothing is sent behind it', () => {
    const payload = closePayload(3001, utf8('für heute'));
    const driver = new Driver().open().feed(peerFrame('server', { opcode: 8, payload }));
    expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: 8, payload }]);
    expect(driver.connection.close(1000)).toBe(ErrorId.notOpen);
    expect(driver.connection.sendControl(9, NONE, 0, 0)).toBe(ErrorId.notOpen);
    expect(driver.connection.send(NONE, 0, 0, 1)).toBe(ErrorId.notOpen);
    expect(driver.connection.bufferedAmount).toBe(0);
    expect([driver.connection.closeCode, driver.connection.closeReason]).toEqual([3001, 'für heute']);
  });

  test('without a code is answered without one', () => {
    const driver = new Driver().open().feed(peerFrame('server', { opcode: 8 }));
    expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: 8, payload: NONE }]);
    expect([driver.connection.closeCode, driver.connection.closeReason]).toEqual([1005, '']);
  });

  test.each([
    ['a code', closePayload(1005)],
    ['a reason', closePayload(1000, [0xff])],
  ])('with %s that may not be there fails the connection', (_, payload) => {
    const driver = new Driver().open().feed(peerFrame('server', { opcode: 8, payload }));
    const code = payload.length === 2 ? 1002 : 1007;
    expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: 8, payload: closePayload(code) }]);
    expect(driver.trace.lines.filter((line) => line.startsWith('close'))).toEqual([]);
    expect(driver.connection.closeCode).toBe(1006);
  });
});

describe('a Close of ours', () => {
  test('has no code and no reason, or a code that may stand in a frame', () => {
    expect(faultOfReason(0, NONE, 0, 0)).toBe(0);
    for (const code of MAY) expect(faultOfReason(code, NONE, 0, 0), String(code)).toBe(0);
    for (const code of [-1, 0.5, NaN, 65_536 + 1000, ...MAY_NOT])
      expect(faultOfReason(code, NONE, 0, 0), String(code)).toBe(ErrorId.closeCodeRefused);
  });

  test('has a reason of at most 123 octets of UTF-8 behind a code, and none without one', () => {
    const memory = new Uint8Array(200).fill(0x61);
    expect(faultOfReason(1000, memory, 7, 7 + 123)).toBe(0);
    expect(faultOfReason(1000, memory, 7, 7 + 124)).toBe(ErrorId.closeReasonTooLong);
    expect(faultOfReason(0, memory, 7, 7)).toBe(0);
    expect(faultOfReason(0, memory, 7, 8)).toBe(ErrorId.closeReasonTooLong);
    for (const octets of NO_UTF8)
      expect(faultOfReason(1000, Uint8Array.from(octets), 0, octets.length)).toBe(ErrorId.closeReasonInvalid);
    expect(faultOfReason(1000, NONE, 0, 1)).toBe(ErrorId.argumentInvalid);
  });

  test('has neither where nothing is given, and no reason where only a code is', () => {
    for (const [code, payload] of [
      [undefined, NONE],
      [0, NONE],
      [3000, closePayload(3000)],
    ] as const) {
      const driver = new Driver().open();
      expect(driver.connection.close(code)).toBe(0);
      driver.pump();
      expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: 8, payload }]);
    }
    const driver = new Driver().open();
    expect(driver.connection.close(1000, utf8('abc'), 1)).toBe(0);
    driver.pump();
    expect(framesOf(driver.takeOutput())).toMatchObject([{ payload: closePayload(1000, utf8('bc')) }]);
  });

  test('goes behind the data, with the octets of its reason alone', () => {
    const driver = new Driver().open();
    driver.takes = false;
    driver.connection.send(counting(3), 0, 3, 1);
    expect(driver.connection.close(4000, utf8('<reason>'), 1, 7)).toBe(0);
    driver.takes = true;
    driver.pump();
    expect(framesOf(driver.takeOutput())).toMatchObject([
      { opcode: 2, payload: counting(3) },
      { opcode: 8, payload: closePayload(4000, utf8('reason')) },
    ]);
    expect(driver.connection.state).toBe(State.closing);
    expect(driver.connection.close(1000)).toBe(ErrorId.notOpen);
    expect(driver.takeOutput()).toHaveLength(0);
  });
});

describe('a Ping or Pong of the application', () => {
  test.each([9, 10])('%d has up to 125 octets, out of the middle of memory, too', (opcode) => {
    const driver = new Driver().open();
    const memory = counting(200);
    for (const length of [0, 1, 124, 125])
      expect(driver.connection.sendControl(opcode, memory, 11, 11 + length)).toBe(0);
    expect(driver.connection.sendControl(opcode, memory, 11, 11 + 126)).toBe(ErrorId.controlPayloadTooLong);
    driver.pump();
    expect(framesOf(driver.takeOutput())).toMatchObject(
      [0, 1, 124, 125].map((length) => ({ first: 0x80 | opcode, payload: memory.slice(11, 11 + length) })),
    );
  });

  test('is the only control frame that can be sent so', () => {
    const { connection } = new Driver().open();
    for (const opcode of [0, 1, 2, 3, 7, 8, 11, 15, 0x89, -7])
      expect(connection.sendControl(opcode, NONE, 0, 0)).toBe(ErrorId.argumentInvalid);
    expect(connection.bufferedAmount).toBe(0);
  });

  test('is refused before the connection is open, after its end, and when there is no room', () => {
    const driver = new Driver();
    const { connection } = driver;
    expect(connection.sendControl(9, NONE, 0, 0)).toBe(ErrorId.notOpen);
    driver.open().takes = false;
    let count = 0;
    let fault = 0;
    while ((fault = connection.sendControl(9, counting(125), 0, 125)) === 0) count++;
    expect(fault).toBe(ErrorId.writeTooLong);
    // A ring of 2048 octets holds as many frames of 127 as fit, in its reserve, too.
    expect(count).toBe(Math.floor(2048 / 127));
    expect(connection.bufferedAmount).toBe(count * 127);
    connection.drop();
    expect(connection.sendControl(9, NONE, 0, 0)).toBe(ErrorId.notOpen);
  });
});

describe('a Ping of the peer', () => {
  test('is answered behind what was sent before, with the same octets', () => {
    const driver = new Driver().open();
    driver.call(() => void driver.connection.send(counting(2), 0, 2, 1));
    driver.feed(peerFrame('server', { opcode: 9, payload: counting(125) }));
    expect(framesOf(driver.takeOutput())).toMatchObject([
      { opcode: 2 },
      { opcode: 10, payload: counting(125) },
    ]);
  });

  // §5.5.3: "MAY elect to send a Pong frame for only the most recently processed Ping frame".
  test('takes the place of an older one that could not be answered', () => {
    const driver = new Driver().open();
    driver.takes = false;
    driver.connection.send(counting(2), 0, 2, 1);
    for (const payload of [[1, 1, 1], [2], [3, 3]]) driver.feed(peerFrame('server', { opcode: 9, payload }));
    driver.takes = true;
    driver.pump();
    const pongs = framesOf(driver.takeOutput()).filter(({ opcode }) => opcode === 10);
    expect(pongs).toMatchObject([{ payload: Uint8Array.of(3, 3) }]);
  });

  test('is answered in front of frames that were not begun, and behind one that was', () => {
    for (const begun of [false, true]) {
      const driver = new Driver().open();
      const { connection } = driver;
      driver.takes = false;
      connection.send(counting(20), 0, 20, 1);
      connection.send(counting(30), 0, 30, 1);
      if (begun) {
        expect(connection.output).toBe(22 + 32);
        connection.sent(5);
      }
      driver.feed(peerFrame('server', { opcode: 9, payload: [7] }));
      driver.takes = true;
      driver.pump();
      const output = driver.takeOutput();
      const all = begun ? concat([0x82, 20, ...counting(3)], output) : output;
      expect(framesOf(all).map(({ opcode, payload }) => `${opcode}:${payload.length}`)).toEqual(
        begun ? ['2:20', '10:1', '2:30'] : ['10:1', '2:20', '2:30'],
      );
    }
  });

  test('is one of at most two that wait while nothing is taken: the one that is next, and the latest', () => {
    const driver = new Driver().open();
    driver.takes = false;
    driver.connection.send(counting(20), 0, 20, 1);
    for (let i = 0; i < 9; i++) {
      driver.feed(peerFrame('server', { opcode: 9, payload: Uint8Array.of(i) }));
      // A transport is offered the first Pong, and takes nothing.
      expect(driver.connection.output).toBe(3);
    }
    driver.takes = true;
    driver.pump();
    const sent = framesOf(driver.takeOutput()).map(({ opcode, payload }) => [opcode, payload[0]]);
    expect(sent.filter(([opcode]) => opcode === 10)).toEqual([
      [10, 0],
      [10, 8],
    ]);
    expect(sent.filter(([opcode]) => opcode === 2)).toHaveLength(1);
  });
});

test('text is decoded out of a range of octets, and what is no range or no UTF-8 is refused', () => {
  const octets = utf8('<grün>');
  expect(decodeUtf8(octets, 1, octets.length - 1)).toBe('grün');
  expect(decodeUtf8(octets, 3, 3)).toBe('');
  expect(() => decodeUtf8(octets, 1, octets.length + 1)).toThrow(
    expect.objectContaining({ id: ErrorId.argumentInvalid }),
  );
  expect(() => decodeUtf8(octets, 2, 1)).toThrow(RingletError);
  expect(() => decodeUtf8('text' as unknown as Uint8Array, 0, 1)).toThrow(RingletError);
  expect(() => decodeUtf8(octets, 3, 4)).toThrow(URIError);
});
