/** `ringlet/uplink` on Node: the portable classes bound to Node's sockets, timers, clock and files. */
import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { requestOf, type RequestOptions } from '../../src/handshake/request-options.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { limitsOf, sizeOf } from '../../src/connection/options.ts';
import type { Host } from '../../src/host.ts';
import { EndpointLink } from '../../src/uplink/endpoint-link.ts';
import type { LinkRequest } from '../../src/uplink/link.ts';
import { Outbox as PortableOutbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions, PostOptions } from '../../src/uplink/outbox/options.ts';
import type { UplinkOptions as PortableUplinkOptions } from '../../src/uplink/options.ts';
import { NEVER } from '../../src/uplink/times.ts';
import { Uplink as PortableUplink } from '../../src/uplink/uplink.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { checkAcknowledged, checkOctets, checkOutboxOptions, checkPost } from './check-outbox.ts';
import { connect, destinationOf } from './connect.ts';
import {
  checkArgument,
  checkCallbacks,
  checkCompression,
  checkKnown,
  checkOption,
  checkRedirects,
  checkTls,
  readingOf,
} from './options.ts';
import { nodeHost } from './host.ts';
import { Timer } from './io/timer.ts';
import { proxyOf, type ProxyOption } from './proxy/proxy-option.ts';
import { FileStore, setAside } from './store/file-store.ts';
import { OneQuestion } from './transport/one-question.ts';

export * from '../../src/uplink/index.ts';
export { isFinalLoss } from '../../src/uplink/check-loss.ts';
export { changeSentence, lossSentence } from '../../src/uplink/sentence.ts';
export { FileStore, type FileStoreOptions } from './store/file-store.ts';

/** How to connect, in addition to the options of an uplink. */
export interface UplinkOptions
  extends
    PortableUplinkOptions<PortableUplink>,
    Partial<Limits>,
    Pick<RequestOptions, 'protocol' | 'headers' | 'requireProtocol'> {
  /** For wss: `ca`, `cert`, `key`, `rejectUnauthorized` … as of `tls.connect`. */
  readonly tls?: TlsOptions | undefined;
  /** As of `connect`: the proxy, by default the one that the environment names; most redirections to follow. */
  readonly proxy?: ProxyOption;
  readonly redirects?: number | undefined;
  /** Compression to offer, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /** Octets of the transmit ring, a power of two from 256. Default 65536. */
  readonly transmitBuffer?: number | undefined;
  /** Asks for the addresses of a name, as `dns.lookup` does. Default: that, one question at a time. */
  readonly lookup?: LookupFunction | undefined;
}

/** An uplink that waits keeps the process alive, as a connection does; one that stopped does not. */
const uplinkHost: Host = Object.freeze({ ...nodeHost, Timer: Timer as unknown as Host['Timer'] });

const CALLBACKS: readonly (keyof UplinkOptions)[] = [
  'prepare',
  'onChange',
  'onData',
  'onAcknowledged',
  'onStore',
  'isFinal',
];

const TIMES: readonly (keyof UplinkOptions)[] = [
  'backoffBase',
  'backoffLongest',
  'minUptime',
  'maxAge',
  'prepareTimeout',
  'stopTimeout',
  'maxRetryAfter',
];

const NAMES: readonly string[] = [
  ...Object.keys(DEFAULT_LIMITS),
  ...CALLBACKS,
  ...TIMES,
  'outbox',
  'name',
  'protocol',
  'headers',
  'requireProtocol',
  'tls',
  'proxy',
  'redirects',
  'compression',
  'transmitBuffer',
  'lookup',
];

/** What `prepare` may answer with. */
const REQUEST_NAMES: readonly string[] = ['url', 'headers', 'protocol'];

/** Refuses, with a RingletError, what would be missed only when the first connection is made, or lost. */
function checkUplinkOptions(options: UplinkOptions): void {
  checkKnown('Uplink', options, NAMES);
  checkCallbacks(options as Readonly<Record<string, unknown>>, [...CALLBACKS, 'lookup']);
  for (const name of TIMES) {
    const value = options[name];
    const isTime = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= NEVER;
    checkOption(value === undefined || isTime, name, `milliseconds from 0 to ${NEVER}`);
  }
  const { name, outbox, compression, tls } = options;
  checkOption(name === undefined || typeof name === 'string', 'name', 'a string');
  checkOption(outbox === undefined || outbox instanceof PortableOutbox, 'outbox', 'an Outbox');
  checkCompression(compression);
  checkTls(tls);
}

/** {@link PortableOutbox} with Node's clock and random source. */
export class Outbox extends PortableOutbox {
  readonly #files: FileStore | undefined;

  constructor(options: OutboxOptions) {
    readingOf('an option of Outbox', () => checkOutboxOptions(options));
    super(options, nodeHost);
    if (options.store instanceof FileStore) this.#files = options.store;
  }

  /** See {@link PortableOutbox.post}; text that is no UTF-8 and options that are wrong are refused (601, 602), too. */
  override post(bytes: Uint8Array, options?: PostOptions): number {
    checkPost(bytes, options);
    const dropped = this._tally._droppedNewest;
    const number = super.post(bytes, options);
    // On a device numbers go on far behind the last one in the files.
    if (this.#files !== undefined && this._tally._droppedNewest !== dropped) setAside(this.#files, number);
    return number;
  }

  /** See {@link PortableOutbox.acknowledge}. */
  override acknowledge(upTo: number, urgent = false): number {
    checkAcknowledged(upTo, urgent);
    return super.acknowledge(upTo, urgent);
  }
}

/** {@link PortableUplink} over Node's sockets. What `prepare` gives overrides `url`, `headers` and `protocol`. */
export class Uplink extends PortableUplink {
  readonly #url: string;
  readonly #options: UplinkOptions;
  readonly #limits: Limits;
  readonly #lookup: LookupFunction;

  /** Throws a RingletError for a URL or options that are wrong. */
  constructor(url: string, options: UplinkOptions = {}) {
    readingOf('an option of Uplink', () => {
      checkUplinkOptions(options);
      const { protocol, headers, requireProtocol, transmitBuffer, proxy, redirects = 0 } = options;
      const destination = destinationOf(url);
      requestOf({ ...destination, protocol, headers, requireProtocol });
      checkRedirects(redirects);
      proxyOf(destination, proxy);
      if (transmitBuffer !== undefined) sizeOf('transmitBuffer', transmitBuffer);
    });
    super(uplinkHost, options);
    this.#url = url;
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#lookup = options.lookup ?? new OneQuestion().lookup;
  }

  /** See {@link Outbox.post}. */
  override post(bytes: Uint8Array, options?: PostOptions): number {
    checkPost(bytes, options);
    return super.post(bytes, options);
  }

  /** See {@link PortableUplink.acknowledge}. */
  override acknowledge(upTo: number, urgent = false): number {
    checkAcknowledged(upTo, urgent);
    return super.acknowledge(upTo, urgent);
  }

  /** See {@link PortableUplink.send}. Throws a RingletError for what is no range of octets, and text that is no UTF-8. */
  override send(bytes: Uint8Array, start: number, end: number, binary: boolean): boolean {
    checkArgument(typeof binary === 'boolean', 'binary', 'true or false');
    checkOctets(bytes, start, end, binary);
    return super.send(bytes, start, end, binary);
  }

  protected override connect(request: LinkRequest | undefined): EndpointLink {
    if (request !== undefined) checkKnown('prepare', request, REQUEST_NAMES);
    const { protocol, headers, requireProtocol, tls, proxy, redirects } = this.#options;
    const { compression, transmitBuffer } = this.#options;
    const link = new EndpointLink(this);
    link.endpoint = connect(request?.url ?? this.#url, {
      ...this.#limits,
      events: EndpointLink.events,
      target: link,
      protocol: request?.protocol ?? protocol,
      headers: request?.headers ?? headers,
      requireProtocol,
      tls,
      proxy,
      redirects,
      compression,
      transmitBuffer,
      lookup: this.#lookup,
    });
    return link;
  }

  protected override clock(): number {
    return Date.now();
  }
}
