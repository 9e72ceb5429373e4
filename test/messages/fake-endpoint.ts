import type { Endpoint } from '../../src/client/endpoint.ts';
import { State } from '../../src/connection/record.ts';
import { type MessageHandlers, type MessageOptions, MessagePeer } from '../../src/messages/message-peer.ts';
import { utf8 } from '../support/octets.ts';

export const codec = {
  scratch: new Uint8Array(0),
  encodeInto: () => -1,
  encode: utf8,
  decode: (bytes: Uint8Array, start: number, end: number) =>
    new TextDecoder().decode(bytes.subarray(start, end)),
};

/** An endpoint that does what a test says, and notes what it is asked to do. */
export class FakeEndpoint {
  state = State.open as number;
  writable = 1000;
  bufferedAmount = 0;
  closeReason = '';
  fault = 0;
  readonly sent: number[] = [];
  readonly spans: number[] = [];
  readonly closes: [number, string][] = [];

  send(_bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.fault !== 0) return this.fault;
    this.sent.push(end - start);
    this.spans.push(span);
    return 0;
  }

  close(code: number, reason: Uint8Array): number {
    this.closes.push([code, new TextDecoder().decode(reason)]);
    return 0;
  }
}

export function peerOn(
  endpoint: FakeEndpoint,
  handlers: MessageHandlers = {},
  options?: MessageOptions,
): MessagePeer {
  const peer = new MessagePeer(handlers, codec, options);
  peer.endpoint = endpoint as unknown as Endpoint<MessagePeer>;
  return peer;
}
