/** `ringlet/messages` on Node: whole messages and strings in place of spans, client and server. */
import {
  type Message,
  messageEvents,
  type MessageHandlers,
  type MessageOptions,
  MessagePeer,
} from '../../src/messages/message-peer.ts';
import { checkObject } from '../../src/connection/check-options.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { LONGEST_MESSAGE } from './endpoint/message-endpoint.ts';
import { readingOf } from './options.ts';
import { nodeText } from './text.ts';

export { type Message, type MessageHandlers, type MessageOptions, MessagePeer };

/** Options of {@link connectPeer}: those of `connect`, and the bound of what waits. */
export interface ConnectPeerOptions
  extends Omit<ConnectOptions<MessagePeer>, 'events' | 'target'>, MessageOptions {}

/**
 * Connects to a ws: or wss: URL, for whole messages. Throws a RingletError for options that are wrong; everything later is
 * an event.
 */
export function connectPeer(
  url: string,
  handlers: MessageHandlers,
  options: ConnectPeerOptions = {},
): MessagePeer {
  const { peer, maxMessageSize, rest } = readingOf('an option or handler', () => {
    checkObject(options as unknown, 'options');
    const { maxBufferedAmount, maxMessageSize = LONGEST_MESSAGE, ...rest } = options;
    return { peer: new MessagePeer(handlers, nodeText, { maxBufferedAmount }), maxMessageSize, rest };
  });
  peer.endpoint = connect(url, { ...rest, maxMessageSize, events: messageEvents, target: peer });
  return peer;
}

/** Options of `serve` that make it a server of whole messages: `serve({ ...peers(handlers), port })`. */
export function peers(
  handlers: MessageHandlers,
  options: MessageOptions = {},
): {
  readonly events: typeof messageEvents;
  readonly accept: () => MessagePeer;
  readonly maxMessageSize: number;
} {
  // What is wrong is said now, and not when somebody connects.
  readingOf('an option or handler', () => new MessagePeer(handlers, nodeText, options));
  return {
    events: messageEvents,
    accept: () => new MessagePeer(handlers, nodeText, options),
    maxMessageSize: LONGEST_MESSAGE,
  };
}
export { duplexes, PeerDuplex } from './messages/duplex.ts';
