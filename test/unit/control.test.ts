/** Pings, pongs, and the order of what is sent (hostile inputs P1 to P4). */
import { describe, expect, test } from 'vitest';
import { Driver } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, splitsOf, utf8 } from '../support/octets.ts';

const ROLES = ['server', 'client'] as const;

describe.each(ROLES)('a %s', (role) => {
  test('answers pings of 0 to 125 octets with the same octets', () => {
    for (let length = 0; length <= 125; length++) {
      const payload = counting(length);
      for (const pieces of splitsOf(peerFrame(role, { opcode: 9, payload }))) {
        const driver = new Driver({ role }).open().feed(...pieces);
        const [pong, ...others] = framesOf(driver.takeOutput());
        if (pong.first !== 0x8a || others.length > 0 || Buffer.compare(pong.payload, payload) !== 0) {
          expect.fail(`length ${length}`);
        }
      }
    }
  });

  test('handles control frames between fragments, at every split', () => {
    const input = concat(
      peerFrame(role, { opcode: 1, fin: false, payload: [0x61, 0xe2] }),
      peerFrame(role, { opcode: 9, payload: [1] }),
      peerFrame(role, { opcode: 0, fin: false }),
      peerFrame(role, { opcode: 10, payload: [2, 3] }),
      peerFrame(role, { opcode: 0, fin: false, payload: [0x82] }),
      peerFrame(role, { opcode: 0, payload: [0xac] }),
      peerFrame(role, { opcode: 2 }),
    );
    for (const pieces of splitsOf(input)) {
      const driver = new Driver({ role }).open().feed(...pieces);
      expect(driver.trace.lines).toEqual([
        'open',
        'text 61 e2 …',
        'ping 01',
        'pong 02 03',
        '… text 82 ac',
        'binary ',
      ]);
      expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: 10, payload: Uint8Array.of(1) }]);
    }
  });

  test('remembers the latest of 100,000 pings only, when nothing can be sent', () => {
    const driver = new Driver({ role, transmitBuffer: 256 }).open();
    driver.takes = false;
    const { connection } = driver;
    const size = connection.memory.byteLength;
    connection.send(utf8('first'), 0, 5, 0);
    const before = connection.bufferedAmount;
    for (let i = 0; i < 100_000; i++) {
      const ping = peerFrame(role, { opcode: 9, payload: [i >> 16, (i >> 8) & 255, i & 255] });
      connection.receive(ping, 0, ping.length);
    }
    expect(connection.bufferedAmount).toBe(before);
    expect(connection.memory.byteLength).toBe(size);
    driver.takes = true;
    driver.pump();
    const sent = framesOf(driver.takeOutput());
    expect(sent.map((each) => each.opcode).sort()).toEqual([1, 10]);
    expect(sent.find((each) => each.opcode === 10)!.payload).toEqual(Uint8Array.of(1, 0x86, 0x9f));
  });

  test('pings that come all at once fill the ring at most, and the latest is answered', () => {
    const driver = new Driver({ role, transmitBuffer: 256 }).open();
    driver.takes = false;
    const pings = Array.from({ length: 1000 }, (_, i) =>
      peerFrame(role, { opcode: 9, payload: [i >> 8, i & 255] }),
    );
    driver.feed(concat(...pings));
    expect(driver.connection.bufferedAmount).toBeLessThanOrEqual(256);
    driver.takes = true;
    driver.pump();
    const sent = framesOf(driver.takeOutput()).map((each) => (each.payload[0] << 8) | each.payload[1]);
    expect(sent).toContain(999);
    expect(sent.length).toBeLessThan(67);
  });

  test('ignores pongs that nobody asked for', () => {
    const driver = new Driver({ role }).open();
    driver.feed(peerFrame(role, { opcode: 10 }), peerFrame(role, { opcode: 10, payload: counting(125) }));
    expect(driver.takeOutput().length).toBe(0);
    expect(driver.connection.error).toBe(0);
  });

  test('answers no ping after its Close', () => {
    const driver = new Driver({ role }).open();
    driver.connection.close(1000);
    driver.pump();
    driver.takeOutput();
    driver.feed(peerFrame(role, { opcode: 9, payload: [1] }));
    expect(driver.takeOutput().length).toBe(0);
    expect(driver.trace.lines.at(-1)).toBe('ping 01');
  });

  test('drops the answer that waits when it closes', () => {
    const driver = new Driver({ role }).open();
    driver.takes = false;
    driver.connection.send(utf8('first'), 0, 5, 0);
    driver.feed(
      peerFrame(role, { opcode: 9, payload: [1] }),
      peerFrame(role, { opcode: 8, payload: closePayload(1000) }),
    );
    driver.takes = true;
    driver.pump();
    expect(framesOf(driver.takeOutput()).map((sent) => sent.opcode)).toEqual([1, 8]);
  });
});

describe('the order of what is sent', () => {
  /** Three frames are queued, `taken` octets of them gone, when a ping arrives and is answered. */
  function order(taken: number): number[] {
    const driver = new Driver({ transmitBuffer: 512 }).open();
    driver.takes = false;
    const { connection } = driver;
    for (const text of ['one', 'two', 'six']) connection.send(utf8(text), 0, 3, 0);
    const start = connection.outputStart;
    expect(connection.output).toBe(15);
    const gone = connection.memory.slice(start, start + taken);
    connection.sent(taken);
    driver.feed(peerFrame('server', { opcode: 9, payload: [7] }));
    driver.takes = true;
    driver.pump();
    return framesOf(concat(gone, driver.takeOutput())).map((sent) => sent.opcode);
  }

  test.each([
    [0, [10, 1, 1, 1]],
    [1, [1, 10, 1, 1]],
    [4, [1, 10, 1, 1]],
    [5, [1, 10, 1, 1]],
    [6, [1, 1, 10, 1]],
    [14, [1, 1, 1, 10]],
    [15, [1, 1, 1, 10]],
  ])('a Pong jumps the queue at the next boundary, never into a frame: %d octets gone', (taken, opcodes) => {
    expect(order(taken)).toEqual(opcodes);
  });

  test('a Pong finds its place in a ring that is full of data', () => {
    const driver = new Driver({ transmitBuffer: 256 }).open();
    driver.takes = false;
    const { connection } = driver;
    for (let room = connection.writable; room > 0; room = connection.writable) {
      connection.send(new Uint8Array(room), 0, Math.min(room, 20), 1);
    }
    driver.feed(peerFrame('server', { opcode: 9, payload: counting(125) }));
    driver.takes = true;
    driver.pump();
    const sent = framesOf(driver.takeOutput());
    expect(sent.filter((each) => each.opcode === 10).map((each) => each.payload)).toEqual([counting(125)]);
  });

  test('a message of ours in fragments is not torn by a Pong', () => {
    const driver = new Driver().open();
    const { connection } = driver;
    connection.send(utf8('a'), 0, 1, 2);
    driver.pump();
    driver.feed(peerFrame('server', { opcode: 9 }));
    connection.send(utf8('b'), 0, 1, 2);
    connection.send(utf8('c'), 0, 1, 0);
    driver.pump();
    expect(framesOf(driver.takeOutput()).map((sent) => sent.first)).toEqual([0x01, 0x8a, 0x00, 0x80]);
  });
});
