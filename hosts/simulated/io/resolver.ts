import { ErrorId, RingletError } from '../../../src/errors.ts';
import type { Computer } from './machine.ts';
import { callbackOf, isAddress, optionsOf } from './options.ts';

type Answer = (this: SimulatedResolver, ...parameters: unknown[]) => void;

/** ECMA-419 name resolver (`embedded:network/dns/resolver/udp`) of a simulated machine, in both styles. */
export class SimulatedResolver {
  /** The option `target`, untouched. */
  readonly target: unknown;
  readonly #machine: Computer;
  #isClosed = false;

  constructor(options: unknown, machine: Computer) {
    machine.call('Resolver', true);
    this.target = optionsOf(options).target;
    this.#machine = machine;
  }

  /** Cancels what is pending: no callback follows. May be repeated. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Resolves `options.host` and calls back once, after this method has returned: `callback` (error, address, host,
   * addresses), or without it Moddable's options `onResolved` (host, address, addresses) or `onError` (host, error).
   */
  resolve(options: unknown, callback?: unknown): void {
    if (this.#isClosed) {
      this.#machine.misused('Resolver.resolve after close');
      throw new Error('the resolver is closed');
    }
    this.#machine.call('Resolver.resolve', true);
    const given = optionsOf(options);
    const host = given.host === undefined ? '' : String(given.host);
    if (host === '') throw new TypeError('host: a name is required');
    const onResolved = callbackOf<Answer>(given.onResolved, 'onResolved');
    const onError = callbackOf<Answer>(given.onError, 'onError');
    const done = callbackOf<Answer>(callback, 'callback');
    const answer = (addresses: readonly string[]): void => {
      if (this.#isClosed) return;
      this.#machine.enter(() => {
        if (addresses.length > 0) {
          if (done !== undefined) done.call(this, null, addresses[0], host, addresses);
          else onResolved?.call(this, host, addresses[0], addresses);
          return;
        }
        const error = new RingletError(ErrorId.resolveFailed, `no address is known of ${host}`);
        if (done !== undefined) done.call(this, error);
        else onError?.call(this, host, error);
      });
    };
    const { clock } = this.#machine;
    if (isAddress(host)) clock.at(clock.now, () => answer([host]));
    else this.#machine.lookUp(host, answer);
  }
}
