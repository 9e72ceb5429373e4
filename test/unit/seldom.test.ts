/** What happens seldom: turns that other tests do not take, since nobody would write them on purpose. */
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { describeError } from '../../src/error-text.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { checkConnectionOptions } from '../../src/connection/check-options.ts';
import { SPAN } from '../../src/connection/events.ts';
import { CloseCode } from '../../src/frame/close-code.ts';
import { Opcode } from '../../src/frame/opcode.ts';
import { Inflate } from '../../src/deflate/decode/inflate.ts';
import { inflateMemory } from '../../src/deflate/decode/table-layout.ts';
import { ErrorId } from '../../src/errors.ts';
import { validateWithNative } from '../../src/frame/utf8-native.ts';
import { Utf8, validateUtf8 } from '../../src/frame/utf8.ts';
import { isAuthority } from '../../src/handshake/authority.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { agreed, deflated, peerMessage } from '../compression/endpoints.ts';
import { ClientSetup, text } from '../support/client-setup.ts';
import { Driver, type Hooks } from '../support/driver.ts';
import { EndpointSetup } from '../support/endpoint-setup.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { KEY_TEXT, newServer, POLICY, request, response } from '../support/handshake.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { wordsFrom } from '../support/random.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

const WITH_EVENTS = { onOpen() {}, onData() {}, onControl() {}, onClose() {} };

test('an error id that nobody has given out has a sentence, too', () => {
  expect(describeError(65_535)).toBe('unknown error 65535');
});

test.each([
  ['example.com:', true],
  ['example.com:65535', true],
  ['example.com:65536', false],
  ['example.com:123456', false],
  ['example.com\n', false],
  ['', false],
])('the Host %j: %j', (host, is) => expect(isAuthority(host)).toBe(is));

test.each(['GET HTTP/1.1', 'GET', ' / HTTP/1.1'])('the request line %j has no three parts', (line) => {
  const driver = newServer();
  driver.feed(utf8(`${line}\r\nHost: a\r\n\r\n`)).wait(60_000);
  expect(driver.trace.lines.at(-1)).toBe('over 1006 headMalformed');
});

describe('a connection', () => {
  test('that is opened twice is open', () => {
    const driver = new Driver().open();
    driver.call(() => driver.connection.opened());
    expect(driver.trace.lines).toEqual(['open']);
  });

  test('whose transport ends before it was there could not connect', () => {
    const driver = new Driver().transportClosed();
    expect(driver.trace.lines).toEqual(['over 1006 connectFailed']);
  });

  test('that pauses after its close goes on to the answer, and delivers nothing before it', () => {
    const driver = new Driver().open();
    driver.call(() => driver.connection.close(CloseCode.normal));
    driver.connection.pause();
    expect(driver.connection.paused).toBe(false);
    driver.feed(
      peerFrame('server', { opcode: 1, payload: utf8('late') }),
      peerFrame('server', { opcode: 8, payload: [3, 232] }),
    );
    expect(driver.trace.lines.filter((line) => line.includes('late'))).toEqual([]);
    expect(driver.trace.lines.at(-1)).toBe('over 1000 clean');
  });

  test('a Ping of its keepalive is not sent behind a Close', () => {
    const driver = new Driver({ keepalive: 1000, keepaliveTimeout: 0 }).open();
    driver.takes = false;
    driver.call(() => driver.connection.close(CloseCode.normal));
    driver.wait(2000);
    driver.takes = true;
    driver.pump();
    expect(framesOf(driver.takeOutput()).map(({ opcode }) => opcode)).toEqual([Opcode.close]);
  });

  test('a ring longer than 64 KiB takes all lengths that writable names, each in the shortest form', () => {
    const driver = new Driver({ transmitBuffer: 0x40000 }).open();
    driver.takes = false;
    const seen: number[] = [];
    // From an empty ring down to a full one; between 65,536 and 65,543 octets of room the longest payload is 65,535.
    for (let room = driver.connection.writable; room > 0; room = driver.connection.writable) {
      seen.push(room);
      const length = room > 0x10000 + 20 ? room - 0x10000 - 20 : 1;
      if (seen.length > 40) break;
      expect(driver.connection.send(counting(room), 0, room < 0x10000 ? 1 : length, 1)).toBe(0);
    }
    expect(seen.some((room) => room === 0xffff)).toBe(true);
    expect(driver.connection.send(counting(0x10000), 0, 0x10000, 1)).toBe(ErrorId.writeTooLong);
  });
});

test('a reason with control characters is told as it is', () => {
  const driver = new Driver().open();
  const payload = concat(Uint8Array.of(3, 232), utf8('a\t\u0001'));
  driver.feed(peerFrame('server', { opcode: 8, payload }));
  expect(driver.connection.closeReason).toBe('a\t\u0001');
});

test('a character that is cut by a span and goes on wrongly is found before a native is asked', () => {
  const bytes = concat(Uint8Array.of(0x28), utf8('a'.repeat(1000)));
  const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const isUtf8 = (): boolean => {
    throw new Error('asked');
  };
  const state = validateUtf8(Uint8Array.of(0xe2), new Int32Array(0), 0, 1, Utf8.accept);
  expect(validateWithNative(isUtf8, bytes, words, 0, bytes.length, state)).toBe(Utf8.reject);
});

test('a Ping behind what an event sent into the reserve is answered when there is room again', () => {
  const driver: Driver = new Driver(
    { transmitBuffer: 256 },
    {
      onData: ({ connection }) => {
        connection.send(counting(200), 0, connection.writable, 1);
        expect(connection.sendControl(Opcode.ping, counting(100), 0, 100)).toBe(0);
        expect(connection.writable).toBe(0);
      },
    },
  ).open();
  driver.takes = false;
  const ping = { opcode: 9, payload: utf8('now?') };
  driver.feed(concat(peerFrame('server', text('x')), peerFrame('server', ping)));
  driver.takes = true;
  driver.pump();
  const sent = framesOf(driver.takeOutput());
  expect(sent.map(({ opcode }) => opcode).sort((a, b) => a - b)).toEqual([
    Opcode.binary,
    Opcode.ping,
    Opcode.pong,
  ]);
  expect(sent.find(({ opcode }) => opcode === Opcode.pong)!.payload).toEqual(utf8('now?'));
});

test('what came before the transport ended, and nobody takes, does not keep a connection for ever', () => {
  const held = (length: number): Driver => {
    const pause: Hooks = { onData: ({ connection }) => connection.pause() };
    const driver = agreed('server', {}, { sendTimeout: 5000 }, pause);
    const message = deflateRawSync(Buffer.alloc(length), { finishFlush: constants.Z_SYNC_FLUSH });
    return driver.feed(peerMessage('server', 2, message.subarray(0, -4)));
  };
  // A little more than a window: all of the input is read, and some of the output is still to come.
  const drivers = Array.from({ length: 60 }, (_, i) => held(32_768 + i * 10));
  const waiting = drivers.filter(({ backlog, trace }) => backlog === 0 && trace.lines.length > 1);
  expect(waiting.length).toBeGreaterThan(0);
  for (const driver of waiting) {
    driver.transportClosed();
    // The wait begins with the next tick.
    driver.wait(120_000);
    expect(driver.trace.lines.at(-1)!.slice(0, 40)).toBe('over 1006 transportEnded');
  }
});

test('before anything came nothing is consumed, and nothing is wrong', () => {
  expect(new Driver().connection.position).toBe(0);
  const bytes = new Uint8Array(inflateMemory(15, 9));
  expect(new Inflate(bytes, new Uint16Array(bytes.buffer), 0, 15).error).toBe(0);
});

describe('an endpoint', () => {
  test('that pauses and resumes inside a message gets the next one', () => {
    const self: EndpointSetup = new EndpointSetup(
      {
        onData: ({ endpoint }) => {
          endpoint.pause();
          endpoint.resume();
        },
      },
      {},
      false,
    );
    self.opened();
    self.receive(text('one'), text('two'));
    expect(self.trace.lines.filter((line) => line.includes('one') || line.includes('two'))).toHaveLength(2);
  });

  test.each([512, 1024, 4096, 5000])(
    'whose event throws each time goes on with the rest of a compressed message: %d octets of a few',
    (length) => {
      let octets = 0;
      let messages = 0;
      const self = new EndpointSetup(
        {
          onData: (_self, _bytes, start, end, span) => {
            octets += end - start;
            if ((span & 2) === 0) messages++;
            throw new Error('mine');
          },
        },
        {
          opening: serverOpening(POLICY),
          compression: permessageDeflate({ profile: 'desk', receiveWindowBits: 9 }),
        },
        false,
      ).opened();
      self.transport.deliver(
        request({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }),
      );
      // Of one octet of its input come many spans.
      self.transport.deliver(peerMessage('server', 2, deflated(new Uint8Array(length), { windowBits: 9 })));
      self.receive(text('behind'));
      expect([octets, messages]).toEqual([length + 6, 2]);
      expect(self.host.reports.every((error) => (error as Error).message === 'mine')).toBe(true);
      expect(self.host.reports.length).toBeGreaterThan(1);
      expect(self.endpoint.error).toBe(0);
    },
  );

  test.each([true, false])(
    'whose host has a native that throws ends, behind a message that came before: %s',
    (isBehind) => {
      const self = new EndpointSetup({}, {}, false).opened();
      const validateLong = (): never => {
        throw new Error('native');
      };
      Object.assign(self.host, { validateLong });
      const long = text('x'.repeat(600));
      self.receive(...(isBehind ? [text('before'), long] : [long]));
      expect(self.trace.lines.slice(1)).toEqual([
        ...(isBehind ? ['text "before"'] : []),
        'over 1006 transportFailed',
      ]);
      expect(self.host.reports.at(-1)).toMatchObject({ message: 'native' });
      expect(self.transport.isClosed).toBe(true);
    },
  );

  test('whose event throws answers all Pings behind it, however many come at once', () => {
    const self = new EndpointSetup(
      {
        onData: () => {
          throw new Error('mine');
        },
      },
      { transmitBuffer: 256 },
      false,
    ).opened();
    const payload = counting(100);
    const pings = Array.from({ length: 5 }, () => ({ opcode: 9, payload }));
    self.receive(text('one'), ...pings);
    const pongs = framesOf(self.transport.taken()).filter(({ opcode }) => opcode === Opcode.pong);
    expect(pongs).toHaveLength(5);
    expect(self.host.reports).toMatchObject([{ message: 'mine' }]);
  });
});

describe('a server whose response is longer than its ring', () => {
  const values = ['a', 'b', 'c', 'd', 'e'].map((name) => [`X-${name}`, name.repeat(90)] as const);
  const begun = (options: object = {}, hooks: Hooks = {}): Driver =>
    newServer({ onRequest: () => ({ headers: values }) }, { transmitBuffer: 256, ...options }, hooks);
  /** What was sent behind the response, which is whole. */
  const behindResponse = (driver: Driver): number[] => {
    const sent = new TextDecoder('latin1').decode(driver.takeOutput());
    const end = sent.indexOf('\r\n\r\n') + 4;
    expect(sent.slice(0, end)).toContain(`e: ${'e'.repeat(90)}\r\n`);
    return framesOf(Uint8Array.from(sent.slice(end), (octet) => octet.charCodeAt(0))).map(
      ({ opcode }) => opcode,
    );
  };

  test('takes no frame of the application in front of it', () => {
    const results: number[] = [];
    const driver = begun(
      {},
      {
        onOpen: ({ connection }) => {
          results.push(connection.writable);
          results.push(connection.send(counting(3), 0, 3, 1));
          results.push(connection.sendControl(Opcode.ping, counting(3), 0, 3));
        },
      },
    );
    driver.takes = false;
    driver.feed(request());
    expect(results).toEqual([0, ErrorId.writeTooLong, ErrorId.writeTooLong]);
    driver.takes = true;
    driver.pump();
    expect(behindResponse(driver)).toEqual([]);
    expect(driver.connection.send(counting(3), 0, 3, 1)).toBe(0);
    driver.pump();
    expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: Opcode.binary }]);
  });

  test('sends a Ping that falls due meanwhile behind it', () => {
    const driver = begun({ keepalive: 1000, keepaliveTimeout: 500 });
    driver.takes = false;
    driver.feed(request()).wait(1000);
    driver.takes = true;
    driver.pump();
    expect(behindResponse(driver)).toEqual([Opcode.ping]);
  });

  test('does not answer a Ping that comes in front of it, which none may, and all that comes later', () => {
    const driver = begun();
    driver.takes = false;
    driver.feed(
      concat(request(), peerFrame('server', { opcode: 9, payload: [1] }), peerFrame('server', text('early'))),
    );
    expect(driver.trace.lines).toEqual(['open', 'ping 01', 'text "early"']);
    driver.takes = true;
    driver.pump();
    expect(behindResponse(driver)).toEqual([]);
    driver.feed(peerFrame('server', { opcode: 9, payload: [2] }));
    expect(framesOf(driver.takeOutput())).toMatchObject([{ opcode: Opcode.pong, payload: Uint8Array.of(2) }]);
  });

  test('does not send a Ping of its keepalive in front of it, and its Close behind it', () => {
    const driver = begun({ keepalive: 1000, keepaliveTimeout: 0, sendTimeout: 0, idleTimeout: 0 });
    driver.takes = false;
    driver.feed(request()).wait(2500);
    expect(driver.trace.lines).toEqual(['open']);
    driver.call(() => driver.connection.close(CloseCode.normal));
    driver.takes = true;
    driver.pump();
    expect(behindResponse(driver)).toEqual([Opcode.close]);
  });
});

test('what no transport can have failed by is refused, and changes nothing', () => {
  const driver = new Driver().open();
  for (const failure of [-1, 0.5, NaN, Infinity, '0', undefined, null, 2 ** 31])
    expect(() => driver.connection.transportClosed(failure as number), String(failure)).toThrow(
      'invalid failure',
    );
  expect([driver.connection.state, driver.trace.lines]).toEqual([2, ['open']]);
});

test.each([null, undefined, {}, { [SPAN]: 5 }])('takesSpans with the target %o is refused', (target) => {
  const options = { role: 'server', events: WITH_EVENTS, random: () => 1, takesSpans: true };
  expect(() => checkConnectionOptions({ ...options, target })).toThrow(/target/);
});

test('takesSpans with a target that has the method is not', () => {
  const options = { role: 'server', events: WITH_EVENTS, random: () => 1, takesSpans: true };
  expect(() => checkConnectionOptions({ ...options, target: { [SPAN]: () => {} } })).not.toThrow();
});

describe('a client on a stream', () => {
  test('whose stream does not say how much it takes goes on sending', () => {
    const self = new ClientSetup().opened();
    const write = self.stream.write.bind(self.stream);
    self.stream.write = (view) => {
      write(view);
      return undefined as unknown as number;
    };
    self.stream.becomeWritable();
    for (let i = 0; i < 3; i++) self.call((client) => client.write(counting(10)));
    expect(framesOf(self.stream.taken()).map(({ payload }) => payload.length)).toEqual([10, 10, 10]);
  });

  test('inside a message is told exactly how much fits, whatever is in the ring', () => {
    let checked = 0;
    const fills = Array.from({ length: 110 }, (_, i) => [256, i + 1]);
    // Where as much fits as needs a longer header, in a ring that is longer.
    for (let first = 200; first < 250; first++) fills.push([512, first]);
    for (const [transmitBuffer, first] of fills)
      for (const taken of [0, 5]) {
        const self: ClientSetup = new ClientSetup({
          transmitBuffer,
          onReadable() {
            this.read();
            let room = 0;
            try {
              room = this.write(counting(10));
            } catch {
              // The ring is full.
            }
            if (room === 0) return;
            expect(() => this.write(counting(room + 1))).toThrow();
            expect(this.write(counting(room))).toBe(0);
            checked++;
          },
        }).opened();
        self.stream.becomeWritable(taken);
        self.call((client) => client.write(counting(first)));
        self.receive(text('x'));
      }
    expect(checked).toBeGreaterThan(100);
  });

  test('is told of one end only', () => {
    const self = new ClientSetup().opened();
    self.stream.fail();
    self.stream.options.onError.call(self.stream as never);
    self.host.turn();
    expect(self.told).toEqual(['error']);
    expect(self.host.timers).toBe(0);
  });

  test('that is dropped before its stream is there lets that go when it comes', () => {
    const self = new ClientSetup();
    const { stream } = self;
    self.client.close();
    expect(stream.isClosed).toBe(true);
    stream.becomeWritable();
    stream.deliver(counting(10));
    expect(self.told).toEqual([]);
  });

  test('without onReadable lets messages go, and answers Pings all the same', () => {
    const host = new ScriptedHost(false, wordsFrom(utf8(KEY_TEXT)));
    const socket = { io: ScriptedStream };
    new WebSocketClient({ socket, host: 'server', path: '/' } as unknown as WebSocketClientOptions, host);
    const stream = ScriptedStream.last;
    stream.becomeWritable();
    stream.taken();
    stream.deliver(response());
    stream.deliver(peerFrame('client', text('one')));
    stream.deliver(peerFrame('client', { opcode: 9, payload: utf8('still there?') }));
    host.turn();
    expect(framesOf(stream.taken()).map(({ opcode }) => opcode)).toEqual([Opcode.pong]);
  });

  test('has a close code when it is over, and none before', () => {
    const self = new ClientSetup().opened();
    expect(self.client.closeCode).toBe(0);
    self.receive({ opcode: 8, payload: concat(Uint8Array.of(0x0f, 0xa0), utf8('bye')) });
    self.host.wait(10_000);
    expect([self.client.closeCode, self.client.closeReason]).toEqual([4000, 'bye']);
  });

  test('a close of its own without a code', () => {
    const self = new ClientSetup().opened();
    self.stream.becomeWritable();
    self.call((client) => client.write(new Uint8Array(0), { opcode: Opcode.close }));
    expect(framesOf(self.stream.taken())).toMatchObject([{ opcode: 8, payload: new Uint8Array(0) }]);
  });

  test('goes from numbers back to buffers', () => {
    const self = new ClientSetup().opened();
    self.client.format = 'number';
    self.receive(text('ab'));
    expect(self.client.read()).toBe(97);
    self.client.format = 'buffer';
    expect(self.client.format).toBe('buffer');
    expect(new Uint8Array(self.client.read() as ArrayBuffer)).toEqual(utf8('b'));
  });
});
