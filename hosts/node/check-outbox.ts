import { hasOctets, isRange } from '../../src/connection/arguments.ts';
import type { OutboxOptions, PostOptions } from '../../src/uplink/outbox/options.ts';
import { checkArgument, checkCallbacks, checkFlags, checkKnown, checkOption } from './options.ts';
import { isWholeUtf8 } from './utf8.ts';

/*
 * What Node looks at before an outbox does, which has to be small on devices and believes that numbers are numbers.
 */

const NUMBERS: readonly (keyof OutboxOptions)[] = ['urgentMemory', 'timeToLive'];
const NAMES: readonly string[] = [...NUMBERS, 'memory', 'whenFull', 'keep', 'store', 'mark'];

/** What a store is asked for. */
const STORE: readonly string[] = ['read', 'append', 'trim', 'close'];

const FLAGS: readonly string[] = ['binary', 'urgent'];

/** Refuses, with a RingletError, options of an outbox that are none, and those of the wrong kind. */
export function checkOutboxOptions(options: OutboxOptions): void {
  checkKnown('Outbox', options, NAMES);
  for (const name of NUMBERS) {
    const value = options[name];
    checkOption(value === undefined || Number.isInteger(value), name, 'an integer');
  }
  checkCallbacks(options as unknown as Readonly<Record<string, unknown>>, ['mark']);
  const store = options.store as Readonly<Record<string, unknown>> | null | undefined;
  if (store === undefined) return;
  const isStore =
    typeof store === 'object' && store !== null && STORE.every((name) => typeof store[name] === 'function');
  checkOption(isStore, 'store', `an object with ${STORE.join(', ')}`);
}

/** Refuses, with a RingletError, a record that is none, text that is no UTF-8, and options of `post` that are wrong. */
export function checkPost(bytes: Uint8Array, options: PostOptions | undefined): void {
  checkArgument(hasOctets(bytes), 'a record', 'octets that are there');
  checkOctets(bytes, 0, bytes.length, options?.binary !== false);
  if (options === undefined) return;
  checkKnown('post', options, FLAGS);
  checkFlags('post', options, FLAGS);
}

/** Refuses, with a RingletError, what is no range of octets, and text that is no UTF-8. */
export function checkOctets(bytes: Uint8Array, start: number, end: number, isBinary: boolean): void {
  checkArgument(isRange(bytes, start, end), 'the range', 'one of octets that are there');
  checkArgument(isBinary || isWholeUtf8(bytes, start, end), 'text', 'UTF-8');
}

/** Refuses, with a RingletError, what is no number of a record, or says of it neither that it is urgent nor that it is not. */
export function checkAcknowledged(upTo: number, urgent: boolean): void {
  checkArgument(typeof upTo === 'number', 'upTo', 'the number of a record');
  checkArgument(typeof urgent === 'boolean', 'urgent', 'true or false');
}
