import type { ConnectionEvents } from '../connection/events.ts';
import type { ConnectionOptions } from '../connection/options.ts';

/** What an endpoint reports in addition to the events of its connection. */
export interface EndpointEvents<Target> extends ConnectionEvents<Target> {
  /** The transport has taken octets, so that more can be sent: `count` in one frame. */
  onWritable(target: Target, count: number): void;
}

/** Options of an `Endpoint`: those of a `Connection`, without what the host gives. */
export interface EndpointOptions<Target> extends Omit<
  ConnectionOptions<Target>,
  'events' | 'random' | 'validateLong' | 'copy' | 'source'
> {
  readonly events: EndpointEvents<Target>;
}
