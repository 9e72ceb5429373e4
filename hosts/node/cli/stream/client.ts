import type { CompressionFactory } from '../../../../src/connection/compression.ts';
import type { Store } from '../../../../src/uplink/store.ts';
import { SUBPROTOCOL } from '../../../../src/uplink/protocol.ts';
import type { UplinkCallbacks } from '../../../../src/uplink/options.ts';
import { isFinalLoss } from '../../../../src/uplink/final-loss.ts';
import { Outbox, Uplink } from '../../uplink.ts';
import type { ClientArguments, RouteArguments } from '../arguments.ts';
import { tlsOptionsOf } from '../tls-options.ts';

/**
 * Subprotocols that are offered unless the arguments name others. A server that agrees to whatever comes first, as some
 * do, agrees to plain messages; a gateway of ours chooses the second.
 */
export const PROTOCOLS = `telemetry.ringlet, ${SUBPROTOCOL}`;

/** For a person who watches: a loss is noticed, and made good, sooner than a device in the field needs. */
const TIMES = { backoffBase: 250, backoffLongest: 8000, keepalive: 5000, keepaliveTimeout: 5000 };

export interface StreamOutbox {
  /** Octets of memory. */
  readonly memory: number;
  readonly store?: Store | undefined;
  /** The store has failed, or works again (undefined). */
  onStore?(error: unknown): void;
}

/**
 * What makes the uplink of a stream to `url`. Without a first connection there is no second attempt. Throws a
 * RingletError or CommandError for what is wrong with the arguments.
 */
export function uplinkFactory(
  url: string,
  options: ClientArguments & RouteArguments,
  { memory, store, onStore }: StreamOutbox,
  compression?: CompressionFactory,
): (callbacks: UplinkCallbacks) => Uplink {
  const { protocol = PROTOCOLS, header: headers, proxy, redirects } = options;
  const given = { ...TIMES, protocol, headers, tls: tlsOptionsOf(options), proxy, redirects, compression };
  // What is wrong is said before there is an outbox, which may keep what another run has left.
  new Uplink(url, given);
  return (callbacks) => {
    let hasOpened = false;
    return new Uplink(url, {
      ...given,
      outbox: new Outbox({ memory, keep: 'acknowledged', store }),
      ...callbacks,
      onChange(change) {
        if (change.state === 'open') hasOpened = true;
        callbacks.onChange?.call(this, change);
      },
      onStore: (error) => onStore?.(error),
      isFinal: (loss) => !hasOpened || isFinalLoss(loss),
    });
  };
}
