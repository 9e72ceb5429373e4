/**
 * `ringlet/uplink` on Moddable: the portable classes over the client that `ringlet` exports, with
 * what the device lends. Preloaded beside it; who does not import it does not carry it.
 */
import WebSocketClient from 'ringlet';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { ClientLink } from '../../src/uplink/client-link.ts';
import type { LinkRequest } from '../../src/uplink/link.ts';
import { Outbox as PortableOutbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions } from '../../src/uplink/outbox/options.ts';
import type { UplinkOptions as PortableUplinkOptions } from '../../src/uplink/options.ts';
import { Uplink as PortableUplink } from '../../src/uplink/uplink.ts';
import { moddableHost } from './host.ts';

export * from '../../src/uplink/index.ts';

/** Options of an uplink, and what the client is constructed with: ECMA-419's options, limits and buffers. */
export type UplinkOptions = PortableUplinkOptions<PortableUplink> &
  Pick<
    WebSocketClientOptions,
    Exclude<keyof WebSocketClientOptions, `on${string}` | 'attach' | 'format' | 'target'>
  >;

/** {@link PortableOutbox} with the device's clock and random source. */
export class Outbox extends PortableOutbox {
  constructor(options: OutboxOptions) {
    super(options, moddableHost);
  }
}

/** {@link PortableUplink} over ECMA-419 clients. What `prepare` gives overrides `host`, `port`, `path` and the like. */
export class Uplink extends PortableUplink {
  readonly #options: UplinkOptions;

  constructor(options: UplinkOptions) {
    super(moddableHost, options);
    this.#options = options;
  }

  protected override connect(request: LinkRequest | undefined): ClientLink {
    const options = this.#options;
    const given = request === undefined ? options : Object.assign({}, options, request);
    return new ClientLink(WebSocketClient, given as WebSocketClientOptions, this);
  }

  protected override clock(): number {
    return Date.now();
  }
}
