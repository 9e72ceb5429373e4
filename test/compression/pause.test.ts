/** Receivers that take their time with compressed messages: what waits stays, nothing is lost, nothing doubled. */
import { describe, expect, test } from 'vitest';
import { Span } from '../../src/connection/events.ts';
import type { Driver, DriverOptions } from '../support/driver.ts';
import { peerFrame } from '../support/frames.ts';
import { concat, cutAt, utf8 } from '../support/octets.ts';
import { dataLine } from '../support/trace.ts';
import { below, words } from '../support/random.ts';
import { agreed, BINARY, deflated, peerMessage, ROLES, TEXT, told, type Role } from './endpoints.ts';

const noise = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, words(seed));

const NOISE = noise(3000, 6);

/** A message that zlib has stored: as many octets come in as go out. */
const stored = (role: Role): Uint8Array =>
  peerMessage(role, BINARY, deflated(NOISE, { windowBits: 9, level: 0 }));

/** Compressible, not at all, plain, and of many forms between, with control frames between the messages. */
function conversation(role: Role): Uint8Array {
  const long = utf8('¿Cuántos años tienes? '.repeat(120));
  return concat(
    peerMessage(role, TEXT, ...cutAt(deflated(long, { windowBits: 9 }), [3, 4, 20])),
    peerFrame(role, { opcode: 9, payload: [1] }),
    peerMessage(role, BINARY, deflated(noise(900, 3), { windowBits: 9, level: 0 })),
    peerFrame(role, { opcode: BINARY, payload: noise(700, 4) }),
    peerMessage(role, BINARY, deflated(new Uint8Array(5000), { windowBits: 9 })),
    peerMessage(role, TEXT, [0]),
    peerFrame(role, { opcode: 10, payload: [2] }),
    peerMessage(role, TEXT, deflated(utf8('the end'), { windowBits: 9 })),
  );
}

const SETTINGS = { receiveWindowBits: 9, receiveTakeover: false };

/** Feeds `bytes` in pieces to a receiver that pauses at every span, or at some; returns what it was told. */
function slow(role: Role, bytes: Uint8Array, seed: number, options: DriverOptions): string[] {
  const random = words(seed);
  const driver = agreed(role, SETTINGS, options, {
    onData: (d) => {
      if (below(random, 4) !== 0) d.connection.pause();
    },
  });
  let at = 0;
  let turns = 0;
  while (at < bytes.length || driver.connection.paused || driver.backlog > 0) {
    expect(++turns).toBeLessThan(20_000);
    if (at < bytes.length && below(random, 2) === 0) {
      const next = Math.min(bytes.length, at + 1 + below(random, 600));
      driver.feed(bytes.slice(at, next));
      at = next;
    } else driver.resume();
  }
  expect(driver.connection.error).toBe(0);
  return told(driver);
}

describe.each(ROLES)('%s', (role) => {
  const bytes = conversation(role);
  const whole = told(agreed(role, SETTINGS).feed(bytes));

  test('the conversation is what it should be', () => {
    expect(whole.map((line) => line.slice(0, 12))).toEqual([
      'text "¿Cuánt',
      'ping 01',
      expect.stringMatching(/^binary/),
      expect.stringMatching(/^binary/),
      expect.stringMatching(/^binary/),
      'text ""',
      'pong 02',
      'text "the en',
    ]);
  });

  test('pausing at random', () => {
    for (let seed = 1; seed <= 120; seed++) expect(slow(role, bytes, seed, {})).toEqual(whole);
  });

  test.each([
    ['a conversation', bytes, whole],
    ['more than the window, as it is', stored(role), [dataLine(true, NOISE, true, false)]],
  ])(
    'input that was not consumed is offered again as it was left, elsewhere and in other pieces: %s',
    (_, input, lines) => {
      const driver = agreed(role, SETTINGS, {}, { onData: (d) => d.connection.pause() });
      const { connection } = driver;
      const random = words(3);
      let given = input.slice();
      for (let turns = 0; given.length > 0 || connection.paused; turns++) {
        expect(turns).toBeLessThan(20_000);
        connection.resume();
        const consumed = connection.receive(given, 0, below(random, given.length + 1));
        given = given.slice(consumed);
      }
      expect(told(driver)).toEqual(lines);
    },
  );

  test('a span stays as it is until resume, whatever is sent', () => {
    let held: { view: Uint8Array; copy: Uint8Array } | undefined;
    const driver = agreed(
      role,
      SETTINGS,
      {},
      {
        onData: (d, memory, start, end) => {
          held = { view: memory.subarray(start, end), copy: memory.slice(start, end) };
          d.connection.pause();
        },
      },
    );
    const random = words(5);
    for (let at = 0; at < bytes.length;) {
      const next = Math.min(bytes.length, at + 1 + below(random, 200));
      driver.feed(bytes.slice(at, next));
      at = next;
      while (driver.connection.paused) {
        expect(held!.view).toEqual(held!.copy);
        // Sending does not touch them either.
        if (driver.connection.writable > 40)
          driver.connection.send(held!.copy, 0, Math.min(40, held!.copy.length), 1);
        driver.pump();
        expect(held!.view).toEqual(held!.copy);
        driver.resume();
      }
    }
    while (driver.connection.paused || driver.backlog > 0) driver.resume();
    expect(told(driver)).toEqual(whole);
  });

  describe('the transport ends while output waits', () => {
    const message = peerMessage(role, BINARY, deflated(new Uint8Array(3000), { windowBits: 9 }));

    function paused(): Driver {
      return agreed(role, SETTINGS, {}, { onData: (d) => d.connection.pause() });
    }

    test('all of it is told first, then the end', () => {
      const driver = paused().feed(message).transportClosed();
      expect(told(driver)[0]).toMatch(/^binary 00.* …$/);
      while (driver.connection.paused && driver.connection.state !== 5) driver.resume();
      expect(told(driver)).toEqual([`binary${' 00'.repeat(3000)}`, 'over 1006 transportEnded']);
    });

    test('in the middle of a message, wherever it is cut: as much is told as to one that does not pause', () => {
      const long = peerMessage(role, BINARY, deflated(new Uint8Array(30_000), { windowBits: 9 }));
      for (let length = 0; length < long.length; length++) {
        const cut = long.slice(0, length);
        const driver = paused().feed(cut).transportClosed();
        while (driver.connection.paused && driver.connection.state !== 5) driver.resume();
        expect(told(driver)).toEqual(told(agreed(role, SETTINGS).feed(cut).transportClosed()));
        expect(told(driver).at(-1)).toBe('over 1006 transportEnded');
      }
    });

    test('a fault behind it is told after it, and decides', () => {
      const driver = paused()
        .feed(concat(message, peerMessage(role, BINARY, [7])))
        .transportClosed(505);
      while (driver.connection.paused && driver.connection.state !== 5) driver.resume();
      expect(told(driver).filter((line) => line !== 'fin')).toEqual([
        `binary${' 00'.repeat(3000)}`,
        'over 1006 compressionInvalid',
      ]);
    });

    test('dropped, nothing more is told', () => {
      const driver = paused().feed(message);
      driver.connection.drop();
      const before = told(driver).length;
      driver.resume().transportClosed();
      expect(told(driver).length).toBe(before);
    });
  });

  test('a Ping behind waiting output is answered after it, and not before', () => {
    const driver = agreed(role, SETTINGS, {}, { onData: (d) => d.connection.pause() });
    driver.feed(
      concat(
        peerMessage(role, BINARY, deflated(new Uint8Array(2000), { windowBits: 9 })),
        peerFrame(role, { opcode: 9, payload: [7] }),
      ),
    );
    expect(driver.takeOutput().length).toBe(0);
    while (driver.connection.paused) driver.resume();
    expect(driver.takeOutput().length).toBeGreaterThan(0);
    expect(told(driver).at(-1)).toBe('ping 07');
  });

  test('an event that throws leaves the message intact', () => {
    let spans = 0;
    const driver = agreed(
      role,
      SETTINGS,
      {},
      {
        onData: () => {
          if (spans++ % 2 === 0) throw new Error('mine');
        },
      },
    );
    driver.feed(bytes);
    expect(driver.thrown.length).toBeGreaterThan(0);
    expect(told(driver)).toEqual(whole);
  });

  test('an event may drop the connection, or close it', () => {
    for (const what of ['drop', 'close'] as const) {
      const driver = agreed(
        role,
        SETTINGS,
        {},
        {
          onData: (d, _b, _s, _e, span) => {
            if ((span & Span.first) === 0) return;
            if (what === 'drop') d.connection.drop();
            else d.connection.close(1000);
            // What is no longer paused must not go on.
            d.connection.resume();
          },
        },
      );
      driver.feed(bytes);
      if (what === 'drop') expect(told(driver).length).toBe(1);
      else expect(told(driver)).toEqual(whole);
    }
  });
});

test.each(ROLES)(
  '%s: whoever pauses at its first span is given what a step of input is, and no more',
  (role) => {
    const data = noise(12_000, 9);
    const spans: Uint8Array[] = [];
    const driver = agreed(
      role,
      {},
      {},
      {
        onData: (d, bytes, start, end) => {
          spans.push(bytes.slice(start, end));
          d.connection.pause();
        },
      },
    );
    // Stored: as many octets come out as went in.
    driver.feed(peerMessage(role, BINARY, deflated(data, { level: 0 })));
    for (let count = 1; driver.connection.paused; count++) {
      expect(spans).toHaveLength(count);
      driver.resume();
    }
    for (const { length } of spans) expect(length).toBeLessThanOrEqual(4096);
    expect(Buffer.compare(concat(...spans), data)).toBe(0);
  },
);
