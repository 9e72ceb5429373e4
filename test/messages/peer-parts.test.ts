/** A message peer over an endpoint that a test plays: what it hands on, and a close that waits. */
import { describe, expect, test } from 'vitest';
import { nodeText } from '../../hosts/node/text.ts';
import { ErrorId } from '../../src/errors.ts';
import { Assembly } from '../../src/messages/assembly.ts';
import { type MessageHandlers, messageEvents, MessagePeer } from '../../src/messages/message-peer.ts';
import { copyOf } from '../../src/messages/send-queue.ts';
import { counting, utf8 } from '../support/octets.ts';

class FakeEndpoint {
  state = 2;
  writable = 100;
  bufferedAmount = 0;
  readonly extensions = 'x';
  readonly protocol = 'p';
  readonly remoteAddress = '192.0.2.1';
  readonly headers = new Map([['a', 'b']]);
  readonly closeReason = 'why';
  readonly sent: [number[], number][] = [];
  readonly closes: unknown[][] = [];

  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    this.sent.push([[...bytes.subarray(start, end)], span]);
    this.writable -= end - start;
    return 0;
  }

  close(...args: unknown[]): number {
    this.closes.push(args);
    return 0;
  }
}

function made(handlers: MessageHandlers = {}): { peer: MessagePeer; endpoint: FakeEndpoint } {
  const peer = new MessagePeer(handlers, nodeText);
  const endpoint = new FakeEndpoint();
  peer.endpoint = endpoint as never;
  return { peer, endpoint };
}

test('it knows what its endpoint knows', () => {
  const { peer, endpoint } = made();
  expect([peer.extensions, peer.protocol, peer.remoteAddress, peer.headers]).toEqual([
    'x',
    'p',
    '192.0.2.1',
    endpoint.headers,
  ]);
});

test('events reach their handlers with what they say', () => {
  const told: unknown[][] = [];
  const { peer, endpoint } = made({
    onOpen: (...all) => void told.push(['open', ...all]),
    onMessage: (...all) => void told.push(['message', ...all]),
    onControl: (...all) => void told.push(['control', ...all]),
    onDrain: (...all) => void told.push(['drain', ...all]),
    onClose: (...all) => void told.push(['close', ...all]),
  });
  messageEvents.onOpen(peer);
  messageEvents.onData(peer, counting(9), 2, 5, 5);
  messageEvents.onControl(peer, 9, counting(9), 3, 4);
  endpoint.bufferedAmount = 1;
  messageEvents.onWritable(peer, 5);
  endpoint.bufferedAmount = 0;
  messageEvents.onWritable(peer, 5);
  messageEvents.onClose(peer, 1000, 0);
  messageEvents.onClose(peer, 1006, 7);
  expect(told).toEqual([
    ['open', peer],
    ['message', peer, Uint8Array.of(2, 3, 4), true],
    ['control', peer, 9, Uint8Array.of(3)],
    ['drain', peer],
    ['close', peer, 1000, 'why', 0],
    ['close', peer, 1006, '', 7],
  ]);
});

test('who handles nothing is told nothing', () => {
  const { peer } = made();
  messageEvents.onOpen(peer);
  messageEvents.onData(peer, counting(9), 2, 5, 5);
  messageEvents.onControl(peer, 9, counting(9), 3, 4);
  messageEvents.onWritable(peer, 5);
  messageEvents.onClose(peer, 1000, 0);
});

test('short text, and none, is encoded into the memory that is there', () => {
  const encode = (): Uint8Array => {
    throw new Error('long');
  };
  const codec = { ...nodeText, scratch: nodeText.scratch, encodeInto: nodeText.encodeInto, encode };
  const peer = new MessagePeer({}, codec as never);
  const endpoint = new FakeEndpoint();
  peer.endpoint = endpoint as never;
  expect([peer.sendText(''), peer.sendText('ä')]).toEqual([0, 0]);
  expect(endpoint.sent).toEqual([
    [[], 0],
    [[...utf8('ä')], 0],
  ]);
});

describe('a close behind messages that wait', () => {
  test.each([0, 1000, 4999])(
    'with the code %d begins when they have left, and nothing follows it',
    (code) => {
      const { peer, endpoint } = made();
      peer.sendMessage(new Uint8Array(150));
      expect([peer.bufferedAmount, endpoint.sent.length]).toEqual([50, 1]);
      expect(peer.close(code, code === 0 ? '' : 'done')).toBe(0);
      expect([peer.close(1000), peer.sendText('x'), endpoint.closes]).toEqual([
        ErrorId.notOpen,
        ErrorId.notOpen,
        [],
      ]);
      endpoint.writable = 20;
      messageEvents.onWritable(peer, 20);
      expect(endpoint.closes).toEqual([]);
      endpoint.writable = 100;
      messageEvents.onWritable(peer, 100);
      expect(endpoint.sent.map(([{ length }]) => length)).toEqual([100, 20, 30]);
      expect(endpoint.closes).toEqual([[code, code === 0 ? utf8('') : utf8('done')]]);
      messageEvents.onWritable(peer, 100);
      expect(endpoint.closes).toHaveLength(1);
    },
  );

  test.each([
    [1005, '', ErrorId.closeCodeRefused],
    [0, 'x', ErrorId.closeReasonTooLong],
    [1000, 'x'.repeat(124), ErrorId.closeReasonTooLong],
  ])('that is wrong (%d, "%s") is refused, and messages go on', (code, reason, id) => {
    const { peer, endpoint } = made();
    peer.sendMessage(new Uint8Array(150));
    expect(peer.close(code, reason)).toBe(id);
    expect(peer.sendText('x')).toBe(0);
    expect([peer.bufferedAmount, endpoint.closes]).toEqual([51, []]);
  });

  test('that waits is forgotten with the connection', () => {
    const { peer, endpoint } = made();
    peer.sendMessage(new Uint8Array(150));
    peer.close(1000);
    messageEvents.onClose(peer, 1006, 7);
    expect(peer.bufferedAmount).toBe(0);
    messageEvents.onWritable(peer, 100);
    expect(endpoint.closes).toEqual([]);
  });
});

test('memory for a message is doubled when it is full, and not before', () => {
  const assembly = new Assembly();
  assembly.append(counting(1000), 0, 1000);
  assembly.append(counting(24), 0, 24);
  expect(assembly.octets.length).toBe(1024);
  assembly.append(counting(3), 1, 2);
  expect([assembly.octets.length, assembly.length, assembly.octets[1024]]).toEqual([2048, 1025, 1]);
  const bounded = new Assembly(1500);
  bounded.append(counting(1024), 0, 1024);
  bounded.append(counting(9), 0, 1);
  expect(bounded.octets.length).toBe(1500);
});

test('a copy of a Buffer is one: its own `slice` is none', () => {
  const buffer = Buffer.from([1, 2, 3, 4]);
  const copy = copyOf(buffer, 1, 3);
  buffer.fill(9);
  expect([copy, copy.buffer === buffer.buffer]).toEqual([Uint8Array.of(2, 3), false]);
});
