import type { AwaitedRequestHook } from '../../serve.ts';
import type { Arrival, VisitLog } from './log.ts';
import type { Manner } from './manner.ts';
import { type Clients, Visit } from './visit.ts';

/** What the hook of a request is given; with its client's address where the server knows it. */
type Request = Parameters<AwaitedRequestHook>[0];

const addressOf = ({ remoteAddress, remotePort }: Request): string | undefined => {
  if (remoteAddress === undefined) return undefined;
  const host = remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress;
  return remotePort === undefined ? host : `${host}:${remotePort}`;
};

/** The clients that are connected, and the log of them. */
export class ClientList implements Clients {
  readonly manner: Manner;
  readonly visits = new Set<Visit>();
  /** Called when the last one has left. */
  onEmpty: () => void = () => {};
  readonly #log: VisitLog | undefined;
  readonly #arrivals = new WeakMap<Visit, Arrival>();
  /** Of the request that was decided last: its client is accepted within the same turn. */
  #arrival: Arrival = { address: undefined, path: '/' };
  #count = 0;

  constructor(manner: Manner, log: VisitLog | undefined) {
    this.manner = manner;
    this.#log = log;
  }

  asked(request: Request): void {
    this.#arrival = { address: addressOf(request), path: request.path };
  }

  accept(): Visit {
    const visit = new Visit(++this.#count, this);
    this.#arrivals.set(visit, this.#arrival);
    this.visits.add(visit);
    return visit;
  }

  opened(visit: Visit): void {
    this.#log?.opened(visit, this.#arrivals.get(visit)!);
  }

  closed(visit: Visit, code: number, error: number): void {
    this.#log?.closed(visit, code, error);
    this.#leave(visit);
  }

  tooSlow(visit: Visit): void {
    this.#log?.tooSlow(visit);
    this.#leave(visit);
  }

  #leave(visit: Visit): void {
    this.visits.delete(visit);
    if (this.visits.size === 0) this.onEmpty();
  }
}
