import type { Clock } from '../clock.ts';
import type { Acceptor } from '../network/connection.ts';
import type { StreamEnd } from '../network/stream-end.ts';
import type { TimerKeeper } from './timer.ts';

/** What the classes of one simulated machine know of it. */
export interface Computer extends TimerKeeper {
  readonly clock: Clock;
  /** Begins to connect; `secureName` asks for TLS. */
  connect(address: string, port: number, secureName?: string): StreamEnd;
  /** Waits at `port`, or 0 for any that is free; returns the port. Throws if somebody else waits there. */
  listen(port: number, acceptor: Acceptor): number;
  unlisten(port: number, acceptor: Acceptor): void;
  /** Calls back later with the addresses of a name; with none if there is no such name, or no network. */
  lookUp(name: string, answer: (addresses: readonly string[]) => void): void;
  /** Somebody used what is closed. */
  misused(what: string): void;
}
