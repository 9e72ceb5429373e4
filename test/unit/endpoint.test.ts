/** A connection on a transport and a timer: nothing is lost, nothing is told twice, everything is released. */
import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { describe, expect, test } from 'vitest';
import { Endpoint, type EndpointOptions } from '../../src/client/endpoint.ts';
import { ErrorId } from '../../src/errors.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { POLICY, REQUEST, request } from '../support/handshake.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { EndpointSetup as Setup, type Hooks } from '../support/endpoint-setup.ts';

const text = (content: string): Parameters<typeof peerFrame>[1] => ({ opcode: 1, payload: utf8(content) });

describe.each([false, true])('with a host that can defer: %s', (defers) => {
  const setup = (
    hooks: Hooks = {},
    options: Partial<EndpointOptions<Setup>> = {},
    random?: () => number,
  ): Setup => new Setup(hooks, options, defers, random);

  test('from the handshake to a clean end', () => {
    const client = setup({}, { role: 'client', opening: clientOpening(REQUEST) }).opened();
    expect(Buffer.from(client.transport.taken()).toString('latin1')).toMatch(/^GET \/chat HTTP\/1\.1\r\n/);
    const server = setup({}, { opening: serverOpening(POLICY) }).opened();
    server.transport.deliver(request());
    expect(server.transport.taken().length).toBeGreaterThan(100);
    server.receive({ opcode: 8, payload: closePayload(1000) });
    expect(server.trace.lines).toEqual(['open', 'close 1000', 'over 1000 clean']);
    expect(framesOf(server.transport.taken())).toMatchObject([{ opcode: 8 }]);
    server.expectReleased();
    expect(server.host.wait(1e6).reports).toEqual([]);
  });

  test('no octets, and a resume of who has not paused, are no sign of life', () => {
    const self = setup({}, { idleTimeout: 1600, keepalive: 0 }).opened();
    const octets = counting(10);
    for (let passed = 0; passed < 1500; passed += 100) {
      self.host.wait(100);
      expect(self.transport.sink.transportReceived(octets, 4, 4)).toBe(0);
      self.guarded((endpoint) => endpoint.resume());
    }
    expect(self.trace.lines).toEqual(['open']);
    self.host.wait(300);
    expect(self.trace.lines).toEqual(['open', 'over 1006 idleTimeout']);
  });

  test.each([1, 7, 60, 100, 256])('what wraps in the ring leaves whole, %d octets at a time', (each) => {
    const self = setup({}, { transmitBuffer: 256, sendTimeout: 0 }).opened();
    const { endpoint, transport, host } = self;
    const sent: Uint8Array[] = [];
    const parts: Uint8Array[] = [];
    const takes = (room: number): void => {
      transport.room = room;
      transport.sink.transportWritable(0);
      host.turn();
      parts.push(transport.taken());
    };
    takes(0);
    for (let round = 0; round < 60; round++) {
      const payload = counting(round % 50).map((octet) => octet + round);
      if (endpoint.send(payload, 0, payload.length, 1) === 0) sent.push(payload);
      if (round % 2 === 0) takes(each);
    }
    takes(Infinity);
    expect(sent.length).toBeGreaterThan(5);
    expect(framesOf(concat(...parts)).map(({ payload }) => payload)).toEqual(sent);
  });

  test('sends arrive in order, at the latest when the turn ends', () => {
    const { endpoint, transport, host } = setup().opened();
    for (const each of ['a', 'b', 'c']) expect(endpoint.send(utf8(each), 0, 1, 0)).toBe(0);
    host.turn();
    expect(framesOf(transport.taken()).map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('what a native of the host throws is reported, and ends the connection', () => {
    const self = setup();
    Object.assign(self.host, {
      validateLong: () => {
        throw new Error('native');
      },
    });
    self.opened();
    self.receive({ opcode: 1, payload: utf8('x'.repeat(600)) });
    self.host.wait(1);
    expect(self.host.reports).toEqual([new Error('native')]);
    expect(self.trace.lines).toEqual(['open', 'over 1006 transportFailed']);
    self.expectReleased();
  });

  test('a transport that says it can take octets, and takes none, has sendTimeout all the same', () => {
    const self = setup({}, { sendTimeout: 1600 }).opened();
    self.transport.room = 0;
    self.endpoint.send(counting(10), 0, 10, 1);
    for (let passed = 0; passed < 1800; passed += 100) {
      self.host.wait(100);
      self.transport.sink.transportWritable(0);
    }
    expect(self.trace.lines).toEqual(['open', 'over 1006 sendTimeout']);
    // One that takes a few now and then is let go on.
    const other = setup({}, { sendTimeout: 1600 }).opened();
    other.transport.room = 0;
    other.endpoint.send(counting(100), 0, 100, 1);
    for (let passed = 0; passed < 9000; passed += 1000) {
      other.host.wait(1000);
      other.transport.room = 5;
      other.transport.sink.transportWritable(0);
    }
    expect(other.trace.lines).toEqual(['open']);
  });

  test('a fault behind an event that paused is told after resume, without more input', () => {
    const self = setup({ onData: ({ endpoint }) => endpoint.pause() }).opened();
    self.receive({ opcode: 1, payload: [0x61, 0xff] });
    self.host.turn();
    expect(self.trace.lines).toEqual(['open', 'text "a" …']);
    self.guarded((endpoint) => endpoint.resume());
    self.host.turn();
    expect(framesOf(self.transport.taken())).toMatchObject([{ opcode: 8, payload: closePayload(1007) }]);
    expect(self.endpoint.error).toBe(ErrorId.textInvalid);
  });

  test('room is not announced to who answers while the transport takes nothing', () => {
    const self = setup({ onData: ({ endpoint }) => void endpoint.send(counting(3), 0, 3, 1) }).opened();
    self.transport.room = 0;
    self.receive(text('one'), text('two'));
    self.host.turn();
    expect(self.writable).toEqual([]);
    self.transport.room = Infinity;
    self.transport.sink.transportWritable(0);
    self.host.turn();
    expect(framesOf(self.transport.taken())).toHaveLength(2);
    expect(self.writable).toHaveLength(1);
  });

  test('a random source that fails stops all that goes out: nothing more is sent before the end is told', () => {
    let fails = false;
    let word = 0;
    const random = (): number => {
      if (fails) throw new Error('no entropy');
      return ++word;
    };
    const self = setup({}, { role: 'client' }, random).opened();
    self.transport.room = 0;
    expect(self.endpoint.send(counting(10), 0, 10, 1)).toBe(0);
    self.host.turn();
    fails = true;
    expect(self.endpoint.send(counting(10), 0, 10, 1)).toBe(ErrorId.randomFailed);
    self.transport.room = Infinity;
    self.transport.sink.transportWritable(0);
    self.host.turn();
    expect(self.transport.taken()).toHaveLength(0);
    expect(self.trace.lines).toEqual(['open', 'over 1006 randomFailed']);
    self.expectReleased();
  });

  test('a transport that is full is offered nothing until it says so', () => {
    const self = setup({}, { transmitBuffer: 256 }).opened();
    self.transport.room = 7;
    self.endpoint.send(counting(20), 0, 20, 1);
    self.host.turn();
    self.endpoint.send(counting(20), 0, 20, 1);
    self.host.turn();
    const first = self.transport.taken();
    expect(first.length).toBe(7);
    self.transport.room = Infinity;
    self.host.turn();
    expect(self.transport.taken().length).toBe(0);
    self.transport.sink.transportWritable(0);
    expect(framesOf(concat(first, self.transport.taken())).length).toBe(2);
    // Two octets of header, and what is kept for a control frame.
    expect(self.writable.at(-1)).toBe(256 - 131 - 2);
  });

  test('pings that come all at once are all answered, and what was told as writable stays so', () => {
    const self = setup(
      {
        onData: ({ endpoint }) => {
          expect(endpoint.send(counting(told), 0, told, 1)).toBe(0);
        },
      },
      { transmitBuffer: 256 },
    ).opened();
    const told = self.endpoint.writable;
    const pings = Array.from({ length: 30 }, (_, i) => ({ opcode: 9, payload: counting(i * 4) }));
    self.receive(...pings, { opcode: 2, payload: counting(3) });
    self.host.turn();
    const sent = framesOf(self.transport.taken());
    expect(sent.map(({ opcode, payload }) => [opcode, payload.length])).toEqual([
      ...pings.map(({ payload }) => [10, payload.length]),
      [2, told],
    ]);
  });

  test('a failed write is told later, once', () => {
    const self = setup().opened();
    self.transport.room = -1;
    self.guarded((endpoint) => endpoint.send(utf8('x'), 0, 1, 0));
    self.host.wait(1);
    expect(self.trace.lines).toEqual(['open', 'over 1006 transportFailed']);
    self.expectReleased();
  });

  test('a failed write while the state changes is told at once, too', () => {
    const self = setup({}, { closeTimeout: 0 }).opened();
    self.transport.room = -1;
    self.receive({ opcode: 8, payload: closePayload(1000) });
    self.host.wait(1);
    expect(self.trace.lines.at(-1)).toBe('over 1000 clean');
    self.expectReleased();
  });

  test('after drop there is nothing any more, wherever it is called', () => {
    for (const at of ['onOpen', 'onData', 'onControl', 'onWritable'] as const) {
      const self = setup({ [at]: (each: Setup) => each.endpoint.drop() }).opened();
      self.transport.sink.transportWritable(0);
      if (!self.transport.isClosed) self.receive({ opcode: 9 }, text('a'), text('b'));
      const { lines } = self.trace;
      self.host.wait(1e6);
      self.endpoint.drop();
      expect(self.trace.lines).toEqual(lines);
      expect(lines.at(-1)).not.toMatch(/over/);
      self.expectReleased();
    }
  });

  test('pause holds messages back, resume gives them, and never from inside', () => {
    const self = setup({ onData: (each) => each.endpoint.pause() }).opened();
    self.receive(text('one'), text('two'), text('six'));
    expect(self.trace.lines).toEqual(['open', 'text "one"']);
    // Neither time nor further octets are a resume.
    self.host.wait(100_000);
    self.receive(text('ten'));
    expect(self.trace.lines).toEqual(['open', 'text "one"']);
    for (const count of [3, 4, 5]) {
      self.guarded((endpoint) => endpoint.resume());
      self.host.turn();
      self.host.wait(10);
      expect(self.trace.lines.length).toBe(count);
    }
    expect(self.trace.lines.slice(2)).toEqual(['text "two"', 'text "six"', 'text "ten"']);
  });

  test('a resume that was taken back is none', () => {
    const self = setup({ onData: (each) => each.endpoint.pause() }).opened();
    self.receive(text('one'), text('two'));
    self.endpoint.resume();
    self.endpoint.pause();
    self.host.wait(1000);
    expect(self.trace.lines).toEqual(['open', 'text "one"']);
  });

  test('resume from onWritable delivers after it', () => {
    let isPaused = true;
    const self = setup({
      onData(each) {
        if (isPaused) each.endpoint.pause();
      },
      onWritable(each) {
        isPaused = false;
        each.guarded((endpoint) => endpoint.resume());
      },
    }).opened();
    self.receive(text('one'), text('two'), text('six'));
    self.transport.sink.transportWritable(0);
    self.host.turn();
    expect(self.trace.lines).toEqual(['open', 'text "one"', 'text "two"', 'text "six"']);
  });

  test('what the ring cannot hold stays with the transport', () => {
    const self = setup({ onData: (each) => each.endpoint.pause() }).opened();
    const messages = Array.from({ length: 20 }, (_, i) => ({
      opcode: 2,
      payload: new Uint8Array(50).fill(i),
    }));
    self.receive(...messages);
    expect(self.transport.kept).toBeGreaterThan(700);
    for (let i = 0; i < 40; i++) {
      self.guarded((endpoint) => endpoint.resume());
      self.host.turn();
    }
    expect(self.trace.lines.length).toBe(21);
    expect(self.transport.kept).toBe(0);
  });

  test('a silent peer is pinged, then left; then all is released', () => {
    const self = setup({}, { keepalive: 1000, keepaliveTimeout: 500 }).opened();
    self.host.wait(1100);
    expect(framesOf(self.transport.taken())).toMatchObject([{ opcode: 9 }]);
    self.host.wait(500);
    expect(self.trace.lines).toEqual(['open', 'over 1006 pongTimeout']);
    self.expectReleased();
  });

  test('a transport that never opens is left at the deadline', () => {
    const self = setup({}, { role: 'client', opening: clientOpening(REQUEST), connectTimeout: 2000 });
    expect(self.host.wait(1900).timers).toBe(1);
    self.host.wait(200);
    expect(self.trace.lines).toEqual(['over 1006 connectTimeout']);
    self.expectReleased();
  });

  test('what callbacks throw is reported, and stops nothing', () => {
    const thrower = (): never => {
      throw new Error('user');
    };
    const hooks = {
      onOpen: thrower,
      onData: thrower,
      onControl: thrower,
      onClose: thrower,
      onWritable: thrower,
    };
    const self = setup(hooks).opened();
    self.transport.sink.transportWritable(0);
    self.receive(text('a'), { opcode: 8, payload: closePayload(1000) });
    self.host.wait(10);
    expect(self.trace.lines).toEqual(['open', 'text "a"', 'close 1000', 'over 1000 clean']);
    expect(self.host.reports.length).toBeGreaterThanOrEqual(4);
    self.expectReleased();
  });

  test('what comes from the network, or fails, tells its end once (T1, T3)', () => {
    const input = concat(peerFrame('server', text('Hello')), peerFrame('server', { opcode: 8 }));
    for (let count = 0; count <= input.length; count++) {
      for (const failure of [0, ErrorId.transportReset]) {
        const self = setup().opened();
        if (count > 0) self.transport.deliver(input.slice(0, count));
        if (!self.transport.isClosed) self.transport.sink.transportClosed(failure);
        self.host.wait(1e5);
        const over = self.trace.lines.filter((line) => line.startsWith('over'));
        const clean = count === input.length;
        expect(over).toEqual([
          `over ${clean ? '1005 clean' : failure === 0 ? '1006 transportEnded' : '1006 transportReset'}`,
        ]);
        self.expectReleased();
      }
    }
  });

  test('a fault is answered, then the transport is ended, then released', () => {
    const self = setup({}, { closeTimeout: 1000 }).opened();
    self.receive({ opcode: 3 });
    expect(framesOf(self.transport.taken())).toMatchObject([{ payload: closePayload(1002) }]);
    expect(self.transport.calls).toEqual(['end']);
    self.transport.deliver(counting(100));
    self.host.wait(1100);
    expect(self.trace.lines).toEqual(['open', 'over 1006 reservedOpcode']);
    self.expectReleased();
  });

  test('a random source that fails at a Ping ends the connection without delay', () => {
    const self = setup({}, { role: 'client', keepalive: 1000, keepaliveTimeout: 500_000 }, () => 0).opened();
    self.host.wait(1010);
    expect(self.trace.lines).toEqual(['open', 'over 1006 randomFailed']);
    self.expectReleased();
  });
});

test('a transport that cannot be made leaves nothing', () => {
  const host = new ScriptedHost();
  const events = { onOpen() {}, onData() {}, onControl() {}, onClose() {}, onWritable() {} };
  const connect = (): never => {
    throw new Error('no socket');
  };
  expect(() => new Endpoint(host, { role: 'server', events, target: 0 }, connect)).toThrow('no socket');
  expect(
    () => new Endpoint(host, { role: 'server', events, target: 0, receiveBuffer: 3 }, connect),
  ).toThrow();
  expect(host.timers).toBe(0);
});
