/** Compressed messages as they go out: RFC 7692 §6.1 and §7.2.1, judged by zlib. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Span } from '../../src/connection/events.ts';
import type { PermessageDeflateOptions } from '../../src/deflate/permessage-deflate.ts';
import type { Driver } from '../support/driver.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { concat, toHex, utf8 } from '../support/octets.ts';
import { below, words } from '../support/random.ts';
import { agreed, ROLES, ZlibPeer, type Message } from './endpoints.ts';

const JSON_TEXT = utf8(
  '{"seq":1042,"t":1699999999.123,"load":[0.12,0.34,0.25],"mem":{"total":327680,"free":123456}}',
);

function sent(driver: Driver, peer: ZlibPeer): Message[] {
  driver.pump();
  return peer.read(driver.takeOutput());
}

function send(driver: Driver, data: Uint8Array, span: number = Span.binary): void {
  expect(driver.connection.send(data, 0, data.length, span)).toBe(0);
}

describe.each(ROLES)('%s', (role) => {
  test('a message is one frame with RSV1, and the next refers to it', () => {
    const driver = agreed(role);
    const peer = new ZlibPeer();
    send(driver, JSON_TEXT, 0);
    const first = driver.connection.bufferedAmount;
    const [message] = sent(driver, peer);
    expect(message).toEqual({ opcode: 1, isCompressed: true, frames: 1, data: JSON_TEXT });
    send(driver, JSON_TEXT, 0);
    expect(driver.connection.bufferedAmount).toBeLessThan(first / 3);
    expect(sent(driver, peer)[0].data).toEqual(JSON_TEXT);
  });

  test('messages below the threshold go as they are', () => {
    for (const threshold of [0, 1, 32, 100, Infinity]) {
      const driver = agreed(role, { threshold });
      const peer = new ZlibPeer();
      for (const length of [0, 1, 31, 32, 99, 100, 101]) {
        const data = new Uint8Array(length).fill(65);
        send(driver, data);
        const [message] = sent(driver, peer);
        expect([message.isCompressed, message.frames]).toEqual([length >= threshold, 1]);
        expect(message.data).toEqual(data);
      }
    }
  });

  test('a message in fragments of the user’s: RSV1 on the first frame, control frames between', () => {
    const driver = agreed(role);
    const peer = new ZlibPeer();
    for (const parts of [
      [1, 0, 5, 0],
      [0, 0],
      [40, 40, 1],
      [0, 92],
    ]) {
      let at = 0;
      parts.forEach((length, i) => {
        const more = i < parts.length - 1 ? Span.more : 0;
        expect(driver.connection.send(JSON_TEXT, at, at + length, more)).toBe(0);
        at += length;
        expect(driver.connection.sendControl(9, JSON_TEXT, 0, i)).toBe(0);
        driver.feed(peerFrame(role, { opcode: 9, payload: [i] }));
      });
      const octets = (driver.pump(), driver.takeOutput());
      const rsv1 = framesOf(octets).filter((frame) => (frame.first & 0x40) !== 0);
      expect(rsv1.map((frame) => frame.opcode)).toEqual([1]);
      const [message] = peer.read(octets);
      expect(message).toMatchObject({ opcode: 1, isCompressed: true, frames: parts.length });
      expect(message.data).toEqual(JSON_TEXT.slice(0, at));
    }
  });

  test('every fragment can be decompressed as soon as it is there', () => {
    const driver = agreed(role);
    const peer = agreed(role === 'client' ? 'server' : 'client');
    let at = 0;
    for (const length of [1, 2, 3, 30, 4]) {
      driver.connection.send(JSON_TEXT, at, at + length, Span.more);
      driver.pump();
      at += length;
      peer.feed(driver.takeOutput());
      const text = JSON.stringify(Buffer.from(JSON_TEXT.slice(0, at)).toString());
      expect(peer.trace.lines.at(-1)).toBe(`text ${text} …`);
    }
  });

  test('a Close in the middle of a compressed message goes out, and nothing after it', () => {
    const driver = agreed(role);
    driver.connection.send(JSON_TEXT, 0, 50, Span.more);
    expect(driver.connection.close(1001)).toBe(0);
    expect(driver.connection.send(JSON_TEXT, 50, 60, 0)).toBe(ErrorId.notOpen);
    expect(driver.connection.writable).toBe(0);
    driver.pump();
    const frames = framesOf(driver.takeOutput());
    expect(frames.map((frame) => frame.first)).toEqual([0x41, 0x88]);
    driver.feed(peerFrame(role, { opcode: 8, payload: [3, 233] })).transportClosed();
    expect(driver.trace.lines.at(-1)).toBe('over 1001 clean');
  });

  test('the receiver may echo a span from where it lies', () => {
    const driver = agreed(
      role,
      { receiveWindowBits: 9 },
      { transmitBuffer: 4096 },
      {
        onData: (d, bytes, start, end, span) => {
          expect(d.connection.send(bytes, start, end, span & (Span.binary | Span.more))).toBe(0);
        },
      },
    );
    const peer = agreed(
      role === 'client' ? 'server' : 'client',
      { transmitWindowBits: 9 },
      { transmitBuffer: 4096 },
    );
    const data = Uint8Array.from({ length: 2000 }, (_, i) => (i * i) >> 7);
    send(peer, data);
    peer.pump();
    driver.feed(peer.takeOutput());
    expect(sent(driver, new ZlibPeer())[0].data).toEqual(data);
  });

  describe('what writable allows is taken, whatever the data', () => {
    const SETTINGS: readonly PermessageDeflateOptions[] = [
      { profile: 'device' },
      { profile: 'device', transmitWindowBits: 8 },
      { profile: 'desk' },
      { profile: 'desk', transmitWindowBits: 9, transmitTakeover: false },
    ];
    const madeOf = (kind: number, length: number, random: () => number): Uint8Array =>
      Uint8Array.from({ length }, (_, i) => {
        if (kind === 0) return random();
        if (kind === 1) return 0;
        // Octets of nine bits each in the fixed code, and just not worth a block of their own.
        if (kind === 2) return 144 + (below(random, 112) & 0x7f);
        return i % 50 < 4 ? i % 50 : random();
      });

    test.each(SETTINGS)('%o', (settings) => {
      const random = words(11);
      for (const transmitBuffer of [256, 512, 1024, 65536]) {
        const driver = agreed(role, { threshold: 0, ...settings }, { transmitBuffer });
        const bits = settings.transmitWindowBits ?? (settings.profile === 'device' ? 10 : 15);
        const peer = new ZlibPeer(bits, settings.transmitTakeover ?? true);
        driver.takes = false;
        const { connection } = driver;
        const expected: string[] = [];
        const octets: Uint8Array[] = [];
        let message = '';
        let isOpen = false;
        const rounds = transmitBuffer > 1024 ? 12 : 120;
        for (let round = 0; round <= rounds; round++) {
          // Fill the ring up to the last octet that is allowed, sometimes with less before.
          let isDone = false;
          for (let most = connection.writable; !isDone; most = connection.writable) {
            const length = below(random, 3) === 0 ? below(random, most + 1) : most;
            const piece = madeOf(below(random, 4), length, random);
            const isLast = round === rounds || below(random, 3) === 0;
            isDone = most < 100 || below(random, 10) === 0 || round === rounds;
            // Only the end of the ring may refuse a fragment of no octets.
            const fault = connection.send(piece, 0, length, Span.binary | (isLast ? 0 : Span.more));
            if (fault !== 0) expect([fault, most]).toEqual([ErrorId.writeTooLong, 0]);
            if (fault !== 0) break;
            expect(connection.bufferedAmount).toBeLessThanOrEqual(transmitBuffer);
            message += toHex(piece);
            if (isLast) expected.push(message);
            if (isLast) message = '';
            isOpen = !isLast;
          }
          if (below(random, 2) === 0)
            driver.feed(peerFrame(role, { opcode: 9, payload: madeOf(0, 125, random) }));
          // What is in the ring leaves it in parts, so that its tail wraps.
          const output = connection.output;
          const count = round === rounds ? output : below(random, output + 1);
          octets.push(connection.memory.slice(connection.outputStart, connection.outputStart + count));
          connection.sent(count);
        }
        driver.takes = true;
        driver.pump();
        if (isOpen) {
          send(driver, new Uint8Array(0), Span.binary);
          driver.pump();
          expected.push(message);
        }
        const messages = peer.read(concat(...octets, driver.takeOutput()));
        expect(messages.map(({ data }) => toHex(data)).join('\n') === expected.join('\n')).toBe(true);
      }
    });
  });

  test('what was told as writable is taken after pings', () => {
    const random = words(17);
    for (const transmitBuffer of [512, 1024]) {
      for (let round = 0; round < 50; round++) {
        const driver = agreed(role, { profile: 'device', threshold: 0 }, { transmitBuffer });
        driver.takes = false;
        const { connection } = driver;
        const before = Uint8Array.from({ length: below(random, 2) * below(random, 200) }, random);
        if (before.length > 0) send(driver, before);
        const data = Uint8Array.from({ length: connection.writable }, random);
        const pings = Array.from({ length: 1 + below(random, 4) }, () =>
          peerFrame(role, { opcode: 9, payload: new Uint8Array(below(random, 126)) }),
        );
        driver.feed(...(round % 2 === 0 ? pings : [concat(...pings)]));
        expect(connection.send(data, 0, data.length, 1)).toBe(0);
        driver.takes = true;
        driver.pump();
        const messages = new ZlibPeer(10).read(driver.takeOutput());
        expect(messages.at(-1)!.data).toEqual(data);
      }
    }
  });

  test('what is longer than writable is refused, and leaves the context as it was', () => {
    const driver = agreed(role, { profile: 'device' }, { transmitBuffer: 512 });
    const peer = new ZlibPeer(10);
    const long = new Uint8Array(500).fill(1);
    send(driver, JSON_TEXT);
    for (let i = 0; i < 3; i++) {
      expect(driver.connection.send(long, 0, long.length, 1)).toBe(ErrorId.writeTooLong);
      send(driver, JSON_TEXT);
      expect(sent(driver, peer).at(-1)!.data).toEqual(JSON_TEXT);
    }
  });

  test('a transport that takes an octet at a time: frames, Pongs in between, the ring wrapped', () => {
    const driver = agreed(role, { profile: 'device', threshold: 0 }, { transmitBuffer: 256 });
    const peer = new ZlibPeer(10);
    driver.takes = false;
    const { connection } = driver;
    const octets: number[] = [];
    const random = words(3);
    const expected: Uint8Array[] = [];
    for (let turn = 0; turn < 20_000; turn++) {
      if (below(random, 30) === 0 && expected.length < 100) {
        const data = Uint8Array.from({ length: below(random, 80) }, () => random() & 7);
        if (data.length <= connection.writable && connection.send(data, 0, data.length, 1) === 0)
          expected.push(data);
      }
      if (below(random, 200) === 0) driver.feed(peerFrame(role, { opcode: 9, payload: [turn & 255] }));
      if (connection.output > 0) {
        octets.push(connection.memory[connection.outputStart]);
        connection.sent(1);
      }
    }
    expect(expected.length).toBe(100);
    expect(connection.output).toBe(0);
    const messages = peer.read(Uint8Array.from(octets));
    expect(messages.map((message) => message.data)).toEqual(expected);
  });

  test('masks stay fresh on every frame of a compressed message', () => {
    if (role === 'server') return;
    const driver = agreed(role, { profile: 'device' }, { transmitBuffer: 4096 });
    const random = words(9);
    send(driver, Uint8Array.from({ length: 2000 }, random));
    driver.pump();
    const keys = framesOf(driver.takeOutput()).map((frame) => Buffer.from(frame.key!).toString('hex'));
    expect(keys.length).toBeGreaterThan(7);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a random source that fails in the middle of a message ends the connection', () => {
    if (role === 'server') return;
    let calls = 0;
    const random = (): number => {
      if (++calls > 7) throw new Error('dry');
      return calls * 7919;
    };
    const driver = agreedWith(random);
    const noise = Uint8Array.from({ length: 2000 }, words(9));
    expect(driver.connection.send(noise, 0, noise.length, 1)).toBe(ErrorId.randomFailed);
    driver.wait(1);
    expect(driver.trace.lines.at(-1)).toBe('over 1006 randomFailed');
  });
});

/** A client whose handshake takes the sample key, and whose masks come from `random`. */
function agreedWith(random: () => number): Driver {
  const key = Buffer.from('the sample nonce');
  let next = 0;
  return agreed(
    'client',
    { profile: 'device' },
    {
      transmitBuffer: 4096,
      random: () => (next < 4 ? key.readInt32LE(4 * next++) : random()),
    },
  );
}
