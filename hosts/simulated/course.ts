import { ErrorId, RingletError } from '../../src/errors.ts';
import type { Chronicle } from './chronicle.ts';
import type { Clock } from './clock.ts';

/** What becomes of what code of a host's throws. */
interface Uncaught<Host> {
  /** Undefined: it is thrown by whoever lets time pass. */
  readonly onUncaught?: ((host: Host, error: unknown) => void) | undefined;
}

/** So much happens at one time at most: whatever asks for more, such as a timer that sets itself again after 0 ms, never ends. */
const MOST_AT_ONCE = 1_000_000;

/** Lets time pass in a world, from one happening to the next. What code of a host's has thrown meanwhile comes out here. */
export class Course<Host extends { readonly name: string }> {
  readonly #clock: Clock;
  readonly #chronicle: Chronicle;
  readonly #options: Uncaught<Host>;
  readonly #thrown: unknown[] = [];
  /** Time passes: what happens meanwhile cannot let it pass once more, since events would lie inside of events. */
  #isPassing = false;
  /** How much has happened at the present time since time began to pass. */
  #count = 0;

  constructor(clock: Clock, chronicle: Chronicle, options: Uncaught<Host>) {
    this.#clock = clock;
    this.#chronicle = chronicle;
    this.#options = options;
  }

  run(duration: number): void {
    this.#begin();
    try {
      const end = this.#clock.now + duration;
      while (this.#step(end)) this.#rethrow();
      this.#rethrow();
    } finally {
      this.#isPassing = false;
    }
  }

  async play(duration: number): Promise<void> {
    this.#begin();
    try {
      const end = this.#clock.now + duration;
      await nextTurn();
      while (this.#step(end)) {
        this.#rethrow();
        await nextTurn();
      }
      this.#rethrow();
    } finally {
      this.#isPassing = false;
    }
  }

  runUntil(condition: () => boolean, limit: number): boolean {
    this.#begin();
    try {
      const end = this.#clock.now + limit;
      while (!condition()) {
        if (!this.#step(end)) return condition();
        this.#rethrow();
      }
      return true;
    } finally {
      this.#isPassing = false;
    }
  }

  /** Code of `host` has thrown. */
  uncaught(host: Host, error: unknown): void {
    this.#chronicle.note('uncaught', host.name, '', error instanceof Error ? error.message : String(error));
    if (this.#options.onUncaught === undefined) this.#thrown.push(error);
    else this.#options.onUncaught(host, error);
  }

  #begin(): void {
    if (this.#isPassing)
      throw new RingletError(
        ErrorId.argumentInvalid,
        'time passes already: what happens in a world cannot run it; await play, or use at and after',
      );
    this.#isPassing = true;
    this.#count = 0;
  }

  /** As of the clock. Throws a RingletError when time no longer passes, since whoever waits for it would wait for ever. */
  #step(limit: number): boolean {
    const before = this.#clock.now;
    const isSomething = this.#clock.step(limit);
    if (this.#clock.now !== before) this.#count = 0;
    else if (++this.#count === MOST_AT_ONCE)
      throw new RingletError(
        ErrorId.argumentInvalid,
        `time does not pass: ${MOST_AT_ONCE} things happened at ${before} ms; does a timer of 0 ms set itself again, or a link without latency carry answers to answers?`,
      );
    return isSomething;
  }

  #rethrow(): void {
    if (this.#thrown.length > 0) throw this.#thrown.shift();
  }
}

/** After all that promises have to do. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
