/** The connection that comes back, and an outbox that keeps its word: what runs anywhere of `ringlet/uplink`. */
export type { Loss } from './failure.ts';
export { isFinalLoss } from './final-loss.ts';
export type { Link, LinkRequest, LinkSink } from './link.ts';
export { Outbox } from './outbox.ts';
export type { Keep, OutboxCounters, OutboxOptions, PostOptions, WhenFull } from './outbox/options.ts';
export type { Change, Prepared, UplinkCallbacks, UplinkOptions, UplinkState } from './options.ts';
export { SUBPROTOCOL } from './protocol.ts';
export type { Store, StoredRecord, StoreState } from './store.ts';
export { Uplink } from './uplink.ts';
