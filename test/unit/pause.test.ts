/** Pausing: nothing is delivered meanwhile, nothing is lost, and what came before a fault comes before it. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Driver, type Hooks } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting, splitsOf, utf8 } from '../support/octets.ts';

const ROLES = ['server', 'client'] as const;

/** Pauses at every event. */
const PAUSE: Hooks = {
  onOpen: (driver) => driver.connection.pause(),
  onData: (driver) => driver.connection.pause(),
  onControl: (driver) => driver.connection.pause(),
};

function conversation(role: 'client' | 'server'): Uint8Array {
  return concat(
    peerFrame(role, { opcode: 1, payload: utf8('one') }),
    peerFrame(role, { opcode: 2 }),
    peerFrame(role, { opcode: 9, payload: [1] }),
    peerFrame(role, { opcode: 1, fin: false, payload: utf8('t') }),
    peerFrame(role, { opcode: 10 }),
    peerFrame(role, { opcode: 0, payload: utf8('wo') }),
  );
}

const LINES = ['open', 'text "one"', 'binary ', 'ping 01', 'text "t" …', 'pong', '… text "wo"'];

describe.each(ROLES)('a %s that pauses at every event', (role) => {
  test('is told everything, in order, at every split', () => {
    for (const pieces of splitsOf(conversation(role))) {
      const driver = new Driver({ role }, PAUSE).open().feed(...pieces);
      expect(driver.trace.lines).toEqual(['open']);
      for (let turns = 0; turns < 60; turns++) driver.resume();
      expect(driver.trace.lines).toEqual(LINES);
      expect(driver.backlog).toBe(0);
    }
  });

  test('is told one event for each resume', () => {
    const driver = new Driver({ role }, PAUSE).open().feed(conversation(role));
    for (let count = 1; count <= LINES.length; count++) {
      expect(driver.trace.lines.length).toBe(count);
      driver.resume();
    }
  });

  test('the position is in the memory that was offered last, whatever view that was', () => {
    const { connection } = new Driver({ role: 'client' }).open();
    const view = new Uint8Array(new ArrayBuffer(32), 7, 20);
    expect(connection.receive(view, 3, 3)).toBe(3);
    expect(connection.position).toBe(3);
    expect(connection.receive(connection.memory, 100, 100)).toBe(100);
    expect(connection.position).toBe(100);
  });

  test('keeps nothing: what is behind an event stays with the owner', () => {
    const message = peerFrame(role, { opcode: 2, payload: counting(90) });
    const all = concat(...Array.from({ length: 40 }, () => message));
    const driver = new Driver({ role }, PAUSE).open().feed(all);
    expect(driver.backlog).toBe(all.length);
    for (let count = 1; count <= 40; count++) {
      driver.resume();
      expect(driver.backlog).toBe(all.length - count * message.length);
    }
    expect(driver.trace.lines.length).toBe(41);
    expect(new Set(driver.trace.lines.slice(1)).size).toBe(1);
  });

  test.each([
    ['text with an impossible octet', { opcode: 1, payload: [0x68, 0x69, 0xff, 0x21] }, 'text "hi" …', 1007],
    ['text cut off', { opcode: 1, payload: [0x68, 0xc3] }, 'text 68 c3 …', 1007],
  ] as const)('%s: its sound part first, the fault when the receiver goes on', (_name, parts, line, code) => {
    for (const pieces of splitsOf(concat(peerFrame(role, parts), counting(3)))) {
      // Pauses where the whole sound part has been told.
      const driver = new Driver(
        { role },
        {
          onData(self) {
            if (self.trace.lines.at(-1) === line) self.connection.pause();
          },
        },
      ).open();
      driver.feed(...pieces);
      expect(driver.trace.lines).toEqual(['open', line]);
      expect(driver.connection.send(utf8('echo'), 0, 4, 0)).toBe(0);
      driver.resume();
      expect(driver.connection.error).toBe(ErrorId.textInvalid);
      driver.transportClosed();
      expect(driver.trace.lines.at(-1)).toBe('over 1006 textInvalid');
      const sent = framesOf(driver.takeOutput());
      expect(sent.map((each) => each.payload)).toEqual([utf8('echo'), closePayload(code)]);
    }
  });

  test('a message before a frame that breaks the rules can still be answered', () => {
    const input = concat(peerFrame(role, { opcode: 1, payload: utf8('hi') }), peerFrame(role, { opcode: 3 }));
    for (const pieces of splitsOf(input)) {
      const driver = new Driver({ role }, { onData: (self) => self.connection.pause() })
        .open()
        .feed(...pieces);
      while (driver.trace.lines.at(-1) !== 'text "hi"') driver.resume();
      expect(driver.connection.error).toBe(0);
      expect(driver.connection.send(utf8('hi'), 0, 2, 0)).toBe(0);
      driver.resume();
      expect(driver.connection.error).toBe(ErrorId.reservedOpcode);
      expect(framesOf(driver.takeOutput()).map((each) => each.opcode)).toEqual([1, 8]);
    }
  });

  test('the end of the transport waits for what came before it', () => {
    const close = peerFrame(role, { opcode: 8, payload: closePayload(1000) });
    const driver = new Driver({ role }, PAUSE).open().feed(conversation(role), close).transportClosed();
    for (let turns = 0; turns < 9; turns++) driver.resume();
    expect(driver.trace.lines).toEqual([...LINES, 'close 1000', 'over 1000 clean']);
  });

  test('the end of the transport, after a fault that was not told yet, is that fault\u2019s', () => {
    const driver = new Driver({ role }, { onData: (self) => self.connection.pause() }).open();
    driver
      .feed(peerFrame(role, { opcode: 1, payload: [0x61, 0xff] }))
      .transportClosed()
      .resume();
    expect(driver.trace.lines.filter((line) => line !== 'fin')).toEqual([
      'open',
      'text "a" …',
      'over 1006 textInvalid',
    ]);
  });
});

test('a receiver that pauses and resumes in one event is not stopped', () => {
  const driver = new Driver(
    {},
    {
      onData(self) {
        self.connection.pause();
        self.connection.resume();
      },
    },
  ).open();
  driver.feed(conversation('server'));
  expect(driver.trace.lines).toEqual(LINES);
  expect(driver.backlog).toBe(0);
});

test.each(ROLES)('pause and resume are legal at any time, also in the %s role', (role) => {
  const driver = new Driver({ role });
  driver.connection.pause();
  driver.resume().open();
  driver.connection.pause();
  driver.connection.drop();
  driver.resume().resume();
  driver.connection.pause();
  expect(driver.trace.lines).toEqual(['open']);
  expect(driver.thrown).toEqual([]);
});
