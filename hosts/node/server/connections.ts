import type { Socket } from 'node:net';
import { faultOfReason } from '../../../src/connection/control.ts';
import type { Limits } from '../../../src/connection/limits.ts';
import { limitsOf } from '../../../src/connection/options.ts';
import { State } from '../../../src/connection/record.ts';
import { ErrorId, RingletError } from '../../../src/errors.ts';
import { describeError } from '../../../src/error-text.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import type { ServerHandshake } from '../../../src/handshake/server-handshake.ts';
import { LONGEST_MESSAGE } from '../endpoint/message-endpoint.ts';
import { NodeEndpoint } from '../endpoint/node-endpoint.ts';
import { SharedFrame } from '../endpoint/shared-frame.ts';
import { completed } from '../events.ts';
import { nodeHost } from '../host.ts';
import { checkArgument, checkKnown, checkOption, HEAD_SIZE, isOctets, readingOf } from '../options.ts';
import { nodeText } from '../text.ts';
import { isWholeUtf8 } from '../utf8.ts';
import { acceptTransport } from '../transport/accept.ts';
import type { NetTransport } from '../transport/net-transport.ts';
import { Arrivals } from './arrivals.ts';
import type { Reception } from './arrival.ts';
import { descriptorLimit } from './descriptors.ts';
import { nonsenseReporter } from './nonsense.ts';
import { type ConnectionsOptions, isCount } from './options.ts';
import type { Admission, NodeRequest } from './policy.ts';

/** How to close every connection. */
export interface CloseOptions {
  /** Default 1001, going away. */
  readonly code?: number | undefined;
  /** At most 123 octets as UTF-8. Default: none. */
  readonly reason?: string | undefined;
  /** For the closing handshakes, milliseconds; what is not over by then is dropped. Default 3000. */
  readonly timeout?: number | undefined;
}

/** How a message goes to many, see {@link ConnectionsServer.broadcast}. */
export interface BroadcastOptions<Target> {
  /** Whether octets are a binary message (default), or text in UTF-8. */
  readonly isBinary?: boolean | undefined;
  /** Which targets get the message; default: every connection that is open. */
  readonly filter?: ((target: Target) => boolean) | undefined;
  /** Whether the message is compressed, for each connection that agreed to that by itself. Default false. */
  readonly compress?: boolean | undefined;
}

/** What became of a broadcast. */
export interface Broadcast<Target> {
  /** Connections that took the message. */
  readonly sent: number;
  /** Targets whose connection had no room for it: their peers are too slow. */
  readonly skipped: readonly Target[];
}

/** The connections of a server, wherever their sockets come from. */
export interface ConnectionsServer<Target> {
  /** Connections that are open. */
  readonly connections: number;
  /** Sockets that are no connections yet. */
  readonly handshakes: number;
  /** The targets of connections that are open. */
  targets(): Iterable<Target>;
  /**
   * Sends a message to every connection that is open. It is encoded once: short ones are copied, others go to the sockets
   * as they are. Throws a RingletError for what is no string and no Uint8Array, for octets that are to be text and are no
   * UTF-8, and for options that are wrong; whatever `filter` throws. Nobody is sent anything then.
   */
  broadcast(data: string | Uint8Array, options?: BroadcastOptions<Target>): Broadcast<Target>;
  /**
   * Accepts nobody from now on. Without options every connection is dropped; with them each is sent a Close, and dropped only
   * if it is not over in time. It is fulfilled when none is left; called again without options it drops what is left.
   */
  close(options?: CloseOptions): Promise<void>;
}

const BROADCAST: readonly string[] = ['isBinary', 'filter', 'compress'];
const CLOSE: readonly string[] = ['code', 'reason', 'timeout'];

/** Where the system allows so many descriptors and more. */
const MAX_HANDSHAKES = 4096;

/** Milliseconds for closing handshakes where no option says so. */
const CLOSING = 3000;

const defaultHandshakes = (): number =>
  Math.min(MAX_HANDSHAKES, Math.ceil((descriptorLimit() ?? Infinity) / 2));

/** Tells `onError`, or the runtime where there is none; what it throws is the runtime's to report, and hinders nothing. */
function reportTo(onError: ((error: unknown) => void) | undefined): (error: unknown) => void {
  if (onError === undefined) return nodeHost.report;
  return (error) => {
    try {
      onError(error);
    } catch (thrown) {
      nodeHost.report(thrown);
    }
  };
}

/** The connections of one server: from their arrival, whatever socket they come by, until they are over. */
export class Connections<Target> implements Admission<Target | undefined>, ConnectionsServer<Target> {
  readonly arrivals: Arrivals;
  /** Is told what the hooks throw. */
  readonly report: (error: unknown) => void;
  readonly #options: ConnectionsOptions<Target>;
  readonly #limits: Limits;
  readonly #open = new Map<NodeEndpoint<Target>, Target>();
  readonly #onReleased = (endpoint: NodeEndpoint<Target>): unknown => this.#open.delete(endpoint);
  #closing: Promise<void> | undefined;

  /** `options` are sound. */
  constructor(options: ConnectionsOptions<Target>, secure: Reception['secure']) {
    const { maxHeadSize = HEAD_SIZE } = options;
    const bound = options.events?.onMessage === undefined ? {} : { maxMessageSize: LONGEST_MESSAGE };
    const limits = limitsOf({ ...bound, ...options, maxHeadSize });
    // What connections would each make for themselves is made once.
    this.#options = { ...options, events: completed(options.events) };
    this.#limits = limits;
    this.report = reportTo(options.onError);
    this.arrivals = new Arrivals(
      {
        protocols: options.protocols ?? [],
        requestHeaders: (options.requestHeaders ?? []).map((name) => name.toLowerCase()),
        onRequest: options.onRequest,
        onRefused: options.onRefused,
        maxHeadSize,
        handshakeTimeout: limits.handshakeTimeout,
        closeTimeout: limits.closeTimeout,
        maxHandshakes: options.maxHandshakes ?? defaultHandshakes(),
        maxConnections: options.maxConnections ?? 0,
      },
      this as Admission,
      this.report,
      nonsenseReporter(options.onError && this.report),
      secure,
    );
  }

  get connections(): number {
    return this.arrivals.connections;
  }

  get handshakes(): number {
    return this.arrivals.handshakes;
  }

  *targets(): Iterable<Target> {
    for (const [endpoint, target] of this.#open) if (endpoint.state === State.open) yield target;
  }

  // --- Admission -----------------------------------------------------------------------------------------

  target(request: NodeRequest): Target | undefined {
    const { accept } = this.#options;
    if (accept === undefined) return undefined;
    const target: unknown = accept(request);
    if (typeof target !== 'object' || target === null || !Object.isExtensible(target))
      throw new TypeError('accept made no object for the events of a connection');
    // It would be taken for the target, and whoever wrote it means what it resolves with.
    if (typeof (target as { then?: unknown }).then === 'function')
      throw new TypeError('accept made a promise: what takes time belongs into onRequest');
    return target as Target;
  }

  admit(
    target: (Target & { endpoint?: unknown }) | undefined,
    socket: Socket,
    handshake: ServerHandshake,
    received: Uint8Array,
  ): void {
    const { events, takesSpans, compression, maxBufferedAmount } = this.#options;
    const { receiveBuffer = 8192, transmitBuffer = 65536 } = this.#options;
    const transport = acceptTransport(socket, undefined, received);
    let carrier: NetTransport | undefined;
    const endpoint = new NodeEndpoint<Target>(
      {
        limits: this.#limits,
        events,
        target,
        takesSpans,
        role: 'server',
        opening: (setup) => handshake.continueIn(setup),
        compression,
        receiveBuffer,
        transmitBuffer,
        maxBufferedAmount,
      },
      (sink) => (carrier = transport(sink) as NetTransport),
    );
    this.#open.set(endpoint, target ?? (endpoint as Target));
    endpoint._onReleased = this.#onReleased;
    if (target === undefined) return;
    try {
      target.endpoint = endpoint;
    } catch (error) {
      // It is the application's, and may throw: then the socket is whose it was, who has not been answered yet.
      carrier!.release();
      endpoint.drop();
      throw error;
    }
  }

  // --- All of them ---------------------------------------------------------------------------------------

  broadcast(data: string | Uint8Array, options: BroadcastOptions<Target> = {}): Broadcast<Target> {
    const [isBinary, filter, compress = false] = readingOf('an option of broadcast', () => {
      checkKnown('broadcast', options, BROADCAST);
      return [options.isBinary, options.filter, options.compress] as const;
    });
    checkArgument(isBinary === undefined || typeof isBinary === 'boolean', 'isBinary', 'true or false');
    checkArgument(filter === undefined || typeof filter === 'function', 'filter', 'a function');
    checkArgument(typeof compress === 'boolean', 'compress', 'true or false');
    const isText = typeof data === 'string';
    const isThere = isText || isOctets(data);
    checkArgument(isThere, 'data', 'a string, or a Uint8Array whose octets are there');
    const isSound = isText || isBinary !== false || isWholeUtf8(data, 0, data.length);
    checkArgument(isSound, 'text', 'UTF-8');
    const frame = new SharedFrame(data, isBinary);
    const skipped: Target[] = [];
    let sent = 0;
    for (const [endpoint, target] of filter === undefined ? this.#open : this.#chosenBy(filter)) {
      if (endpoint.state !== State.open) continue;
      const fault = endpoint._share(frame, compress);
      if (fault === ErrorId.none) sent += 1;
      else if (fault !== ErrorId.notOpen) skipped.push(target);
    }
    return { sent, skipped };
  }

  /** Asked for all before the first is sent anything: a filter may throw, or be none. */
  #chosenBy(filter: (target: Target) => boolean): [NodeEndpoint<Target>, Target][] {
    return [...this.#open].filter(([endpoint, target]) => {
      if (endpoint.state !== State.open) return false;
      const isChosen: unknown = filter(target);
      // It would choose everybody.
      const isPromise = typeof (isChosen as PromiseLike<unknown> | undefined | null)?.then === 'function';
      checkArgument(!isPromise, 'what filter returns', 'true or false, and no promise');
      return Boolean(isChosen);
    });
  }

  close(options?: CloseOptions): Promise<void> {
    if (options !== undefined) {
      try {
        this.#closeAll(
          readingOf('an option of close', () => {
            checkKnown('close', options, CLOSE);
            return { code: options.code, reason: options.reason, timeout: options.timeout };
          }),
        );
      } catch (error) {
        return Promise.reject(error as Error);
      }
    } else this.arrivals.close();
    this.#closing ??= this.arrivals.emptied();
    return this.#closing;
  }

  #closeAll({ code = CloseCode.goingAway, reason = '', timeout = CLOSING }: CloseOptions): void {
    checkOption(isCount(timeout) && timeout <= 0x7fffffff, 'timeout', 'a number of milliseconds');
    checkOption(typeof reason === 'string', 'reason', 'a string');
    const octets = nodeText.encode(reason);
    const isCode = typeof code === 'number' && code !== 0;
    const fault = !isCode ? ErrorId.closeCodeRefused : faultOfReason(code, octets, 0, octets.length);
    if (fault !== ErrorId.none) throw new RingletError(fault, describeError(fault));
    this.arrivals.refuseAll();
    for (const endpoint of this.#open.keys()) {
      if (endpoint.state >= State.open) endpoint.close(code, octets);
      // It is about to open: its request has been accepted.
      else
        void endpoint.ready.then(
          () => endpoint.close(code, octets),
          () => {},
        );
    }
    const timer = setTimeout(() => this.arrivals.close(), timeout);
    void this.arrivals.emptied().then(() => {
      clearTimeout(timer);
      this.arrivals.close();
    });
  }
}
