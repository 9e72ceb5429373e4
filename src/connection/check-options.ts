import { ErrorId, RingletError } from '../errors.ts';
import { SPAN } from './events.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { limitsOf } from './options.ts';

/*
 * What is looked at before a connection is made whose options may come from anybody. The classes that an application
 * constructs with bare options call it; the client of a device, which makes its own, does not carry it.
 */

/** Octets of memory that a part of a connection may ask for. */
const MOST_MEMORY = 0x40000000;

const EVENTS: readonly string[] = Object.freeze(['onOpen', 'onData', 'onControl', 'onClose']);
const SOURCE: readonly string[] = Object.freeze(['validateLong', 'copy']);

type Unchecked = Readonly<{ [name: string]: unknown }>;

/** Refuses, with a RingletError, the option `name` unless it `isValid`; `must` says what it must be. */
export function checkOption(isValid: boolean, name: string, must: string): void {
  if (!isValid) throw new RingletError(ErrorId.optionInvalid, `${name} must be ${must}`);
}

/** Whether `value` is an object or a function: what may have properties that were meant to be found. */
const isObject = (value: unknown): value is Unchecked =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

const isSize = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= MOST_MEMORY && value % 1 === 0;

/** Refuses what is no object with options. */
export function checkObject(value: unknown, name: string): asserts value is Unchecked {
  checkOption(typeof value === 'object' && value !== null && !Array.isArray(value), name, 'an object');
}

/** Refuses `of[name]` unless it is a function, or left out where it is `optional`. */
export function checkFunction(of: Unchecked, name: string, isOptional: boolean, prefix = ''): void {
  const value = of[name];
  checkOption(
    (isOptional && value === undefined) || typeof value === 'function',
    prefix + name,
    'a function',
  );
}

/** Refuses the option `name` unless it is left out, true or false. */
export function checkBoolean(value: unknown, name: string): void {
  checkOption(value === undefined || typeof value === 'boolean', name, 'true or false');
}

/**
 * Refuses, with a RingletError, options of `what` that are no object, or of which one is not among `names`: what is misspelt
 * would have no effect.
 */
export function checkKnown(what: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new RingletError(ErrorId.optionInvalid, `${what} needs an object of options`);
  for (const option of Object.keys(options))
    if (!names.includes(option))
      throw new RingletError(ErrorId.optionInvalid, `${what} has no option "${option}"`);
}

/**
 * Refuses events that lack a method, of which `others` are some: later it would be missed in a callback of a socket, where
 * nobody can catch that.
 */
export function checkEvents(events: unknown, others: readonly string[]): void {
  checkOption(isObject(events), 'events', 'an object');
  for (const name of [...EVENTS, ...others])
    if (typeof (events as Unchecked)[name] !== 'function')
      throw new RingletError(ErrorId.optionInvalid, `events must have the method ${name}`);
}

/** Refuses compression that was not made by `permessageDeflate` or is nothing like it, such as `true`. */
export function checkCompression(compression: unknown): void {
  const isSound =
    compression === undefined ||
    (isObject(compression) &&
      typeof compression._create === 'function' &&
      isSize(compression.memory) &&
      (compression.memory as number) % 4 === 0);
  checkOption(isSound, 'compression', 'made by permessageDeflate');
}

/** Refuses a source of random words and natives that is none; `prefix` names where it stands. */
export function checkSource(source: unknown, name: string): asserts source is Unchecked {
  checkOption(isObject(source), name, 'an object');
  const prefix = name === 'options' ? '' : `${name}.`;
  checkFunction(source as Unchecked, 'random', false, prefix);
  for (const native of SOURCE) checkFunction(source as Unchecked, native, true, prefix);
}

/** Refuses `options` that no connection can be made of, with a RingletError that names the first that is wrong. */
export function checkConnectionOptions(options: unknown, moreEvents: readonly string[] = []): void {
  checkObject(options, 'options');
  const { role, events, source, input, whole, limits } = options;
  checkOption(role === 'client' || role === 'server', 'role', "'client' or 'server'");
  checkEvents(events, moreEvents);
  checkFunction(options, 'opening', true);
  if (source === undefined) checkSource(options, 'options');
  else checkSource(source, 'source');
  checkCompression(options.compression);
  checkBoolean(options.takesSpans, 'takesSpans');
  const takes = (options.target as { readonly [SPAN]?: unknown } | null | undefined)?.[SPAN];
  checkOption(
    options.takesSpans !== true || typeof takes === 'function',
    'target',
    'an object with the method SPAN, as takesSpans says',
  );
  checkOption(
    input === undefined || (isSize(input) && (input as number) % 4 === 0),
    'input',
    'a multiple of 4',
  );
  checkOption(whole === undefined || isSize(whole), 'whole', 'a number of octets');
  if (limits === undefined) return;
  checkObject(limits, 'limits');
  for (const name of Object.keys(DEFAULT_LIMITS))
    checkOption(limits[name] !== undefined, `limits.${name}`, 'set');
  limitsOf(limits);
}

/** Refuses what the option `opening` made unless it can read a handshake. */
export function checkOpening(opening: unknown): void {
  checkOption(
    isObject(opening) && typeof opening.read === 'function' && typeof opening.begin === 'function',
    'opening',
    'clientOpening(…) or serverOpening(…)',
  );
}
