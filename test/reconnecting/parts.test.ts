/** The parts of a WebSocket that comes back, each by itself: its numbers, its delays, its queue, and one connection of it. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Connector } from '../../src/reconnecting/connector.ts';
import { GrowingDelay } from '../../src/reconnecting/growing-delay.ts';
import { numbersOf, type WebSocketLike } from '../../src/reconnecting/options.ts';
import { MessageQueue } from '../../src/reconnecting/queue.ts';
import { type MessageSink, SocketLink } from '../../src/reconnecting/socket-link.ts';
import type { Change } from '../../src/uplink/options.ts';
import { utf8 } from '../support/octets.ts';
import { ScriptedHost } from '../support/scripted-host.ts';

const LONGEST = 2 ** 30 - 1;
const refusal = (name: string) =>
  expect.objectContaining({ id: ErrorId.optionInvalid, message: expect.stringContaining(name) });

describe('numbers', () => {
  test.each(['maxReconnectionDelay', 'minReconnectionDelay', 'minUptime', 'connectionTimeout'])(
    '%s is a time up to 2^30 − 1',
    (name) => {
      for (const value of [0, LONGEST]) expect(numbersOf({ [name]: value })).toMatchObject({ [name]: value });
      for (const value of [-1, LONGEST + 1, NaN, '5'])
        expect(() => numbersOf({ [name]: value as number })).toThrow(refusal(name));
    },
  );

  test.each(['maxRetries', 'maxEnqueuedMessages'])('%s may be without end', (name) => {
    for (const value of [0, 2 ** 40, Infinity]) expect(() => numbersOf({ [name]: value })).not.toThrow();
    expect(() => numbersOf({ [name]: -1 })).toThrow(refusal(name));
  });

  test('a delay does not shrink', () => {
    expect(numbersOf({ reconnectionDelayGrowFactor: 1 }).reconnectionDelayGrowFactor).toBe(1);
    expect(() => numbersOf({ reconnectionDelayGrowFactor: 0.99 })).toThrow(
      refusal('reconnectionDelayGrowFactor'),
    );
  });
});

describe('delays', () => {
  test('of a whole range are counted as attempts, and leave the next span as it was', () => {
    const delay = new GrowingDelay(100, 1000, 2, () => -1);
    expect([delay.any(), delay.attempts, delay.next(), delay.attempts]).toEqual([1000, 1, 200, 2]);
    expect(new GrowingDelay(100, 1000, 2, () => 1).any()).toBe(100);
  });

  test('of 0 are at most a millisecond at first, and grow from there', () => {
    const delay = new GrowingDelay(0, 100, 10, () => -1);
    expect([delay.next(), delay.next(), delay.next(), delay.next()]).toEqual([1, 10, 100, 100]);
  });

  test('are whole milliseconds, none below the least', () => {
    expect(new GrowingDelay(1.5, 100, 2, () => 1).next()).toBe(2);
    expect(new GrowingDelay(20, 20, 2, () => -1).next()).toBe(20);
  });
});

describe('a queue', () => {
  const sent = (queue: MessageQueue): unknown[] => {
    const all: unknown[] = [];
    queue.drain({ send: (data: unknown) => void all.push(data) } as unknown as WebSocketLike);
    return all;
  };

  test('keeps messages of every kind in their order, as they were', async () => {
    const queue = new MessageQueue(9, utf8);
    const octets = Uint8Array.of(1, 2);
    const blob = new Blob(['abc']);
    for (const data of ['ä', octets, octets.buffer, new DataView(octets.buffer, 1), blob, 7])
      queue.push(data);
    octets.fill(0);
    expect(queue.octets).toBe(2 + 2 + 2 + 1 + 3 + 1);
    expect(sent(queue)).toEqual(['ä', Uint8Array.of(1, 2), Uint8Array.of(1, 2), Uint8Array.of(2), blob, '7']);
    expect([queue.octets, sent(queue)]).toEqual([0, []]);
  });

  test('takes no more than its most, and counts what it dropped', () => {
    const queue = new MessageQueue(1, utf8);
    for (const text of ['a', 'bb', 'ccc']) queue.push(text);
    expect([queue.octets, queue.dropped, sent(queue)]).toEqual([1, 2, ['a']]);
    const none = new MessageQueue(0, utf8);
    none.push('a');
    expect([none.octets, none.dropped]).toEqual([0, 1]);
  });

  test.each([null, {}, undefined])('sends %j as text, as a WebSocket does', (data) => {
    const queue = new MessageQueue(1, utf8);
    queue.push(data);
    expect(sent(queue)).toEqual([String(data)]);
  });
});

/** A WebSocket of the web whose events a test makes. */
class FakeSocket extends EventTarget {
  readyState = 0;
  protocol = 'mine';
  readonly closes: unknown[][] = [];
  readonly listening = new Map<string, number>();

  override addEventListener(type: string, listener: never): void {
    this.listening.set(type, (this.listening.get(type) ?? 0) + 1);
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: never): void {
    this.listening.set(type, (this.listening.get(type) ?? 0) - 1);
    super.removeEventListener(type, listener);
  }

  close(...args: unknown[]): void {
    this.closes.push(args);
  }

  tell(type: string, fields: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), fields));
  }
}

function linked(patience = 100): {
  host: ScriptedHost;
  socket: FakeSocket;
  link: SocketLink;
  told: unknown[][];
} {
  const host = new ScriptedHost();
  const socket = new FakeSocket();
  const told: unknown[][] = [];
  const sink: MessageSink = {
    linkOpened: (room) => void told.push(['opened', room]),
    linkClosed: (loss) => void told.push(['closed', loss]),
    linkMessage: (event) => void told.push(['message', event.data]),
  };
  const link = new SocketLink(socket as unknown as WebSocketLike, sink, host, patience);
  return { host, socket, link, told };
}

describe('one connection', () => {
  const none = { httpStatus: 0, retryAfter: '', location: '' };

  test('tells what its WebSocket tells, and a clean end with its code', () => {
    const { host, socket, link, told } = linked();
    socket.readyState = 1;
    socket.tell('open');
    socket.tell('message', { data: 'x' });
    socket.tell('close', { code: 4000, reason: 'bye', wasClean: true });
    expect(told).toEqual([
      ['opened', 0],
      ['message', 'x'],
      ['closed', { error: 0, closeCode: 4000, ...none, reason: undefined }],
    ]);
    expect(link.ended).toEqual({ code: 4000, reason: 'bye', wasClean: true });
    expect([host.timers, [...socket.listening.values()]]).toEqual([0, [0, 0, 0, 0]]);
  });

  test('tells of a failure what its error knows', () => {
    const { socket, told } = linked();
    const known = { id: ErrorId.httpStatus, httpStatus: 503, retryAfter: '7', location: '/x' };
    const error = Object.assign(new Error('refused'), known);
    socket.tell('error', { error });
    socket.tell('close', { code: 1006, reason: '', wasClean: false });
    const { id, ...rest } = known;
    expect(told).toEqual([['closed', { error: id, closeCode: 1006, ...rest, reason: error }]]);
  });

  test.each([
    [{ message: 'no such host' }, 'no such host'],
    [{}, 'the connection failed'],
  ])('makes an error of an event that has none: %j', (fields, message) => {
    const { socket, told } = linked();
    socket.tell('error', fields);
    socket.tell('close', { code: 1006, reason: '', wasClean: true });
    const loss = { error: ErrorId.transportFailed, closeCode: 1006, ...none };
    expect(told).toEqual([['closed', { ...loss, reason: expect.objectContaining({ message }) }]]);
  });

  test('that was not clean is a failure, though nobody said why', () => {
    const { socket, told } = linked();
    socket.tell('close', { code: 1006, reason: '', wasClean: false });
    expect(told).toMatchObject([['closed', { error: ErrorId.transportFailed, reason: undefined }]]);
  });

  test('that does not open in its time is over, and is closed', () => {
    const { host, socket, link, told } = linked(100);
    host.wait(98);
    expect(told).toEqual([]);
    host.wait(2);
    expect(told).toMatchObject([
      ['closed', { error: ErrorId.connectTimeout, closeCode: 0, ...none, reason: { message: 'TIMEOUT' } }],
    ]);
    expect([socket.closes.length, host.timers]).toEqual([1, 0]);
    expect(link.ended).toEqual({ code: 1006, reason: '', wasClean: false });
    socket.tell('error', { message: 'late' });
    socket.tell('close', { code: 1006, reason: '', wasClean: false });
    expect(told.length).toBe(1);
  });

  test('whose event of the opening comes late is open all the same', () => {
    const { host, socket, told } = linked(100);
    socket.readyState = 1;
    host.wait(1000);
    expect([told, socket.closes]).toEqual([[], []]);
    socket.tell('open');
    expect([told, host.timers]).toEqual([[['opened', 0]], 0]);
  });

  test('closes with what is set, and its reason only if there is one', () => {
    const { socket, link } = linked();
    link.close();
    link.code = 4000;
    link.reason = 'x';
    link.close();
    expect(socket.closes).toEqual([
      [1000, undefined],
      [4000, 'x'],
    ]);
  });

  test('sends nothing by itself', () => {
    const { link } = linked();
    expect([link.protocol, link.send(), link.postRange(), link.isFlushed]).toEqual(['mine', -1, -1, true]);
  });
});

describe('after a loss', () => {
  /** The delay that follows a loss, with the last of all random words: the whole of a range. */
  function delayAfter(error: object | undefined, code: number): number {
    const host = new ScriptedHost(false, () => -1);
    const sockets: FakeSocket[] = [];
    const changes: Change[] = [];
    const numbers = numbersOf({ minReconnectionDelay: 100, maxReconnectionDelay: 5000 });
    const connector = new Connector(host, numbers, {
      callbacks: { onChange: (change) => void changes.push(change) },
      make: () => (sockets.push(new FakeSocket()), sockets.at(-1) as unknown as WebSocketLike),
      onMessage: () => undefined,
    });
    connector.start();
    host.wait(1);
    if (error !== undefined) sockets[0].tell('error', { error });
    sockets[0].tell('close', { code, reason: '', wasClean: error === undefined });
    return changes.at(-1)!.delay;
  }
  const refused = (retryAfter: string): object =>
    Object.assign(new Error('refused'), { id: ErrorId.httpStatus, httpStatus: 503, retryAfter });

  test('the delay is twice the least', () => expect(delayAfter(undefined, 1001)).toBe(200));
  test.each([1012, 1013])('by %d it is of the whole range', (code) => {
    expect(delayAfter(undefined, code)).toBe(5000);
    // Not what an error only has in its event.
    expect(delayAfter(Object.assign(new Error(), { id: ErrorId.transportReset }), code)).toBe(200);
  });
  test('it is behind what Retry-After asks for, up to an hour', () => {
    expect(delayAfter(refused('7'), 1006)).toBe(7200);
    expect(delayAfter(refused('99999'), 1006)).toBe(3_600_200);
    expect(delayAfter(refused('0'), 1006)).toBe(200);
    expect(delayAfter(refused('soon'), 1006)).toBe(200);
  });
});
