/** Events that throw, or call back into the connection, and random sources that fail (T14, T15). */
import { describe, expect, test } from 'vitest';
import { State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import { Driver, type Hooks } from '../support/driver.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { newClient, newServer, request, response } from '../support/handshake.ts';
import { concat, splitsOf, utf8 } from '../support/octets.ts';
import { words } from '../support/random.ts';

const ROLES = ['server', 'client'] as const;

function talk(role: 'client' | 'server'): Uint8Array {
  return concat(
    peerFrame(role, { opcode: 1, payload: utf8('one') }),
    peerFrame(role, { opcode: 1, fin: false, payload: utf8('t') }),
    peerFrame(role, { opcode: 9, payload: [7] }),
    peerFrame(role, { opcode: 0, payload: utf8('wo') }),
    peerFrame(role, { opcode: 8, payload: closePayload(1000) }),
  );
}

const thrower = (): never => {
  throw new Error('user');
};

const ALL: Hooks = { onOpen: thrower, onData: thrower, onControl: thrower, onClose: thrower };

describe.each(ROLES)('events of a %s that all throw', (role) => {
  test('change nothing, and each leaves its call', () => {
    for (const pieces of splitsOf(talk(role))) {
      const quiet = new Driver({ role })
        .open()
        .feed(...pieces)
        .transportClosed();
      const loud = new Driver({ role }, ALL)
        .open()
        .feed(...pieces)
        .transportClosed();
      expect(loud.trace.lines).toEqual(quiet.trace.lines);
      expect(loud.takeOutput()).toEqual(quiet.takeOutput());
      expect(loud.connection.state).toBe(State.closed);
      // A message that comes in pieces is told in pieces.
      const told = loud.trace.lines.filter((line) => line !== 'fin').length;
      expect(loud.thrown.length).toBeGreaterThanOrEqual(told);
      for (const error of loud.thrown) expect(error).toEqual(new Error('user'));
    }
  });

  test('also where they come from opened, tick, receive and transportClosed', () => {
    const opened = new Driver({ role }, ALL);
    expect(() => opened.connection.opened()).toThrow('user');
    const ticked = new Driver({ role, idleTimeout: 100, keepalive: 0 }, { onClose: thrower })
      .open()
      .wait(200);
    expect(ticked.thrown.length).toBe(1);
    const paused = new Driver({ role }, { onData: thrower }).open();
    paused.connection.pause();
    paused.feed(talk(role));
    expect(paused.thrown).toEqual([]);
    expect(paused.resume().thrown.length).toBeGreaterThan(1);
    const ended = new Driver({ role }, { onClose: thrower }).open();
    expect(() => ended.connection.transportClosed(0)).toThrow('user');
    expect(ended.connection.state).toBe(State.closed);
    expect(ended.connection.tick(5000)).toBe(0);
  });
});

test('exceptions of onOpen after a handshake', () => {
  const client = newClient({}, {}, ALL).feed(concat(response(), peerFrame('client', { opcode: 1 })));
  expect(client.thrown.length).toBe(2);
  expect(client.trace.lines).toEqual(['open', 'text ""']);
});

describe.each(ROLES)('events of a %s that call back', (role) => {
  test('send, from every event', () => {
    const answer = (driver: Driver): void => void driver.connection.send(utf8('ok'), 0, 2, 0);
    for (const pieces of splitsOf(talk(role))) {
      const driver = new Driver(
        { role },
        { onOpen: answer, onData: answer, onControl: answer, onClose: answer },
      ).open();
      driver.feed(...pieces).transportClosed();
      const sent = framesOf(driver.takeOutput()).filter((each) => each.opcode === 1);
      expect(sent.length).toBeGreaterThanOrEqual(5);
      expect(driver.trace.lines.at(-1)).toBe('over 1000 clean');
    }
  });

  test('close, and are told what still comes', () => {
    for (const pieces of splitsOf(talk(role))) {
      const driver = new Driver({ role }, { onData: (self) => void self.connection.close(1001) }).open();
      driver.feed(...pieces).transportClosed();
      expect(driver.trace.lines.filter((line) => line !== 'fin').slice(1)).toEqual([
        'text "one"',
        'text "t" …',
        'ping 07',
        '… text "wo"',
        'close 1000',
        'over 1000 clean',
      ]);
      expect(framesOf(driver.takeOutput()).filter((each) => each.opcode === 8)).toMatchObject([
        { payload: closePayload(1001) },
      ]);
    }
  });

  test('drop, and are told nothing any more', () => {
    const lines = ['open', 'text "one"', 'text "t" …', 'ping 07', '… text "wo"', 'close 1000'];
    for (let at = 0; at < lines.length; at++) {
      const drop = (self: Driver): void => {
        if (self.trace.lines.length === at + 1) self.connection.drop();
      };
      const driver = new Driver({ role }, { onOpen: drop, onData: drop, onControl: drop }).open();
      driver.feed(talk(role), talk(role)).wait(100_000).resume().transportClosed();
      expect(driver.trace.lines).toEqual(lines.slice(0, at + 1));
      expect(driver.connection.state).toBe(State.closed);
      expect(driver.backlog).toBe(0);
    }
  });

  test('onClose comes once, whatever is called from it and afterwards', () => {
    const driver = new Driver(
      { role },
      {
        onClose(self) {
          self.connection.transportClosed(0);
          self.connection.close(1000);
          self.connection.tick(9999);
          self.connection.resume();
          self.connection.drop();
        },
      },
    ).open();
    driver.transportClosed(505).transportClosed(505).wait(100_000);
    expect(driver.trace.lines).toEqual(['open', 'over 1006 transportReset']);
  });
});

describe('a random source that fails', () => {
  const failing = (): never => {
    throw new Error('no words');
  };

  /** Gives the words of `words`, and after `count` of them what `then` does. */
  function source(count: number, then: () => number): () => number {
    const good = words();
    return () => (count-- > 0 ? good() : then());
  }

  test.each([
    ['throws', failing],
    ['gives zeros', () => 0],
    ['repeats itself', () => 77],
    ['gives no numbers', () => NaN],
  ])('%s: no request is made', (_name, then) => {
    const client = newClient({}, { random: source(0, then) });
    expect(client.trace.lines).toEqual(['over 1006 randomFailed']);
    expect(client.takeOutput().length).toBe(0);
  });

  test('is needed by no server', () => {
    const server = newServer({}, { random: failing }).feed(request(), peerFrame('server', { opcode: 9 }));
    server.connection.close(1000);
    server.pump();
    expect(server.trace.lines).toEqual(['open', 'ping']);
  });

  const open = (then: () => number): Driver =>
    new Driver({ role: 'client', random: source(0, then), keepalive: 1000 }).open();

  test('send is refused, and the end is told by the next tick, not from inside it', () => {
    const client = open(failing);
    expect(client.connection.send(utf8('x'), 0, 1, 0)).toBe(ErrorId.randomFailed);
    expect(client.trace.lines).toEqual(['open']);
    expect(client.connection.output).toBe(0);
    client.connection.tick(1);
    client.connection.tick(2);
    expect(client.trace.lines).toEqual(['open', 'over 1006 randomFailed']);
  });

  test('dropped before that tick, nothing is told', () => {
    const client = open(failing);
    client.connection.send(utf8('x'), 0, 1, 0);
    client.connection.drop();
    client.connection.tick(1);
    expect(client.trace.lines).toEqual(['open']);
  });

  test('the end of the transport before that tick is still the failure', () => {
    const client = open(failing);
    client.connection.send(utf8('x'), 0, 1, 0);
    client.connection.transportClosed(0);
    expect(client.trace.lines).toEqual(['open', 'over 1006 randomFailed']);
  });

  test.each([
    ['a Pong', (client: Driver) => void client.feed(peerFrame('client', { opcode: 9 }))],
    ['a Ping', (client: Driver) => void client.wait(1000)],
    [
      'a Ping of the user\u2019s',
      (client: Driver) => void client.call(() => client.connection.sendControl(9, utf8(''), 0, 0)),
    ],
    ['a Close', (client: Driver) => void client.call(() => client.connection.close(1000))],
    ['the answer to a Close', (client: Driver) => void client.feed(peerFrame('client', { opcode: 8 }))],
  ])('%s cannot be masked', (_name, act) => {
    const client = open(failing);
    act(client);
    expect(client.takeOutput().length).toBe(0);
    expect(client.trace.lines.at(-1)).toBe('over 1006 randomFailed');
  });

  test('masks are never zero and never the same twice in a row', () => {
    const given = [5, 5, 0, 9, 9, 9, 3];
    const client = open(() => given.shift() ?? 4);
    for (let i = 0; i < 3; i++) expect(client.connection.send(utf8('x'), 0, 1, 0)).toBe(0);
    client.pump();
    expect(framesOf(client.takeOutput()).map((each) => each.key![0])).toEqual([5, 9, 3]);
  });

  test('a word for each frame', () => {
    let asked = 0;
    const good = words();
    const client = open(() => {
      asked++;
      return good();
    });
    for (let i = 0; i < 20; i++) client.call(() => void client.connection.send(utf8('same'), 0, 4, 0));
    const keys = framesOf(client.takeOutput()).map((each) => Buffer.from(each.key!).toString('hex'));
    expect(new Set(keys).size).toBe(20);
    expect(asked).toBe(20);
  });
});
