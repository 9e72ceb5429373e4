import type { EndpointEvents } from '../../src/client/endpoint.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import type { Message } from '../../src/messages/message-peer.ts';

/** The events of an endpoint, of which any may be left out. */
export interface NodeEvents<Target> extends Partial<EndpointEvents<Target>> {
  /**
   * A whole message: text as a string, binary data as octets that belong to the application. `onData` has had its spans
   * before. Messages are put together in memory, up to `maxMessageSize`.
   */
  onMessage?(target: Target, data: Message, isBinary: boolean): void;
}

const METHODS: readonly (keyof EndpointEvents<unknown>)[] = [
  'onOpen',
  'onData',
  'onControl',
  'onWritable',
  'onClose',
];

const KNOWN: readonly string[] = [...METHODS, 'onMessage'];

/** What was meant to be an event, by the names of the web, too. */
const MEANT = /^on([A-Z]|(open|message|error|close)$)/;

const nothing = (): void => {};

/**
 * Refuses, with a RingletError, events that are no object, that have something else in the place of a method, or a method
 * `on…` of their own that nobody would call.
 */
export function checkEvents<Target>(events: NodeEvents<Target> | undefined): void {
  if (events === undefined) return;
  if (typeof events !== 'object' || events === null || Array.isArray(events))
    throw new RingletError(ErrorId.optionInvalid, 'events must be an object');
  for (const name of KNOWN) {
    const method = (events as Readonly<Record<string, unknown>>)[name];
    if (method !== undefined && typeof method !== 'function')
      throw new RingletError(ErrorId.optionInvalid, `events.${name} must be a function`);
  }
  for (const name of Object.keys(events)) {
    if (MEANT.test(name) && !KNOWN.includes(name))
      throw new RingletError(ErrorId.optionInvalid, `there is no event "${name}"`);
  }
}

/** `events` with a method for each of them; themselves, if nothing is left out. */
export function completed<Target>(events: NodeEvents<Target> | undefined): EndpointEvents<Target> {
  if (events === undefined) return NONE;
  const missing: Record<string, () => void> = {};
  for (const name of METHODS) if (events[name] === undefined) missing[name] = nothing;
  if (Object.keys(missing).length === 0) return events as EndpointEvents<Target>;
  // Below them, so that `this` is what it is without.
  return Object.assign(Object.create(events) as EndpointEvents<Target>, missing);
}

const NONE: EndpointEvents<unknown> = Object.freeze({
  onOpen: nothing,
  onData: nothing,
  onControl: nothing,
  onWritable: nothing,
  onClose: nothing,
});
