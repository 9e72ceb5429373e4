/** What happens to a peer of whole messages seldom, over an endpoint that does what a test says. */
import { expect, test } from 'vitest';
import { State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import { MessagePeer } from '../../src/messages/message-peer.ts';
import { SendQueue } from '../../src/messages/send-queue.ts';
import { utf8 } from '../support/octets.ts';
import { codec, FakeEndpoint, peerOn } from './fake-endpoint.ts';

test('without a connection nothing waits, nothing is sent, and nothing is closed', () => {
  const peer = new MessagePeer({}, codec);
  expect(peer.bufferedAmount).toBe(0);
  expect(peer.sendText('x')).toBe(ErrorId.notOpen);
  expect(peer.close()).toBe(ErrorId.notOpen);
  expect(() => peer.endpoint).toThrow('no connection');
});

test('before it is open and after it is over nothing is sent', () => {
  const endpoint = new FakeEndpoint();
  const peer = peerOn(endpoint);
  for (const state of [State.connecting, State.handshake, State.closing, State.ending, State.closed]) {
    endpoint.state = state;
    expect(peer.sendMessage(utf8('x'))).toBe(ErrorId.notOpen);
  }
  expect(endpoint.sent).toEqual([]);
});

test('whoever does not listen for messages gets none, and none are kept', () => {
  const peer = peerOn(new FakeEndpoint());
  expect(() => peer._onData(utf8('x'), 0, 1, 0)).not.toThrow();
});

test('onDrain comes when the endpoint has nothing left, and not before', () => {
  const endpoint = new FakeEndpoint();
  let drains = 0;
  const peer = peerOn(endpoint, { onDrain: () => drains++ });
  endpoint.bufferedAmount = 5;
  peer._onWritable();
  expect(drains).toBe(0);
  endpoint.bufferedAmount = 0;
  peer._onWritable();
  expect(drains).toBe(1);
});

test('a sender that has less room than it said is asked again later', () => {
  const endpoint = new FakeEndpoint();
  const queue = new SendQueue(endpoint);
  queue.push(utf8('hello'), 0);
  endpoint.fault = ErrorId.writeTooLong;
  expect(queue.pump()).toBe(0);
  expect(queue.length).toBe(5);
  endpoint.fault = 0;
  expect(queue.pump()).toBe(0);
  expect([queue.length, endpoint.sent]).toEqual([0, [5]]);
});
