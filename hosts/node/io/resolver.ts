import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP } from 'node:net';
import { ErrorId, type RingletError } from '../../../src/errors.ts';
import { ioErrorOf } from '../errors.ts';
import { answeringOnce } from '../transport/lookup.ts';
import { callbackOf, optionsOf } from './options.ts';

/**
 * The standard's callback, with the address before the name as in ECMA-419 §18 (its Annex A has them the other way
 * round). `addresses`, our addition, are all that the name has, `address` being the first.
 */
export type ResolveCallback = (
  this: Resolver,
  error: RingletError | null,
  address?: string,
  host?: string,
  addresses?: readonly string[],
) => void;

type Answer = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void;

/** What {@link Resolver.resolve} is asked, in the style of one object. */
export interface ResolveOptions {
  /** The name to resolve; an IPv4 or IPv6 literal is its own address. */
  host: string;
  /** Moddable's callbacks, used without a second argument to `resolve`. Exactly one of them is called, once. */
  onResolved?:
    | ((this: Resolver, host: string, address: string, addresses: readonly string[]) => void)
    | null
    | undefined;
  onError?: ((this: Resolver, host: string, error: RingletError) => void) | null | undefined;
}

const ask = answeringOnce<(host: string, options: LookupAllOptions, answer: Answer) => void>(lookup);

/**
 * ECMA-419 name resolver (`embedded:network/dns/resolver/udp`) over the system's own, hosts file included. The
 * options `socket` and `servers` of a device are accepted and not needed.
 */
export class Resolver {
  /** The option `target`, untouched. */
  readonly target: unknown;
  #closed = false;

  /** Throws TypeError without an options object. */
  constructor(options: object) {
    this.target = optionsOf(options).target;
  }

  /** Cancels what is pending: no callback follows. May be repeated. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Resolves `options.host` and calls back once, after this method has returned. Throws when the resolver is
   * closed, TypeError for options that are none.
   */
  resolve(options: ResolveOptions, callback?: ResolveCallback): void {
    if (this.#closed) throw new Error('the resolver is closed');
    const given = optionsOf(options);
    const host = given.host === undefined ? '' : String(given.host);
    if (host === '') throw new TypeError('host: a name is required');
    const onResolved = callbackOf<NonNullable<ResolveOptions['onResolved']>>(given.onResolved, 'onResolved');
    const onError = callbackOf<NonNullable<ResolveOptions['onError']>>(given.onError, 'onError');
    const done = callbackOf<ResolveCallback>(callback, 'callback');

    const answer = (addresses: readonly string[]): void => {
      if (this.#closed) return;
      if (done !== undefined) done.call(this, null, addresses[0], host, addresses);
      else onResolved?.call(this, host, addresses[0], addresses);
    };
    const refuse = (cause: Error): void => {
      if (this.#closed) return;
      const error = ioErrorOf(ErrorId.resolveFailed, cause);
      if (done !== undefined) done.call(this, error);
      else onError?.call(this, host, error);
    };
    if (isIP(host) !== 0) {
      setImmediate(answer, [host]);
      return;
    }
    // IPv4 first, as lwIP has it: who asks takes the first address, and `localhost` may have ::1 without a listener.
    ask(host, { all: true, verbatim: false }, (error, found) => {
      if (error !== null) refuse(error);
      else answer(found.map(({ address }) => address));
    });
  }
}
