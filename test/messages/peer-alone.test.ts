/** A peer of whole messages over an endpoint that does what a test says: its arguments, its bound, and what it tells. */
import { describe, expect, test } from 'vitest';
import { Span } from '../../src/connection/events.ts';
import { ErrorId } from '../../src/errors.ts';
import { Assembly } from '../../src/messages/assembly.ts';
import { type MessageHandlers, messageEvents, MessagePeer } from '../../src/messages/message-peer.ts';
import { SendQueue } from '../../src/messages/send-queue.ts';
import { counting, utf8 } from '../support/octets.ts';
import { codec, FakeEndpoint, peerOn } from './fake-endpoint.ts';

const refusal = (name: string) =>
  expect.objectContaining({ id: ErrorId.optionInvalid, message: expect.stringContaining(name) });

describe('a peer is not made', () => {
  test.each([undefined, null, 'x'])('with %j for handlers', (handlers) => {
    expect(() => new MessagePeer(handlers as never, codec)).toThrow(refusal('handlers'));
  });

  test.each(['onOpen', 'onMessage', 'onControl', 'onDrain', 'onClose'])(
    'with an %s that is no function',
    (name) => {
      expect(() => new MessagePeer({ [name]: 'x' } as MessageHandlers, codec)).toThrow(refusal(name));
    },
  );

  test.each([undefined, null, 5, {}, { ...codec, decode: 5 }])('with %o for a text codec', (text) => {
    expect(() => new MessagePeer({}, text as never)).toThrow(refusal('text'));
  });

  test.each([null, 'x'])('with %j for options', (options) => {
    expect(() => new MessagePeer({}, codec, options as never)).toThrow(refusal('options'));
  });

  test.each([-1, NaN, '7'])('with %j for a bound', (maxBufferedAmount) => {
    const options = { maxBufferedAmount: maxBufferedAmount as number };
    expect(() => new MessagePeer({}, codec, options)).toThrow(refusal('maxBufferedAmount'));
  });
});

test('of a handler or an option that throws when it is read, that is said', () => {
  const error = new Error('mine');
  const throws = {
    get onMessage(): never {
      throw error;
    },
  };
  const boom = {
    get maxBufferedAmount(): never {
      throw error;
    },
  };
  for (const make of [() => new MessagePeer(throws as object, codec), () => new MessagePeer({}, codec, boom)])
    expect(make).toThrow(
      expect.objectContaining({ message: expect.stringContaining('an option or handler'), cause: error }),
    );
});

describe('what is misspelt', () => {
  test.each(['onMesage', 'onX'])('%s is refused by its name; what is no handler may be anything', (name) => {
    expect(() => new MessagePeer({ [name]: () => {} }, codec)).toThrow(refusal(`handler ${name}`));
    const others = { once: 1, on: 2, isonX: 3, target: 4 };
    expect(() => new MessagePeer(others as MessageHandlers, codec)).not.toThrow();
  });

  test('is refused among the options, too', () => {
    const options = { maxBuffered: 5 };
    expect(() => new MessagePeer({}, codec, options as object)).toThrow(refusal('option maxBuffered'));
  });
});

describe('what is sent', () => {
  test('is octets of a range, empty ones too, and nothing else', () => {
    const endpoint = new FakeEndpoint();
    const peer = peerOn(endpoint);
    const bytes = counting(4);
    for (const [start, end] of [
      [0, 4],
      [4, 4],
      [0, 0],
      [1, 3],
    ])
      expect(peer.sendMessage(bytes, start, end)).toBe(0);
    expect(endpoint.sent).toEqual([4, 0, 0, 2]);
    for (const [start, end] of [
      [-1, 2],
      [2, 1],
      [0, 5],
      [NaN, 4],
      [0, NaN],
    ])
      expect(peer.sendMessage(bytes, start, end)).toBe(ErrorId.argumentInvalid);
    expect(peer.sendMessage([1, 2] as never)).toBe(ErrorId.argumentInvalid);
    expect(endpoint.sent.length).toBe(4);
  });

  test.each([
    ['a view of other numbers', new Uint16Array(2)],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['what only looks like octets', Object.create(Uint8Array.prototype)],
  ])('is not %s', (_what, bytes) => {
    const endpoint = new FakeEndpoint();
    expect(peerOn(endpoint).sendMessage(bytes as Uint8Array)).toBe(ErrorId.argumentInvalid);
    expect(endpoint.sent).toEqual([]);
  });

  test('is not of a kind that is neither', () => {
    const endpoint = new FakeEndpoint();
    for (const kind of [1, 0, null, 'text'])
      expect(peerOn(endpoint).sendMessage(counting(1), 0, 1, kind as never)).toBe(ErrorId.argumentInvalid);
    expect(endpoint.sent).toEqual([]);
  });

  test('is UTF-8 where it is text, from its first octet to its last (RFC 6455 §8.1)', () => {
    const endpoint = new FakeEndpoint();
    const peer = peerOn(endpoint);
    const euros = utf8('€€');
    for (const [start, end] of [
      [0, 5],
      [1, 6],
      [1, 3],
    ]) {
      expect(peer.sendMessage(euros, start, end, false)).toBe(ErrorId.argumentInvalid);
      expect(peer.sendMessage(euros, start, end, true)).toBe(0);
    }
    expect(peer.sendMessage(euros, 3, 6, false)).toBe(0);
    expect(endpoint.sent).toEqual([5, 5, 2, 3]);
  });

  test('is binary or text', () => {
    const endpoint = new FakeEndpoint();
    const peer = peerOn(endpoint);
    peer.sendMessage(counting(1));
    peer.sendMessage(counting(1), 0, 1, false);
    peer.sendText('x');
    expect(endpoint.spans).toEqual([Span.binary, 0, 0]);
  });

  test('waits up to the bound and not an octet beyond; what fits at once needs none', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 10;
    const peer = peerOn(endpoint, {}, { maxBufferedAmount: 20 });
    expect(peer.sendMessage(counting(10))).toBe(0);
    endpoint.writable = 0;
    expect(peer.sendMessage(counting(21))).toBe(ErrorId.writeTooLong);
    expect(peer.sendMessage(counting(12))).toBe(0);
    expect(peer.sendMessage(counting(9))).toBe(ErrorId.writeTooLong);
    expect(peer.sendMessage(counting(8))).toBe(0);
    expect([peer.bufferedAmount, endpoint.sent]).toEqual([20, [10]]);
    // Nothing overtakes what waits.
    endpoint.writable = 1000;
    expect(peer.sendMessage(counting(1))).toBe(ErrorId.writeTooLong);
  });

  test('counts from where it begins, both for the ring and for the bound', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 10;
    const peer = peerOn(endpoint, {}, { maxBufferedAmount: 0 });
    expect(peer.sendMessage(counting(20), 10, 20)).toBe(0);
    endpoint.writable = 0;
    const bounded = peerOn(endpoint, {}, { maxBufferedAmount: 10 });
    expect(bounded.sendMessage(counting(20), 10, 20)).toBe(0);
    expect([endpoint.sent, bounded.bufferedAmount]).toEqual([[10], 10]);
  });

  test('is text only if it is a string', () => {
    const endpoint = new FakeEndpoint();
    for (const text of [5, null, undefined, utf8('x')])
      expect(peerOn(endpoint).sendText(text as never)).toBe(ErrorId.argumentInvalid);
    expect(endpoint.sent).toEqual([]);
  });

  test('with a bound of 0 is what fits at once', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 3;
    const peer = peerOn(endpoint, {}, { maxBufferedAmount: 0 });
    expect(peer.sendMessage(counting(3))).toBe(0);
    expect(peer.sendMessage(counting(4))).toBe(ErrorId.writeTooLong);
  });
});

describe('a close', () => {
  test('goes at once where nothing waits', () => {
    const endpoint = new FakeEndpoint();
    expect(peerOn(endpoint).close()).toBe(0);
    expect(endpoint.closes).toEqual([[1000, '']]);
  });

  test.each([['1000'], [1000n], [Symbol('1000')], [null]])(
    'is refused, and not thrown, for the code %o',
    (code) => {
      const endpoint = new FakeEndpoint();
      expect(peerOn(endpoint).close(code as never, 5 as never)).toBe(ErrorId.closeCodeRefused);
      expect(endpoint.closes).toEqual([]);
    },
  );

  test.each([[null], [5], [{}], [utf8('x')], [['x']]])('is refused for the reason %o', (reason) => {
    const endpoint = new FakeEndpoint();
    expect(peerOn(endpoint).close(1000, reason as never)).toBe(ErrorId.argumentInvalid);
    expect(endpoint.closes).toEqual([]);
  });

  test('waits behind what waits, once, and nothing comes behind it', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 0;
    const peer = peerOn(endpoint);
    peer.sendMessage(counting(20));
    expect(peer.close(4000, 'done')).toBe(0);
    expect(peer.close()).toBe(ErrorId.notOpen);
    expect(peer.sendMessage(counting(1))).toBe(ErrorId.notOpen);
    endpoint.fault = ErrorId.writeTooLong;
    endpoint.writable = 12;
    peer._onWritable();
    expect(endpoint.closes).toEqual([]);
    endpoint.fault = ErrorId.notOpen;
    peer._onWritable();
    expect(endpoint.closes).toEqual([]);
    endpoint.fault = 0;
    endpoint.writable = 100;
    peer._onWritable();
    expect(endpoint.closes).toEqual([[4000, 'done']]);
  });

  test('does not follow messages that nobody closes behind', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 0;
    const peer = peerOn(endpoint);
    peer.sendMessage(counting(20));
    endpoint.writable = 100;
    peer._onWritable();
    expect([endpoint.sent, endpoint.closes]).toEqual([[20], []]);
  });
});

describe('what is told', () => {
  const told: unknown[][] = [];
  const note =
    (name: string) =>
    (_peer: MessagePeer, ...values: unknown[]): void =>
      void told.push([name, ...values]);
  const handlers: MessageHandlers = {
    onOpen: note('open'),
    onMessage: note('message'),
    onControl: note('control'),
    onDrain: note('drain'),
    onClose: note('close'),
  };
  const { onOpen, onData, onControl, onWritable, onClose } = messageEvents;

  test('is whole messages of both kinds, and octets of their own', () => {
    told.length = 0;
    const peer = peerOn(new FakeEndpoint(), handlers);
    const bytes = utf8('abcd');
    onOpen(peer);
    onData(peer, bytes, 1, 3, Span.first);
    onData(peer, bytes, 0, 1, Span.first | Span.binary);
    onData(peer, bytes, 0, 1, Span.first | Span.more);
    onData(peer, bytes, 2, 4, 0);
    onData(peer, bytes, 0, 0, Span.first | Span.more | Span.binary);
    onData(peer, bytes, 3, 4, Span.more | Span.binary);
    onData(peer, bytes, 0, 0, Span.binary);
    onControl(peer, 9, bytes, 1, 2);
    bytes.fill(0);
    expect(told).toEqual([
      ['open'],
      ['message', 'bc', false],
      ['message', utf8('a'), true],
      ['message', 'acd', false],
      ['message', utf8('d'), true],
      ['control', 9, utf8('b')],
    ]);
  });

  test('is that all has left, and only then', () => {
    told.length = 0;
    const endpoint = new FakeEndpoint();
    endpoint.writable = 0;
    const peer = peerOn(endpoint, handlers);
    peer.sendMessage(counting(5));
    endpoint.writable = 100;
    onWritable(peer, 100);
    expect([told, endpoint.sent]).toEqual([[], [5]]);
    onWritable(peer, 100);
    expect(told).toEqual([['drain']]);
  });

  test('is the end, with the peer’s reason where it closed cleanly; nothing waits then', () => {
    told.length = 0;
    const endpoint = new FakeEndpoint();
    endpoint.closeReason = 'bye';
    endpoint.writable = 0;
    const peer = peerOn(endpoint, handlers);
    peer.sendMessage(counting(5));
    onData(peer, utf8('half'), 0, 4, Span.first | Span.more);
    onClose(peer, 4001, 0);
    expect(peer.bufferedAmount).toBe(0);
    onClose(peer, 1006, ErrorId.transportReset);
    expect(told).toEqual([
      ['close', 4001, 'bye', 0],
      ['close', 1006, '', ErrorId.transportReset],
    ]);
  });

  test('is nothing to whoever does not listen', () => {
    const peer = peerOn(new FakeEndpoint());
    expect(() => {
      onOpen(peer);
      onControl(peer, 9, counting(1), 0, 1);
      onWritable(peer, 5);
      onClose(peer, 1000, 0);
    }).not.toThrow();
  });
});

test('a peer whose connection is not there yet can be let go', () => {
  const peer = new MessagePeer({}, codec);
  expect(() => peer._onClose(1006, ErrorId.connectFailed)).not.toThrow();
});

describe('a queue of messages', () => {
  test('waits for an eighth of the ring, or 1,024 octets, before it cuts a message', () => {
    for (const [ring, least] of [
      [800, 100],
      [80_000, 1024],
    ]) {
      const endpoint = new FakeEndpoint();
      endpoint.writable = ring;
      const queue = new SendQueue(endpoint);
      queue.send(counting(ring), 0, ring, 1);
      endpoint.writable = least - 1;
      queue.send(counting(ring), 0, ring, 1);
      expect(endpoint.sent).toEqual([ring]);
      endpoint.writable = least;
      queue.pump();
      // It goes on as long as the sender says that there is room.
      expect(endpoint.sent.slice(0, 2)).toEqual([ring, least]);
    }
  });

  test('sends what fits to the octet, however little that is', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 800;
    const queue = new SendQueue(endpoint);
    queue.send(counting(800), 0, 800, 1);
    for (const room of [50, 1, 0]) {
      endpoint.writable = room;
      queue.send(counting(room), 0, room, 1);
    }
    expect([endpoint.sent, queue.isEmpty]).toEqual([[800, 50, 1, 0], true]);
  });

  test('of many that wait keeps the order, whatever it lets go on the way', () => {
    const endpoint = new FakeEndpoint();
    endpoint.writable = 0;
    const queue = new SendQueue(endpoint);
    const places = [queue.reserve(2, 0)];
    for (let i = 1; i <= 300; i++) {
      queue.push(counting(i), 0);
      if (i % 100 === 0) places.push(queue.reserve(5, 0));
    }
    for (const place of places) {
      place(counting(400));
      endpoint.writable = 1000;
      queue.pump();
    }
    const all = Array.from({ length: 300 }, (_, i) => i + 1);
    for (const at of [300, 200, 100, 0]) all.splice(at, 0, 400);
    expect(endpoint.sent).toEqual(all);
    expect([queue.length, queue.isEmpty]).toEqual([0, true]);
    // A place that has been given away is gone.
    places[0](counting(1));
    expect(queue.length).toBe(0);
  });

  test('takes the octets of a place in the place of those that were reserved', () => {
    const endpoint = new FakeEndpoint();
    const queue = new SendQueue(endpoint);
    const place = queue.reserve(10, Span.binary);
    place(counting(3));
    expect(queue.length).toBe(3);
    queue.pump();
    expect([endpoint.sent, endpoint.spans, queue.length]).toEqual([[3], [Span.binary], 0]);
  });
});

test('the memory of a message is not longer than the longest may be, unless it has to be', () => {
  const assembly = new Assembly(2000);
  assembly.append(counting(1500), 0, 1500);
  expect(assembly.octets.length).toBe(1500);
  assembly.append(counting(10), 0, 10);
  expect(assembly.octets.length).toBe(2000);
  assembly.append(counting(600), 0, 600);
  expect(assembly.octets.length).toBe(2110);
  expect(assembly.take().byteLength).toBe(2110);
  const small = new Assembly(100);
  small.append(counting(1), 0, 1);
  expect(small.octets.length).toBe(100);
  small.clear();
  expect([small.length, small.octets.length]).toEqual([0, 0]);
});
