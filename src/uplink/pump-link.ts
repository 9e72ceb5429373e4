import { Span } from '../connection/events.ts';
import type { Pump } from '../client/pump.ts';
import type { Link, RecordSender } from './link.ts';

/** What an endpoint of either kind has for a link. */
type LinkedEndpoint = Pick<Pump<unknown>, 'writable' | 'send' | 'close' | '_drop'>;

/** What links have in common: a connection of ours, whichever face is on top of it. */
export abstract class PumpLink<Endpoint extends LinkedEndpoint> implements Link {
  /** Set by whoever makes it, before the first event. */
  endpoint!: Endpoint;

  abstract readonly protocol: string;
  abstract readonly isFlushed: boolean;

  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number {
    const { endpoint } = this;
    const span = (binary ? Span.binary : 0) | (more ? Span.more : 0);
    return endpoint.send(bytes, start, end, span) === 0 ? endpoint.writable : -1;
  }

  abstract readonly records: RecordSender;

  close(code: number): void {
    this.endpoint.close(code);
  }

  drop(): void {
    this.endpoint._drop();
  }
}
