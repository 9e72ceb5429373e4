import { ErrorId, RingletError } from '../../src/errors.ts';
import type { Acceptor } from './network/connection.ts';
import type { StreamEnd } from './network/stream-end.ts';

/** The first port that nobody has to ask for (RFC 6335 §6). */
const FIRST_FREE = 49152;
/** Where somebody waits who takes whatever nobody else does. */
const EVERY = -1;

/** Who waits for connections at which port of a machine. */
export class Ports {
  readonly #acceptors = new Map<number, Acceptor>();
  readonly #onAccepted: (end: StreamEnd) => void;

  /** `onAccepted` hears of each connection before whoever waits for it. */
  constructor(onAccepted: (end: StreamEnd) => void) {
    this.#onAccepted = onAccepted;
  }

  /** 0 chooses a port that is free. Returns the port; throws if somebody waits there. */
  listen(port: number, acceptor: Acceptor): number {
    let chosen = port;
    if (port === 0) for (chosen = FIRST_FREE; this.#acceptors.has(chosen); chosen++);
    if (this.#acceptors.has(chosen))
      throw new RingletError(ErrorId.argumentInvalid, `port ${chosen} is in use`);
    this.#acceptors.set(chosen, acceptor);
    return chosen;
  }

  unlisten(port: number, acceptor: Acceptor): void {
    if (this.#acceptors.get(port) === acceptor) this.#acceptors.delete(port);
  }

  /** Who waits at `port`, if anybody does. */
  at(port: number): Acceptor | undefined {
    const acceptor = this.#acceptors.get(port) ?? this.#acceptors.get(EVERY);
    if (acceptor === undefined) return undefined;
    const accept = (end: StreamEnd): boolean => {
      this.#onAccepted(end);
      return acceptor.accept(end);
    };
    return { certificate: acceptor.certificate, accept };
  }

  clear(): void {
    this.#acceptors.clear();
  }
}
