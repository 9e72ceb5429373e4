/** The class of ECMA-419 from its options to its end: closing handshakes, failures, close(), attach. */
import { describe, expect, test } from 'vitest';
import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { ErrorId } from '../../src/errors.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { ClientSetup as Setup, text, thrownId } from '../support/client-setup.ts';
import { closePayload, framesOf, head, peerFrame } from '../support/frames.ts';
import { KEY_TEXT, POLICY, request, response } from '../support/handshake.ts';
import { concat, counting, toHex, utf8 } from '../support/octets.ts';
import { wordsFrom } from '../support/random.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

test('that it is open is told once, although its request has been sent in the same turn', () => {
  for (const defers of [false, true]) {
    const self = new Setup({}, defers);
    self.stream.becomeWritable();
    self.stream.deliver(response());
    self.host.turn();
    self.host.wait(1000);
    expect(self.told).toEqual(['writable']);
  }
});

test('memory that is detached is not written, not even as no octets; no octets are', () => {
  const self = new Setup().opened();
  for (const length of [0, 5]) {
    const bytes = new Uint8Array(length);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => self.call((client) => client.write(bytes))).toThrow();
    expect(() => self.call((client) => client.write(bytes, { more: true }))).toThrow();
  }
  expect(self.stream.taken()).toHaveLength(0);
  self.call((client) => client.write(new Uint8Array(0)));
  expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 2, payload: new Uint8Array(0) }]);
});

test('a buffer that ends a span lets the next message come, one of no octets does not', () => {
  const self = new Setup().opened();
  const buffer = new Uint8Array(8);
  expect([self.client.read(buffer), self.client.read(new Uint8Array(0))]).toEqual([undefined, undefined]);
  self.receive({ opcode: 2, payload: [1, 2, 3] }, { opcode: 2, payload: [4] });
  expect(self.told).toEqual(['readable 3 binary']);
  expect(self.call((client) => client.read(new Uint8Array(0)))).toBe(0);
  expect(self.call((client) => client.read(buffer.subarray(0, 2)))).toBe(2);
  expect(self.told).toHaveLength(1);
  expect(self.call((client) => client.read(buffer.subarray(2)))).toBe(1);
  expect([self.told[1], ...buffer.subarray(0, 4)]).toEqual(['readable 1 binary', 1, 2, 3, 0]);
  expect(self.call((client) => client.read(buffer))).toBe(1);
  expect([buffer[0], self.client.read(buffer)]).toEqual([4, undefined]);
});

test('a client without callbacks is none the worse for it, and writes octets of every kind', () => {
  const host = new ScriptedHost(false, wordsFrom(utf8(KEY_TEXT)));
  const client = new WebSocketClient(
    { socket: { io: ScriptedStream as never }, host: 'server.example.com', path: '/chat' },
    host,
  );
  const stream = ScriptedStream.last;
  stream.becomeWritable();
  stream.taken();
  stream.deliver(concat(response(), peerFrame('client', text('x')), peerFrame('client', { opcode: 9 })));
  host.turn();
  stream.taken();
  for (const data of [new SharedArrayBuffer(3), new ArrayBuffer(3), new DataView(new ArrayBuffer(5), 1, 3)])
    client.write(data);
  client.write(new Int8Array(new ArrayBuffer(5), 1, 3));
  expect(framesOf(stream.taken()).map(({ payload }) => [...payload])).toEqual(Array(4).fill([0, 0, 0]));
  stream.deliver(peerFrame('client', { opcode: 8 }));
  stream.fail();
  host.turn();
  expect([host.reports, host.timers, client.closeCode]).toEqual([[], 0, 1005]);
});

test('what write returns is what can be written, inside an event as outside, at every length', () => {
  for (const transmitBuffer of [256, 512])
    for (let length = 0; length <= 130; length++) {
      const writes = (client: WebSocketClient): void => {
        const endpoint = WebSocketClient.endpointOf(client);
        for (;;) {
          if (endpoint.writable < length) return;
          const left = client.write(counting(length));
          if (left !== endpoint.writable) expect.fail(`${left} of ${endpoint.writable} behind ${length}`);
          if (left < 3 || endpoint.bufferedAmount === 0) return;
        }
      };
      const self = new Setup({
        transmitBuffer,
        onReadable() {
          this.read();
          writes(this);
        },
      }).opened();
      self.receive(text('x'));
      self.call(writes);
      self.receive(text('y'));
    }
});

test('an uplink on top of it has its endpoint', () => {
  const self = new Setup().opened();
  const endpoint = WebSocketClient.endpointOf(self.client);
  expect(endpoint.send(utf8('x'), 0, 1, 0)).toBe(0);
  self.host.turn();
  expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 1, payload: utf8('x') }]);
});

describe.each([false, true])('with a host that can defer: %s', (defers) => {
  const setup = (options: Partial<WebSocketClientOptions> = {}): Setup => new Setup(options, defers);

  test('a closing handshake that we begin ends with onClose', () => {
    const self = setup().opened();
    self.call((client) => client.write(closePayload(1000, utf8('bye')), { opcode: WebSocketClient.close }));
    expect(framesOf(self.stream.taken())).toMatchObject([{ payload: closePayload(1000, utf8('bye')) }]);
    self.receive({ opcode: 8, payload: closePayload(1000, utf8('ok')) });
    self.stream.fail();
    expect(self.told).toEqual([`control 8 ${toHex(closePayload(1000, utf8('ok')))}`, 'close']);
    expect([self.client.closeCode, self.client.closeReason, self.client.errorId]).toEqual([1000, 'ok', 0]);
    self.expectReleased();
  });

  test('one that the peer begins is answered, and ends with onClose', () => {
    const self = setup()
      .opened()
      .receive({ opcode: 8, payload: closePayload(4000) });
    expect(framesOf(self.stream.taken())).toMatchObject([{ payload: closePayload(4000) }]);
    self.host.wait(5000);
    expect(self.told).toEqual(['control 8 0fa0', 'close']);
    self.expectReleased();
  });

  test('the end of the stream is an error with its id, also in each phase before (T16)', () => {
    const connecting = setup();
    connecting.stream.fail();
    expect([connecting.told, connecting.error?.id]).toEqual([['error'], ErrorId.connectFailed]);
    connecting.expectReleased();
    const asking = setup();
    asking.stream.becomeWritable();
    asking.stream.fail();
    expect([asking.told, asking.error?.id]).toEqual([['error'], ErrorId.handshakeEnded]);
    asking.expectReleased();
    const open = setup().opened();
    open.stream.fail();
    expect([open.told, open.error?.id, open.error?.closeCode]).toEqual([
      ['error'],
      ErrorId.transportEnded,
      1006,
    ]);
    open.expectReleased();
  });

  test('a refusal tells its status and nothing of the request', () => {
    const self = setup({ headers: [['Authorization', 'Bearer secret']] });
    self.stream.becomeWritable();
    self.stream.deliver(head('HTTP/1.1 503 Busy', 'Retry-After: 7', 'Content-Length: 0'));
    expect(self.told).toEqual(['error']);
    expect(self.error).toMatchObject({ id: ErrorId.httpStatus, httpStatus: 503, retryAfter: '7' });
    expect(JSON.stringify(self.error) + self.error!.message + self.error!.stack).not.toContain('secret');
    self.expectReleased();
  });

  test('octets that came before the end are read before it', () => {
    const self = setup().opened().receive(text('one'), text('two'));
    self.stream.fail();
    self.host.wait(1000);
    expect(self.told).toEqual(['readable 3']);
    self.call((client) => client.read());
    self.call((client) => client.read());
    self.host.wait(10);
    expect(self.told).toEqual(['readable 3', 'readable 3', 'error']);
    self.expectReleased();
  });

  test('after close() nothing is called and everything but close() throws', () => {
    const self = setup().opened().receive(text('one'), text('two'));
    self.call((client) => client.close());
    self.call((client) => client.close());
    self.host.wait(100_000);
    expect(self.told).toEqual(['readable 3']);
    expect(thrownId(() => self.client.read())).toBe(ErrorId.closed);
    expect(thrownId(() => self.client.write(new Uint8Array(1)))).toBe(ErrorId.closed);
    expect(self.stream.taken().length).toBe(0);
    self.expectReleased();
  });

  test('close() from any callback is the end of them', () => {
    for (const name of ['onReadable', 'onWritable', 'onControl'] as const) {
      const self = setup({
        [name](this: WebSocketClient) {
          this.close();
        },
      });
      self.stream.becomeWritable();
      self.stream.deliver(
        concat(response(), peerFrame('client', { opcode: 9 }), peerFrame('client', text('a'))),
      );
      const { length } = self.told;
      self.host.wait(100_000);
      expect(self.told.length).toBe(length);
      expect(self.told.at(-1)).toMatch(
        { onReadable: /^readable/, onWritable: /^writable/, onControl: /^control/ }[name],
      );
      self.expectReleased();
    }
  });

  test('attach takes over a connected stream, in the server\u2019s role and without a handshake', () => {
    const accepted = new ScriptedStream({ format: 'buffer', onReadable() {}, onWritable() {}, onError() {} });
    const self = setup({ attach: accepted });
    expect(self.stream.options.from).toBe(accepted);
    expect(self.told).toEqual([]);
    self.stream.becomeWritable();
    expect(self.told).toEqual(['writable']);
    self.stream.deliver(peerFrame('server', text('hi')));
    expect(Buffer.from(self.call((client) => client.read()) as ArrayBuffer).toString()).toBe('hi');
    self.call((client) => client.write(utf8('yo'), { binary: false }));
    expect(toHex(self.stream.taken())).toBe('8102796f');
  });

  test('attach with a handshake answers the request first, and what comes with it', () => {
    const accepted = new ScriptedStream({ format: 'buffer', onReadable() {}, onWritable() {}, onError() {} });
    const self = setup({ attach: accepted, handshake: serverOpening(POLICY) });
    self.stream.becomeWritable();
    expect(self.told).toEqual([]);
    self.stream.deliver(concat(request(), peerFrame('server', text('early'))));
    self.host.turn();
    expect(self.told.slice(0, 2)).toEqual(['writable', 'readable 5']);
    expect(new TextDecoder().decode(self.stream.taken())).toMatch(/^HTTP\/1\.1 101 /);
    self.call((client) => client.close());
    self.expectReleased();
  });

  test.each([5, null, 'x', {}])(
    'attach with the handshake %o is refused, and no timer is left',
    (handshake) => {
      const attach = new ScriptedStream({ format: 'buffer', onReadable() {}, onWritable() {}, onError() {} });
      const host = new ScriptedHost();
      const options = { attach, handshake } as unknown as WebSocketClientOptions;
      expect(thrownId(() => new WebSocketClient(options, host))).toBe(ErrorId.optionInvalid);
      expect(host.timers).toBe(0);
    },
  );

  test('an attached stream may have octets before it is writable', () => {
    const accepted = new ScriptedStream({ format: 'buffer', onReadable() {}, onWritable() {}, onError() {} });
    const self = setup({ attach: accepted });
    self.stream.deliver(peerFrame('server', text('early')));
    self.stream.becomeWritable();
    self.host.turn();
    expect(self.told).toEqual(['writable', 'readable 5']);
  });
});

test('statics, target and options', () => {
  const { text: t, binary, close, ping, pong } = WebSocketClient;
  expect([t, binary, close, ping, pong]).toEqual([1, 2, 8, 9, 10]);
  expect(() => Object.assign(WebSocketClient, { ping: 1 })).toThrow(TypeError);
  const target = {};
  const options = Object.freeze({
    socket: Object.freeze({ io: ScriptedStream }),
    host: 'a',
    target,
    unknown: 1,
  });
  const host = new ScriptedHost();
  expect(new WebSocketClient(options, host).target).toBe(target);
  class Own extends WebSocketClient {}
  expect(new Own(options, host)).toBeInstanceOf(Own);
});

test.each([
  ['no socket', { socket: undefined }, ErrorId.optionInvalid, 'socket.io'],
  ['a socket without a class', { socket: {} }, ErrorId.optionInvalid, 'socket.io'],
  ['a resolver without a class', { dns: {} }, ErrorId.optionInvalid, 'dns.io'],
  ['no host', { host: undefined }, ErrorId.hostInvalid, 'host'],
  ['port 0', { port: 0 }, ErrorId.optionInvalid, 'port'],
  ['a line end in the path', { path: '/\r\n' }, ErrorId.pathInvalid, 'path'],
  ['a subprotocol that is none', { protocol: 'a b' }, ErrorId.protocolInvalid, 'protocol'],
  ['a buffer of 1000', { receiveBuffer: 1000 }, ErrorId.optionInvalid, 'receiveBuffer'],
  ['a timeout below zero', { closeTimeout: -1 }, ErrorId.optionInvalid, 'closeTimeout'],
  [
    'a header of the handshake\u2019s',
    { headers: [['Sec-WebSocket-Version', '8']] },
    ErrorId.headerInvalid,
    'headers',
  ],
])('%s is refused before anything is acquired, by its name', (_name, change, id, option) => {
  const host = new ScriptedHost();
  const before = ScriptedStream.last;
  const options = {
    socket: { io: ScriptedStream },
    host: 'a',
    ...change,
  } as unknown as WebSocketClientOptions;
  expect(thrownId(() => new WebSocketClient(options, host))).toBe(id);
  expect(() => new WebSocketClient(options, host)).toThrow(`invalid ${option}`);
  expect(host.timers).toBe(0);
  expect(ScriptedStream.last).toBe(before);
});
