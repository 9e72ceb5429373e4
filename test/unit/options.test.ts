/** Options that are wrong are refused where they are given, by one sentence, and nothing has been made. */
import { describe, expect, test } from 'vitest';
import { checkCallbacks as checkOnDevice } from '../../hosts/moddable/lean/check-callbacks.ts';
import { Endpoint } from '../../src/client/endpoint.ts';
import { WebSocketClient } from '../../src/client/websocket-client.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { clientOpening, requestOf, serverOpening } from '../../src/index.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { KEY_TEXT, response } from '../support/handshake.ts';
import { utf8 } from '../support/octets.ts';
import { wordsFrom } from '../support/random.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';
import {
  EVENTS,
  expectRefused,
  NO_COMPRESSION,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_SIZES,
  rowsOf,
  WRONG_CONNECTIONS,
  WRONG_EVERYWHERE,
  WRONG_REQUESTS,
} from '../support/wrong-options.ts';

const noop = (): void => {};
const random = (): number => 1;
const transport = { write: () => 0, resume: noop, end: noop, close: noop };
const SOUND = { role: 'client', events: EVENTS, target: {} };
const sources = { random: [...NO_FUNCTIONS, undefined], validateLong: NO_FUNCTIONS, copy: NO_FUNCTIONS };

const connection = (options: unknown): unknown => new Connection(options as never);

describe('Connection', () => {
  test('has an object of options', async () => {
    connection({ ...SOUND, random });
    for (const options of [...NO_OBJECTS, undefined, {}]) await expectRefused(() => connection(options));
  });

  test.each(rowsOf({ ...WRONG_CONNECTIONS, ...sources }))('%s: %o', async (name, value) => {
    const { message } = await expectRefused(() => connection({ ...SOUND, random, [name]: value }));
    expect(message).toContain(name);
  });

  test.each(rowsOf({ maxMessageSize: [-1, '5'], keepalive: [2 ** 30, NaN] }))(
    'limits with %s: %o',
    async (name, value) => {
      const limits = { ...DEFAULT_LIMITS, [name]: value };
      const { message } = await expectRefused(() => connection({ ...SOUND, random, limits }));
      expect(message).toContain(name);
    },
  );

  test.each(rowsOf({ source: [5, 'x', null, {}, { random: 5 }, { random, copy: 5 }] }))(
    '%s: %o',
    async (_name, source) => void (await expectRefused(() => connection({ ...SOUND, source }))),
  );
});

describe('Endpoint', () => {
  const endpoint = (
    options: unknown,
    host: unknown = new ScriptedHost(),
    connect: unknown = () => transport,
  ) => new Endpoint(host as never, options as never, connect as never);

  test.each([...rowsOf(WRONG_CONNECTIONS), ['events', { ...EVENTS, onWritable: undefined }]] as [
    string,
    unknown,
  ][])('%s: %o, and no timer is left', async (name, value) => {
    const host = new ScriptedHost();
    const { message } = await expectRefused(() => endpoint({ ...SOUND, [name]: value }, host));
    expect(message).toContain(name);
    expect(host.timers).toBe(0);
  });

  test('no options, no host, no factory, no transport', async () => {
    const host = new ScriptedHost();
    endpoint(SOUND, host).drop();
    for (const value of NO_OBJECTS) {
      await expectRefused(() => endpoint(value, host));
      await expectRefused(() => endpoint(SOUND, value));
      if (typeof value !== 'function') await expectRefused(() => endpoint(SOUND, host, value));
      await expectRefused(() => endpoint(SOUND, host, () => value));
    }
    expect(host.timers).toBe(0);
  });

  test.each(['Timer', 'now', 'random', 'report'])('a host without %s', async (name) => {
    for (const value of [undefined, null, 5, {}]) {
      const host = { ...new ScriptedHost(), now: () => 0, report: noop, [name]: value };
      const { message } = await expectRefused(() => endpoint(SOUND, host));
      expect(message).toContain(`host.${name}`);
    }
  });

  test('takes its host from the first argument, whatever the options say', () => {
    endpoint({ ...SOUND, source: { random: () => 0 } }).drop();
  });
});

/** Null is none (ECMA-419, Annex A). */
const NO_CALLBACKS = NO_FUNCTIONS.filter((value) => value !== null);
const CALLBACKS = ['onReadable', 'onWritable', 'onControl', 'onClose', 'onError', 'onSpan'] as const;

describe('WebSocketClient', () => {
  class Io {
    close(): void {}
  }
  const client = (options: unknown, host = new ScriptedHost()): WebSocketClient =>
    new WebSocketClient(options as never, host);
  const sound = { socket: { io: Io }, host: '127.0.0.1' };
  const wrong = {
    ...WRONG_EVERYWHERE,
    ...WRONG_REQUESTS,
    // What the class itself looks at: the one of Node says more, a device has no room for that.
    receiveBuffer: NO_SIZES.filter((value) => typeof value !== 'bigint'),
    compression: NO_COMPRESSION.slice(0, 8),
    attach: [5, null, 'x', {}, [], true, noop],
    // Only a server answers one.
    handshake: [5, null, 'x', {}, noop],
    socket: [undefined, 5, null, 'x', {}, { io: 5 }],
    dns: [5, null, 'x', {}, { io: 5 }],
    host: [undefined, 5, null, '', {}, 'a b'],
    port: [0, -1, 65536, '80', NaN, null],
    path: [5, null, 'x', '/a b', '/#'],
    format: [5, null, 'x', {}],
    ...Object.fromEntries(CALLBACKS.map((name) => [name, NO_CALLBACKS])),
  };

  test.each(rowsOf(wrong))('%s: %o, and no timer is left', async (name, value) => {
    const host = new ScriptedHost();
    await expectRefused(() => client({ ...sound, [name]: value }, host));
    expect(host.timers).toBe(0);
  });

  test.each(CALLBACKS)('%s that is no function is refused by name', async (name) =>
    expect((await expectRefused(() => client({ ...sound, [name]: 5 }))).message).toContain(name),
  );

  test('a handshake that is none is refused by name', async () =>
    expect((await expectRefused(() => client({ ...sound, handshake: 5 }))).message).toContain('handshake'));

  test('callbacks that are null are none: what comes is read and dropped', () => {
    const none = Object.fromEntries(CALLBACKS.map((name) => [name, null]));
    const host = new ScriptedHost(false, wordsFrom(utf8(KEY_TEXT)));
    const it = client({ ...sound, ...none, socket: { io: ScriptedStream } }, host);
    const stream = ScriptedStream.last;
    stream.becomeWritable();
    stream.taken();
    stream.deliver(response());
    stream.deliver(peerFrame('client', { opcode: 1, payload: utf8('Hello') }));
    stream.deliver(peerFrame('client', { opcode: 9, payload: Uint8Array.of(1) }));
    expect(framesOf(stream.taken())).toMatchObject([{ opcode: 10, payload: Uint8Array.of(1) }]);
    stream.fail();
    expect([it.errorId > 0, host.timers]).toEqual([true, 0]);
  });

  // Its bundle has a module in place of the one above.
  describe('on a device', () => {
    test.each(rowsOf(Object.fromEntries(CALLBACKS.map((name) => [name, NO_CALLBACKS]))))(
      '%s: %o',
      async (name, value) =>
        expect((await expectRefused(() => checkOnDevice({ [name]: value }))).message).toContain(name),
    );

    test('functions, null, and others that are no callbacks', () =>
      checkOnDevice({ onReadable: noop, onSpan: null, onError: undefined, onOther: 5 }));
  });

  test('what is no object', async () => {
    client(sound).close();
    for (const value of [5, 'x', true, [], noop]) await expectRefused(() => client(value));
  });
});

describe('permessageDeflate', () => {
  const numbers = [NaN, -1, '9', null, {}, [], true, 5n];
  test.each(
    rowsOf({
      profile: ['x', 5, {}, 'constructor'],
      receiveWindowBits: [...numbers.filter((value) => value !== null), 7, 16, 8.5],
      transmitWindowBits: [7, 16, '10'],
      receiveTakeover: [5, 'x', {}],
      transmitTakeover: [5, 'x', {}],
      threshold: numbers.filter((value) => value !== null),
      clientMaxWindowBits: [10],
      toString: [1],
    }),
  )('%s: %o', async (name, value) => {
    const { message } = await expectRefused(() => permessageDeflate({ [name]: value } as never));
    expect(message).toContain(name);
  });

  test('what is no object', async () => {
    for (const value of [5, 'x', null, true]) await expectRefused(() => permessageDeflate(value as never));
  });
});

describe('the openings', () => {
  test.each([null, 5, 'x', {}, { keyOf: noop }, { keyOf: noop, acceptOf: 5 }])('proof: %o', async (proof) => {
    const request = requestOf({ host: 'a' });
    const policy = { protocols: [], requestHeaders: [], onRequest: undefined, proof };
    expect((await expectRefused(() => clientOpening(request, proof as never))).message).toContain('proof');
    expect((await expectRefused(() => serverOpening(policy as never))).message).toContain('proof');
  });

  test.each(
    rowsOf({
      protocols: [5, 'a', null, ['a b'], ['a', 'a'], [5], {}],
      requestHeaders: [5, 'a', null, ['a b'], [5]],
      onRequest: NO_FUNCTIONS,
      protocol: ['a'],
    }),
  )('serverOpening, %s: %o', async (name, value) => {
    const { message } = await expectRefused(() => serverOpening({ [name]: value } as never));
    expect(message).toContain(name);
  });

  test('what is no policy and no request', async () => {
    for (const value of [...NO_OBJECTS, undefined]) {
      await expectRefused(() => serverOpening(value as never));
      await expectRefused(() => clientOpening(value as never));
    }
    await expectRefused(() => clientOpening({ host: 'a', path: '/', protocol: '' } as never));
  });
});
