/** The class of ECMA-419 over streams as strict as a device's: reading, writing, formats. */
import { describe, expect, test } from 'vitest';
import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { ErrorId } from '../../src/errors.ts';
import { ClientSetup as Setup, text, thrownId } from '../support/client-setup.ts';
import { closePayload, framesOf } from '../support/frames.ts';
import { response } from '../support/handshake.ts';
import { counting, utf8 } from '../support/octets.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

describe.each([false, true])('with a host that can defer: %s', (defers) => {
  const setup = (options: Partial<WebSocketClientOptions> = {}): Setup => new Setup(options, defers);

  test('connects, asks, and is open with the first onWritable', () => {
    const self = setup({ protocol: 'chat' });
    expect(self.stream.options).toMatchObject({ address: 'server.example.com', port: 80, format: 'buffer' });
    expect(self.told).toEqual([]);
    self.stream.becomeWritable();
    expect(Buffer.from(self.stream.taken()).toString('latin1')).toMatch(
      /^GET \/chat HTTP\/1\.1\r\nHost: server/,
    );
    expect(self.told).toEqual([]);
    self.stream.deliver(response({ 'Sec-WebSocket-Protocol': 'chat' }));
    expect(self.told).toEqual(['writable']);
    expect([self.client.protocol, self.client.httpStatus, self.client.errorId]).toEqual(['chat', 101, 0]);
  });

  test('a request longer than what the stream takes goes out in pieces', () => {
    const self = setup({ headers: [['Cookie', 'c'.repeat(3000)]] });
    let sent = '';
    for (let i = 0; i < 40; i++) {
      self.stream.becomeWritable(100);
      sent += Buffer.from(self.stream.taken()).toString('latin1');
    }
    expect(sent.endsWith(`\r\nCookie: ${'c'.repeat(3000)}\r\n\r\n`)).toBe(true);
  });

  test('read() gives all, read(n) some, read(buffer) as much as fits; then the next message comes', () => {
    const self = setup()
      .opened()
      .receive(text('Hello'), { opcode: 2, payload: counting(4) });
    expect(self.told).toEqual(['readable 5']);
    expect(Buffer.from(self.call((client) => client.read(2)) as ArrayBuffer).toString()).toBe('He');
    expect(self.call((client) => client.read(0))).toEqual(new ArrayBuffer(0));
    expect(self.told.length).toBe(1);
    expect(Buffer.from(self.call((client) => client.read()) as ArrayBuffer).toString()).toBe('llo');
    expect(self.told).toEqual(['readable 5', 'readable 4 binary']);
    const buffer = new Uint8Array(3);
    expect(self.call((client) => client.read(buffer))).toBe(3);
    expect(buffer).toEqual(counting(3));
    expect(self.call((client) => client.read(new DataView(buffer.buffer, 1)))).toBe(1);
    expect(buffer).toEqual(Uint8Array.of(0, 3, 2));
    expect(self.call((client) => client.read())).toBe(undefined);
    expect(self.call((client) => client.read(4))).toBe(undefined);
    expect(self.call((client) => client.read(buffer))).toBe(undefined);
  });

  test('read into every length of buffer, from every place', () => {
    for (let size = 1; size < 40; size++) {
      const self = setup()
        .opened()
        .receive({ opcode: 2, payload: counting(97) });
      const got: number[] = [];
      for (;;) {
        const memory = new Uint8Array(size + 6).fill(0xee);
        const count = self.call((client) => client.read(new Uint8Array(memory.buffer, 3, size)));
        if (count === undefined) break;
        got.push(...memory.slice(3, 3 + (count as number)));
        expect(
          [...memory.slice(0, 3), ...memory.slice(3 + (count as number))].every((octet) => octet === 0xee),
        ).toBe(true);
      }
      expect(got).toEqual([...counting(97)]);
    }
  });

  test('what is not read stays, and holds the peer back, for any time', () => {
    const self = setup({ keepalive: 0, receiveBuffer: 512 }).opened();
    const message = { opcode: 2, payload: counting(100) };
    self.receive(...Array.from({ length: 20 }, () => message));
    self.host.wait(100_000);
    expect(self.told).toEqual(['readable 100 binary']);
    expect(self.stream.unread).toBeGreaterThanOrEqual(20 * 102 - 512 - 64);
    let octets = 0;
    for (let i = 0; i < 60; i++)
      octets += ((self.call((client) => client.read()) as ArrayBuffer) ?? []).byteLength ?? 0;
    expect(octets).toBe(2000);
    expect(self.stream.unread).toBe(0);
  });

  test('a message that is read from inside onReadable is followed by the next at once', () => {
    const got: string[] = [];
    const self = setup({
      onReadable(count) {
        got.push(Buffer.from(this.read(count) as ArrayBuffer).toString());
      },
    }).opened();
    self.receive(text('one'), text('two'), text(''), text('six'));
    expect(got).toEqual(['one', 'two', 'six']);
    expect(self.told).toEqual(['readable 3', 'readable 3', 'readable 0', 'readable 3']);
  });

  test('read from inside onWritable brings the next message afterwards', () => {
    let reads = false;
    const self = setup({
      onWritable() {
        if (reads) this.read();
      },
    }).opened();
    self.receive(text('one'), text('two'));
    reads = true;
    self.stream.becomeWritable();
    self.host.turn();
    expect(self.told).toEqual(['readable 3', 'writable', 'readable 3']);
  });

  test('fragments and partial deliveries say that more is to come', () => {
    const self = setup({
      onReadable() {
        this.read();
      },
    }).opened();
    self.receive(
      { opcode: 1, fin: false, payload: utf8('Hel') },
      { opcode: 9, payload: [1] },
      { opcode: 0, payload: utf8('lo') },
    );
    expect(self.told).toEqual(['readable 3 more', 'control 9 01', 'readable 2', 'writable']);
    expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 10, payload: Uint8Array.of(1) }]);
  });

  test('onSpan takes messages without read', () => {
    const got: string[] = [];
    const self = setup({
      onSpan(bytes, start, end, { more, binary }) {
        got.push(`${Buffer.from(bytes.slice(start, end)).toString()} ${more} ${binary}`);
      },
    }).opened();
    self.receive(text('one'), { opcode: 2, fin: false, payload: utf8('two') });
    expect(got).toEqual(['one false false', 'two true true']);
    expect(self.told).toEqual([]);
  });

  test('the format "number" reads and writes single octets', () => {
    const self = setup({ format: 'number' })
      .opened()
      .receive({ opcode: 2, payload: [7, 8] });
    expect(self.client.format).toBe('number');
    expect([self.call((client) => client.read()), self.call((client) => client.read())]).toEqual([7, 8]);
    expect(self.call((client) => client.read())).toBe(undefined);
    self.call((client) => client.write(9));
    expect(framesOf(self.stream.taken())).toMatchObject([{ payload: Uint8Array.of(9) }]);
  });

  test('a format that is not supported throws and changes nothing', () => {
    const { client } = setup();
    expect(thrownId(() => Object.assign(client, { format: 'string' }))).toBe(ErrorId.formatUnsupported);
    expect(client.format).toBe('buffer');
    client.format = 'number';
    expect(thrownId(() => Object.assign(client, { format: undefined }))).toBe(ErrorId.formatUnsupported);
    expect(client.format).toBe('number');
    expect(thrownId(() => setup({ format: 'x' as 'number' }))).toBe(ErrorId.formatUnsupported);
  });

  test('write sends text, binary, fragments and control frames', () => {
    const self = setup().opened();
    const sent = (data: Uint8Array | ArrayBuffer | DataView, options?: object): number[] => {
      expect(self.call((client) => client.write(data, options))).toBeGreaterThan(0);
      return framesOf(self.stream.taken()).map((each) => each.first);
    };
    expect(sent(utf8('a'))).toEqual([0x82]);
    expect(sent(utf8('a'), { binary: false })).toEqual([0x81]);
    expect(sent(utf8('a'), { opcode: WebSocketClient.text })).toEqual([0x81]);
    expect(sent(new ArrayBuffer(2), { opcode: WebSocketClient.binary, more: true })).toEqual([0x02]);
    expect(sent(new DataView(new ArrayBuffer(2)), { opcode: WebSocketClient.ping })).toEqual([0x89]);
    expect(sent(utf8(''), { more: true })).toEqual([0x00]);
    expect(sent(utf8(''))).toEqual([0x80]);
    expect(sent(utf8('x'), { opcode: WebSocketClient.pong })).toEqual([0x8a]);
  });

  test('a write that does not fit throws, and nothing is sent', () => {
    const self = setup().opened();
    self.stream.becomeWritable(0);
    const count = self.call((client) => client.write(new Uint8Array(10)));
    expect(thrownId(() => self.client.write(new Uint8Array(count + 1)))).toBe(ErrorId.writeTooLong);
    expect(self.call((client) => client.write(new Uint8Array(count)))).toBe(0);
    expect(thrownId(() => self.client.write(new Uint8Array(1)))).toBe(ErrorId.writeTooLong);
    self.stream.becomeWritable(5000);
    self.host.turn();
    expect(framesOf(self.stream.taken()).map(({ payload }) => payload.length)).toEqual([10, count]);
    expect(self.told.at(-1)).toBe('writable');
  });

  test.each([
    ['before the opening', (self: Setup) => self.client.write(new Uint8Array(1)), ErrorId.notOpen],
    [
      'an opcode that is none',
      (self: Setup) => self.opened().client.write(new Uint8Array(1), { opcode: 3 }),
      ErrorId.argumentInvalid,
    ],
    [
      'a long Ping',
      (self: Setup) => self.opened().client.write(new Uint8Array(126), { opcode: 9 }),
      ErrorId.controlPayloadTooLong,
    ],
    [
      'a Close of one octet',
      (self: Setup) => self.opened().client.write(new Uint8Array(1), { opcode: 8 }),
      ErrorId.argumentInvalid,
    ],
    [
      'a Close with code 0',
      (self: Setup) => self.opened().client.write(new Uint8Array(2), { opcode: 8 }),
      ErrorId.closeCodeRefused,
    ],
    [
      'a Close with code 1005',
      (self: Setup) => self.opened().client.write(closePayload(1005), { opcode: 8 }),
      ErrorId.closeCodeRefused,
    ],
    [
      'a reason that is not UTF-8',
      (self: Setup) => self.opened().client.write(closePayload(1000, [0xff]), { opcode: 8 }),
      ErrorId.closeReasonInvalid,
    ],
    [
      'a reason that is too long',
      (self: Setup) => self.opened().client.write(closePayload(1000, new Uint8Array(124)), { opcode: 8 }),
      ErrorId.closeReasonTooLong,
    ],
    [
      'no Byte Buffer',
      (self: Setup) => self.opened().client.write(new Float64Array(1) as unknown as Uint8Array),
      ErrorId.argumentInvalid,
    ],
    [
      'a count below zero',
      (self: Setup) => self.opened().receive(text('a')).client.read(-1),
      ErrorId.argumentInvalid,
    ],
    [
      'a count that is none',
      (self: Setup) => self.opened().receive(text('a')).client.read(NaN),
      ErrorId.argumentInvalid,
    ],
  ])('%s throws', (_name, act, id) => {
    const self = setup();
    expect(thrownId(() => act(self))).toBe(id);
    self.host.turn();
    expect(self.stream.taken().length).toBe(0);
  });
});

test('a count of octets to read is whole and not negative, or nothing is read', () => {
  const self = new Setup({ onReadable() {} }).opened();
  self.receive(text('four'));
  for (const count of [-1, -0.5, 0.5, 1.5, 3.999, NaN]) {
    const refused = expect.objectContaining({ id: ErrorId.argumentInvalid, message: 'invalid count' });
    expect(() => self.client.read(count)).toThrow(refused);
  }
  expect(self.call((client) => client.read(0))).toEqual(new ArrayBuffer(0));
  expect(self.call((client) => client.read(Infinity))).toEqual(utf8('four').slice().buffer);
});

test('a target that is left out is not set', () => {
  const host = new ScriptedHost();
  const options = { socket: { io: ScriptedStream }, host: 'server.example.com', path: '/' };
  class Own extends WebSocketClient {}
  Object.defineProperty(Own.prototype, 'target', { value: 'of the class', writable: true });
  const [own, given] = [{}, { target: 5 }].map(
    (more) => new Own({ ...options, ...more } as unknown as WebSocketClientOptions, host),
  );
  expect([own.target, given.target]).toEqual(['of the class', 5]);
  for (const client of [own, given]) client.close();
});
