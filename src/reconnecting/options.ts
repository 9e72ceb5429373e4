import { check } from '../uplink/check.ts';
import { NEVER } from '../uplink/times.ts';
import type { WebSocketOptions } from '../websocket/options.ts';
import type { WebSocket } from '../websocket/websocket.ts';

/** A value, or what gives it before each attempt, at once or later. */
export type Provider<Value> = Value | (() => Value | PromiseLike<Value>);

/** A class of WebSockets: ours, or another one that is a WebSocket of the web. */
export type WebSocketClass = new (url: string, protocols?: never) => WebSocketLike;

/** As much of a WebSocket as is used here. */
export type WebSocketLike = Pick<
  WebSocket,
  'url' | 'readyState' | 'bufferedAmount' | 'extensions' | 'protocol' | 'binaryType' | 'close'
> & {
  send(data: never): void;
  addEventListener(type: string, listener: (event: never) => void): void;
  removeEventListener(type: string, listener: (event: never) => void): void;
};

/** Names and defaults are those of reconnecting-websocket; times are milliseconds up to 2^30 − 1. */
export interface ReconnectingOptions {
  /** The class of the WebSockets. Default: ours. */
  readonly WebSocket?: WebSocketClass | undefined;
  /** The longest delay. Default 10,000. */
  readonly maxReconnectionDelay?: number | undefined;
  /**
   * The shortest delay. The first one is a random time from this to twice as much, so that many that lost one server do
   * not come back as one. Default 1000.
   */
  readonly minReconnectionDelay?: number | undefined;
  /** How many times as long the delay may be after each attempt, from 1. Default 1.3. */
  readonly reconnectionDelayGrowFactor?: number | undefined;
  /** A connection that lived so long was a good one: the next delay is a first one. Default 5000. */
  readonly minUptime?: number | undefined;
  /** Time for an attempt, from the URL's being known to the end of the opening handshake. Default 4000. */
  readonly connectionTimeout?: number | undefined;
  /** Attempts after the first one that fail in a row before it gives up. Default: no end. */
  readonly maxRetries?: number | undefined;
  /** Messages that wait for a connection; what is sent beyond that is dropped, and counted. Default: no end. */
  readonly maxEnqueuedMessages?: number | undefined;
  /** Do not connect before `reconnect()`. Default false. */
  readonly startClosed?: boolean | undefined;
  /** Say to `console` what happens. Default false. */
  readonly debug?: boolean | undefined;
  /** Beyond reconnecting-websocket: what each WebSocket of ours is made with (headers, tls, limits …). */
  readonly connection?: WebSocketOptions | undefined;
}

export const DEFAULTS = Object.freeze({
  maxReconnectionDelay: 10_000,
  minReconnectionDelay: 1_000,
  reconnectionDelayGrowFactor: 1.3,
  minUptime: 5_000,
  connectionTimeout: 4_000,
  maxRetries: Infinity,
  maxEnqueuedMessages: Infinity,
});

export type Numbers = { readonly [Name in keyof typeof DEFAULTS]: number };

const TIMES: readonly (keyof Numbers)[] = Object.freeze([
  'maxReconnectionDelay',
  'minReconnectionDelay',
  'minUptime',
  'connectionTimeout',
] as const);

const FLAGS = Object.freeze(['startClosed', 'debug'] as const);
const OTHERS: readonly string[] = Object.freeze([...FLAGS, 'WebSocket', 'connection']);

/** The numbers of the options, complete. Throws a RingletError for any option that is wrong, or is none. */
export function numbersOf(options: ReconnectingOptions): Numbers {
  check(typeof options === 'object' && options !== null, 'options');
  // What is misspelt would have no effect.
  for (const name of Object.keys(options))
    check(Object.keys(DEFAULTS).indexOf(name) >= 0 || OTHERS.indexOf(name) >= 0, `option ${name}`);
  const { WebSocket: Class, connection } = options;
  check(Class === undefined || typeof Class === 'function', 'WebSocket');
  check(connection === undefined || (typeof connection === 'object' && connection !== null), 'connection');
  for (const name of FLAGS) check(options[name] === undefined || typeof options[name] === 'boolean', name);
  const numbers: Record<string, number> = {};
  for (const name of Object.keys(DEFAULTS) as (keyof Numbers)[]) {
    const value = (numbers[name] = options[name] ?? DEFAULTS[name]);
    check(typeof value === 'number' && value >= 0, name);
  }
  for (const name of TIMES) check(numbers[name] <= NEVER, name);
  check(numbers.reconnectionDelayGrowFactor >= 1, 'reconnectionDelayGrowFactor');
  return numbers as Numbers;
}
