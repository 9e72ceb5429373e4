/** An endpoint and what the host lends it: what it asks for, where octets lie, how often it announces, what it says at the end. */
import { describe, expect, test } from 'vitest';
import { checkCallbacks } from '../../src/client/check-callbacks.ts';
import { checkHost, checkTransport } from '../../src/client/check-host.ts';
import { Endpoint } from '../../src/client/endpoint.ts';
import { ConnectionError, ErrorId } from '../../src/errors.ts';
import { EndpointSetup } from '../support/endpoint-setup.ts';
import { peerFrame } from '../support/frames.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedTransport } from '../support/scripted-transport.ts';
import { EVENTS, expectRefused } from '../support/wrong-options.ts';

const noop = (): void => {};
const TIMER = { set: noop, schedule: noop, clear: noop };
const HOST = { Timer: TIMER, now: noop, report: noop, random: noop };
const TRANSPORT = { write: noop, resume: noop, end: noop, close: noop };

describe('what is asked of a host', () => {
  test.each<[object]>([
    [HOST],
    [{ ...HOST, defer: noop, later: noop, validateLong: noop, copy: noop }],
    [{ ...HOST, defer: undefined, later: undefined }],
    [{ ...HOST, Timer: Object.assign(() => {}, TIMER) }],
  ])('%o has it', (host) => checkHost(host));

  test.each<[name: string, host: unknown]>([
    ['host must be an object', null],
    ['host.random must be a function', { ...HOST, random: undefined }],
    ['host.now must be a function', { ...HOST, now: undefined }],
    ['host.report must be a function', { ...HOST, report: 5 }],
    ['host.defer must be a function', { ...HOST, defer: null }],
    ['host.later must be a function', { ...HOST, later: 5 }],
    ['host.Timer must be an object', { ...HOST, Timer: undefined }],
    ['host.Timer.set must be a function', { ...HOST, Timer: {} }],
    ['host.Timer.schedule must be a function', { ...HOST, Timer: { ...TIMER, schedule: 5 } }],
    ['host.Timer.clear must be a function', { ...HOST, Timer: { ...TIMER, clear: undefined } }],
  ])('%s', async (must, host) => {
    expect((await expectRefused(() => checkHost(host))).message).toBe(must);
  });

  test('a transport has four methods', async () => {
    checkTransport(TRANSPORT);
    for (const name of Object.keys(TRANSPORT)) {
      const { message } = await expectRefused(() => checkTransport({ ...TRANSPORT, [name]: undefined }));
      expect(message).toBe(`transport.${name} must be a function`);
    }
    expect((await expectRefused(() => checkTransport(5))).message).toBe(
      'what connect makes must be an object',
    );
  });

  test('callbacks of a client are functions, null or left out', async () => {
    for (const name of ['onReadable', 'onWritable', 'onControl', 'onClose', 'onError', 'onSpan']) {
      for (const value of [noop, null, undefined]) checkCallbacks({ [name]: value });
      const { message } = await expectRefused(() => checkCallbacks({ [name]: 0 }));
      expect(message).toBe(`${name} must be a function`);
    }
  });
});

describe('input', () => {
  test('may lie anywhere in its memory, in views of any length, and is counted from where it begins', () => {
    const frame = peerFrame('server', { opcode: 2, payload: counting(20) });
    const server = new EndpointSetup({}, {}, false).opened();
    const { sink } = server.transport;
    for (const before of [0, 1, 3, 4, 9]) {
      const memory = new Uint8Array(before + frame.length + 7);
      memory.set(frame, before);
      // All of the memory, a view of the frame alone, and one with something before and behind.
      expect(sink.transportReceived(memory.slice(), before, before + frame.length)).toBe(frame.length);
      const alone = memory.slice().subarray(before, before + frame.length);
      expect(sink.transportReceived(alone, 0, frame.length)).toBe(frame.length);
      const around = memory.slice().subarray(before >> 1);
      const start = before - (before >> 1);
      expect(sink.transportReceived(around, start, start + frame.length)).toBe(frame.length);
    }
    expect(server.trace.lines).toHaveLength(1 + 15);
    expect(new Set(server.trace.lines.slice(1)).size).toBe(1);
  });

  test('that is not consumed is counted, too: what lies behind a pause is not', () => {
    const frame = peerFrame('server', { opcode: 2, payload: counting(20) });
    const server = new EndpointSetup({ onData: (self) => self.endpoint.pause() }, {}, false).opened();
    const memory = concat(new Uint8Array(5), frame, frame);
    const view = memory.subarray(2);
    expect(server.transport.sink.transportReceived(view, 3, view.length)).toBe(frame.length);
    expect(server.trace.lines).toHaveLength(2);
  });
});

describe('room is announced', () => {
  const sending = (defers: boolean): EndpointSetup =>
    new EndpointSetup(
      { onWritable: (self) => void self.endpoint.send(counting(10), 0, 10, 1) },
      {},
      defers,
    ).opened();

  test.each([
    [false, 4],
    [true, 1],
  ])('with a host that can defer (%j) %d times in one call to whoever sends each time', (defers, times) => {
    const server = sending(defers);
    server.writable.length = 0;
    server.transport.sink.transportWritable(0);
    expect(server.writable).toHaveLength(times);
  });

  test('once to whoever sends nothing, and not again before something was taken', () => {
    const server = new EndpointSetup({}, {}, false).opened();
    server.writable.length = 0;
    server.transport.sink.transportWritable(0);
    expect(server.writable).toEqual([server.endpoint.writable]);
    server.host.wait(10_000);
    expect(server.writable).toHaveLength(1);
  });

  test('not while the transport is full', () => {
    const server = sending(false);
    server.host.report = noop;
    server.writable.length = 0;
    server.transport.room = 15;
    server.transport.sink.transportWritable(0);
    const before = server.writable.length;
    expect(before).toBe(2);
    server.host.wait(1000);
    expect(server.writable).toHaveLength(before);
  });

  test('not when nothing can be sent any more', () => {
    const server = new EndpointSetup({}, {}, false).opened();
    server.endpoint.close();
    server.host.turn();
    server.writable.length = 0;
    server.transport.sink.transportWritable(0);
    expect(server.writable).toEqual([]);
    expect(server.endpoint.writable).toBe(0);
  });

  test.each([false, true])('and what is thrown then is reported (a host that can defer: %j)', (defers) => {
    const thrown = new Error('of the application');
    const server = new EndpointSetup(
      {
        onWritable: () => {
          throw thrown;
        },
      },
      {},
      defers,
    ).opened();
    const before = server.host.reports.length;
    server.transport.sink.transportWritable(0);
    expect(server.host.reports.slice(before)).toEqual([thrown]);
    expect(server.endpoint.send(utf8('x'), 0, 1, 0)).toBe(0);
    expect(server.trace.lines).toEqual(['open']);
  });
});

describe('the end', () => {
  test('is told by the host’s error, with what the runtime said', () => {
    const reason = new Error('of the runtime');
    const server = new EndpointSetup({}, {}, false).opened();
    expect(server.endpoint.transportReason).toBe(undefined);
    server.transport.sink.transportClosed(ErrorId.transportReset, reason);
    expect(server.endpoint.transportReason).toBe(reason);
    const error = server.endpoint.failure(ErrorId.transportReset);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      id: ErrorId.transportReset,
      closeCode: 1006,
      location: '',
      retryAfter: '',
      reason,
    });
    expect(error.message).toBe('WebSocket error 505');
  });

  test('by the function of a host that has one, with the endpoint as what is known', () => {
    const given: unknown[] = [];
    const made = new ConnectionError(
      1,
      { httpStatus: 0, closeCode: 0, location: '', retryAfter: '' },
      'made',
    );
    const host = Object.assign(new ScriptedHost(), {
      failure: (...all: unknown[]) => {
        given.push(...all);
        return made;
      },
    });
    const options = { role: 'server', events: EVENTS, target: 0 } as const;
    const endpoint = new Endpoint(host, options, new ScriptedTransport().factory);
    expect(endpoint.failure(ErrorId.idleTimeout)).toBe(made);
    expect(given).toEqual([ErrorId.idleTimeout, endpoint]);
    endpoint.drop();
  });

  test('asks nothing of the host any more, not even in a turn that was asked for before', () => {
    for (const defers of [false, true]) {
      const server = new EndpointSetup({}, {}, defers).opened();
      server.endpoint.send(utf8('x'), 0, 1, 0);
      server.endpoint.close(1000);
      server.endpoint.drop();
      server.transport.taken();
      const asked: string[] = [];
      server.host.now = () => asked.push('now');
      server.host.report = () => void asked.push('report');
      server.host.turn();
      expect([asked, server.transport.taken().length, server.host.timers]).toEqual([[], 0, 0]);
    }
  });

  test('is not begun without a function that connects, which is said', async () => {
    const options = { role: 'server', events: EVENTS, target: 0 } as const;
    for (const connect of [undefined, null, 5, {}]) {
      const { id, message } = await expectRefused(
        () => new Endpoint(new ScriptedHost(), options, connect as never),
      );
      expect([id, message]).toEqual([ErrorId.optionInvalid, 'connect must be a function']);
    }
  });

  test('leaves nothing of a transport that is none', async () => {
    const host = new ScriptedHost();
    const options = { role: 'server', events: EVENTS, target: 0 } as const;
    const thrown = new Error('no transport');
    const fails = (): never => {
      throw thrown;
    };
    expect(() => new Endpoint(host, options, fails)).toThrow(thrown);
    await expectRefused(() => new Endpoint(host, options, (() => ({})) as never));
    expect(host.timers).toBe(0);
  });
});

test('what the transport and the handshake know can be asked of it', () => {
  const transport = Object.assign(new ScriptedTransport(), { remoteAddress: '10.0.0.1', remotePort: 4321 });
  const options = { role: 'server', events: EVENTS, target: 0 } as const;
  const endpoint = new Endpoint(new ScriptedHost(), options, transport.factory);
  expect([endpoint.remoteAddress, endpoint.remotePort]).toEqual(['10.0.0.1', 4321]);
  expect([endpoint.extensions, endpoint.headers, endpoint.protocol]).toEqual(['', undefined, '']);
  transport.sink.transportOpened();
  expect([endpoint.extensions, endpoint.headers, endpoint.protocol]).toEqual(['', undefined, '']);
  endpoint.send(utf8('x'), 0, 1, 0);
  expect(transport.taken()).toEqual(Uint8Array.of(0x81, 1, 0x78));
  endpoint.drop();
  endpoint.drop();
  expect(transport.calls).toEqual(['close']);
});
