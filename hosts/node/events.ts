import type { EndpointEvents } from '../../src/client/endpoint.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';

const METHODS: readonly (keyof EndpointEvents<unknown>)[] = [
  'onOpen',
  'onData',
  'onControl',
  'onWritable',
  'onClose',
];

/**
 * Refuses events that lack a method with a RingletError: later it would be missed in a callback of a socket, where
 * nobody can catch that.
 */
export function checkEvents<Target>(events: EndpointEvents<Target>): void {
  for (const name of METHODS) {
    if (typeof (events as Partial<EndpointEvents<Target>> | undefined)?.[name] !== 'function') {
      throw new RingletError(ErrorId.optionInvalid, `events must have the method ${name}`);
    }
  }
}
