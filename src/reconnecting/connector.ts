import type { Host } from '../host.ts';
import type { Loss } from '../uplink/failure.ts';
import { retryAfterOf } from '../uplink/retry-after.ts';
import { UplinkStates } from '../uplink/states.ts';
import type { LinkRequest } from '../uplink/link.ts';
import type { UplinkCallbacks } from '../uplink/options.ts';
import type { MessageEventLike } from '../websocket/types.ts';
import { GrowingDelay } from './growing-delay.ts';
import type { Numbers, WebSocketLike } from './options.ts';
import { type MessageSink, SocketLink } from './socket-link.ts';

const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;
/** The longest that a server's `Retry-After` is believed, as by an uplink. */
const MAX_RETRY_AFTER = 3_600_000;

export interface ConnectorOptions {
  readonly callbacks: UplinkCallbacks<UplinkStates>;
  /** Makes a WebSocket for an attempt; throws what that throws. */
  readonly make: (request: LinkRequest | undefined) => WebSocketLike;
  readonly onMessage: (event: MessageEventLike) => void;
}

/** The states of an uplink over WebSockets of the web, with the delays of reconnecting-websocket. */
export class Connector extends UplinkStates implements MessageSink {
  readonly delay: GrowingDelay;
  readonly #numbers: Numbers;
  readonly #given: ConnectorOptions;
  /** The last connection, even if it is over. */
  link: SocketLink | undefined;

  constructor(host: Host, numbers: Numbers, given: ConnectorOptions) {
    const { minReconnectionDelay, maxReconnectionDelay, reconnectionDelayGrowFactor, minUptime } = numbers;
    const delay = new GrowingDelay(
      minReconnectionDelay,
      maxReconnectionDelay,
      reconnectionDelayGrowFactor,
      host.random,
    );
    super(host, { ...given.callbacks, minUptime }, delay);
    this.delay = delay;
    this.#numbers = numbers;
    this.#given = given;
  }

  linkMessage(event: MessageEventLike): void {
    this.#given.onMessage(event);
  }

  protected override connect(request: LinkRequest | undefined): SocketLink {
    const socket = this.#given.make(request);
    return (this.link = new SocketLink(socket, this, this._host, this.#numbers.connectionTimeout));
  }

  protected override clock(): number {
    return Date.now();
  }

  protected override delayAfter({ error, closeCode, retryAfter }: Loss): number {
    if (error === 0 && (closeCode === SERVICE_RESTART || closeCode === TRY_AGAIN_LATER))
      return this.delay.any();
    const delay = this.delay.next();
    const asked = retryAfter === '' ? -1 : retryAfterOf(retryAfter.trim(), this.clock());
    return asked < 0 ? delay : (asked < MAX_RETRY_AFTER ? asked : MAX_RETRY_AFTER) + delay;
  }
}
