import { hasOctets, isRange } from '../../src/connection/arguments.ts';
import { LARGEST, LONGEST_TIME, SMALLEST, SMALLEST_LANE } from '../../src/uplink/outbox.ts';
import type { Keep, OutboxOptions, PostOptions, WhenFull } from '../../src/uplink/outbox/options.ts';
import { checkArgument, checkCallbacks, checkFlags, checkKnown, checkOption, unreadable } from './options.ts';
import { isWholeUtf8 } from './utf8.ts';

/*
 * What Node looks at before an outbox does, which has to be small on devices and believes that numbers are numbers.
 */

const NAMES: readonly string[] = [
  'memory',
  'urgentMemory',
  'timeToLive',
  'whenFull',
  'keep',
  'store',
  'mark',
];

/** What a store is asked for. */
const STORE: readonly string[] = ['read', 'append', 'trim', 'close'];

const FLAGS: readonly string[] = ['binary', 'urgent'];

const POLICIES: readonly WhenFull[] = ['dropOldest', 'dropNewest', 'refuse'];
const KEEPS: readonly Keep[] = ['written', 'acknowledged'];

const isSize = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most && value % 8 === 0;

const isOneOf = <Name extends string>(value: Name | undefined, names: readonly Name[]): boolean =>
  value === undefined || names.includes(value);

/** Refuses, with a RingletError, options of an outbox that are none, and those of the wrong kind. */
export function checkOutboxOptions(options: OutboxOptions): void {
  checkKnown('Outbox', options, NAMES);
  const { memory, urgentMemory = 0, timeToLive = 0, whenFull, keep } = options;
  const octets = memory instanceof ArrayBuffer ? memory.byteLength : memory;
  checkOption(
    isSize(octets, SMALLEST, LARGEST),
    'memory',
    `an ArrayBuffer or a number of bytes, a multiple of 8 from ${SMALLEST} to ${LARGEST}`,
  );
  checkOption(
    urgentMemory === 0 || isSize(urgentMemory, SMALLEST_LANE, octets - SMALLEST_LANE),
    'urgentMemory',
    `a number of bytes, 0 or a multiple of 8 from ${SMALLEST_LANE} to ${SMALLEST_LANE} less than memory`,
  );
  const isTime = Number.isInteger(timeToLive) && timeToLive >= 0 && timeToLive <= LONGEST_TIME;
  checkOption(isTime, 'timeToLive', `milliseconds from 0 to ${LONGEST_TIME}`);
  checkOption(isOneOf(whenFull, POLICIES), 'whenFull', `one of ${POLICIES.join(', ')}`);
  checkOption(isOneOf(keep, KEEPS), 'keep', `one of ${KEEPS.join(', ')}`);
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
  let isBinary = true;
  if (options !== undefined) {
    try {
      checkKnown('post', options, FLAGS);
      checkFlags('post', options, FLAGS);
      isBinary = options.binary !== false;
    } catch (error) {
      throw unreadable('an option of post', error);
    }
  }
  checkOctets(bytes, 0, bytes.length, isBinary);
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
