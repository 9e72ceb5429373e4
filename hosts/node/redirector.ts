import { Buffer } from 'node:buffer';
import { ErrorId } from '../../src/errors.ts';
import type { ClientRequest } from '../../src/handshake/client-handshake.ts';
import type { HandshakeHeaders } from '../../src/handshake/handshake-headers.ts';
import { KeepingHandshake } from '../../src/handshake/keeping-handshake.ts';
import type { HandshakeOutcome } from '../../src/handshake/outcome.ts';
import type { Opening, OpeningFactory, OpeningSetup } from '../../src/handshake/opening.ts';
import { type RequestOptions, requestOf } from '../../src/handshake/request-options.ts';
import type { Transport, TransportFactory, TransportSink } from '../../src/host.ts';
import type { Destination } from './destination.ts';
import { nodeHost } from './host.ts';
import { followed, headersFor, isRedirection, isSameServer, tlsFor } from './redirection.ts';
import { type Route, transportTo } from './transport/route.ts';

/** What every hop asks for. */
type Asked = Pick<RequestOptions, 'protocol' | 'requireProtocol' | 'headers'>;

interface Settings extends Route {
  /** Most redirections to follow. */
  readonly redirects: number;
}

/** The opening handshake of the hop that is asked now: the connection sees one handshake, whose answer is the last hop's. */
class FollowingOpening implements Opening {
  readonly #redirector: Redirector;
  readonly #setup: OpeningSetup;
  readonly #wanted: readonly string[];
  #hop: KeepingHandshake;
  /** The whole request has been taken from here. */
  isAsked = false;

  constructor(
    redirector: Redirector,
    setup: OpeningSetup,
    request: ClientRequest,
    wanted: readonly string[],
  ) {
    this.#redirector = redirector;
    this.#setup = setup;
    this.#wanted = wanted;
    this.#hop = new KeepingHandshake(request, nodeHost.proof, setup, wanted);
  }

  /** Goes on with a new handshake, with a key of its own. */
  turnTo(request: ClientRequest): void {
    this.#hop = new KeepingHandshake(request, nodeHost.proof, this.#setup, this.#wanted);
  }

  begin(): void {
    this.#hop.begin();
  }

  next(): number {
    const octet = this.#hop.next();
    if (octet < 0) this.isAsked = true;
    return octet;
  }

  read(bytes: Uint8Array, from: number, to: number): number {
    const position = this.#hop.read(bytes, from, to);
    if (position !== -ErrorId.httpStatus) return position;
    const fault = this.#redirector.follow(this.#hop.status, this.#hop.location);
    // What comes behind the head of a redirection is for nobody.
    return fault === ErrorId.none ? to : -fault;
  }

  refuses(): boolean {
    return this.#hop.refuses();
  }

  get done(): boolean {
    return this.#hop.done;
  }
  get status(): number {
    return this.#hop.status;
  }
  get protocol(): string {
    return this.#hop.protocol;
  }
  get location(): string {
    return this.#hop.location;
  }
  get retryAfter(): string {
    return this.#hop.retryAfter;
  }
  get path(): string {
    return this.#hop.path;
  }
  get extensions(): string {
    return this.#hop.extensions;
  }
  get headers(): HandshakeHeaders | undefined {
    return this.#hop.headers;
  }
  get kept(): HandshakeOutcome | undefined {
    return this.#hop.kept;
  }
}

/**
 * Follows redirections of the opening handshake: below the connection, which has one handshake within one deadline, the
 * transport is replaced by one to where the server leads, and asked anew. What only the server may know that was asked first
 * (Authorization, cookies, keys, a client certificate) does not go to another one.
 */
export class Redirector implements Transport, TransportSink {
  #at: Destination;
  #asked: Asked;
  #settings: Settings;
  #left: number;
  readonly #request: ClientRequest;
  #opening!: FollowingOpening;
  #sink!: TransportSink;
  #transport!: Transport;
  /** The request of a later hop while it is sent, from `#sent` on. */
  #text: Uint8Array | undefined;
  #sent = 0;
  /** The last write was taken as a whole: nothing of the first request is left. */
  #isTaken = true;
  #isFirst = true;
  readonly #wanted: readonly string[];

  /** `wanted`: names of the response's headers that are kept. */
  constructor(
    at: Destination,
    request: ClientRequest,
    asked: Asked,
    settings: Settings,
    wanted: readonly string[],
  ) {
    this.#wanted = wanted;
    this.#at = at;
    this.#request = request;
    this.#asked = asked;
    this.#settings = settings;
    this.#left = settings.redirects;
  }

  /** The option `opening` of the connection. */
  readonly opening: OpeningFactory = (setup) =>
    (this.#opening = new FollowingOpening(this, setup, this.#request, this.#wanted));

  /** What makes its transport. */
  readonly connect: TransportFactory = (sink) => {
    this.#sink = sink;
    this.#transport = this.#open();
    return this;
  };

  #open(): Transport {
    return transportTo(this.#at, this.#settings)(this);
  }

  /** The server answered with `status`: turns to `location`, and returns 0, or the error id of why not. */
  follow(status: number, location: string): ErrorId {
    // An answer to half a request is none that can be acted on.
    const isWhole = this.#opening.isAsked && this.#isTaken && this.#text === undefined;
    if (!isRedirection(status, location) || !isWhole) return ErrorId.httpStatus;
    if (this.#left === 0) return ErrorId.redirectsTooMany;
    const to = followed(this.#at, location);
    if (to === undefined) return ErrorId.redirectRefused;
    if (!isSameServer(this.#at, to)) {
      this.#asked = { ...this.#asked, headers: headersFor([...(this.#asked.headers as [string, string][])]) };
      this.#settings = { ...this.#settings, tls: tlsFor(this.#settings.tls) };
    }
    this.#left -= 1;
    this.#isFirst = false;
    this.#at = to;
    this.#transport.close();
    try {
      this.#opening.turnTo(requestOf({ ...to, ...this.#asked }));
      this.#transport = this.#open();
    } catch {
      return ErrorId.redirectRefused;
    }
    return ErrorId.none;
  }

  // --- For the transport of the hop ----------------------------------------------------------------------

  transportOpened(): void {
    if (this.#isFirst) return this.#sink.transportOpened();
    const octets: number[] = [];
    try {
      this.#opening.begin();
    } catch {
      this.#transport.close();
      return this.#sink.transportClosed(ErrorId.randomFailed);
    }
    for (let octet = this.#opening.next(); octet >= 0; octet = this.#opening.next()) octets.push(octet);
    this.#text = Buffer.from(octets);
    this.#sent = 0;
    this.#send(0);
  }

  /** Sends the request of a later hop; `sent` octets of it have left meanwhile. */
  #send(sent: number): void {
    const text = this.#text!;
    this.#sent += sent;
    while (this.#sent < text.length) {
      const taken = this.#transport.write(text, this.#sent, text.length);
      // It tells of more room, or of its end.
      if (taken <= 0) return;
      this.#sent += taken;
    }
    this.#text = undefined;
  }

  transportReceived(bytes: Uint8Array, start: number, end: number): number {
    return this.#sink.transportReceived(bytes, start, end);
  }

  transportWritable(sent: number): void {
    if (this.#text !== undefined) this.#send(sent);
    else {
      this.#isTaken = true;
      this.#sink.transportWritable(sent);
    }
  }

  transportClosed(failure: number, reason?: unknown): void {
    this.#sink.transportClosed(failure, reason);
  }

  // --- For the connection --------------------------------------------------------------------------------

  write(bytes: Uint8Array, start: number, end: number): number {
    const taken = this.#transport.write(bytes, start, end);
    this.#isTaken = taken === end - start;
    return taken;
  }

  get remoteAddress(): string | undefined {
    return this.#transport.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#transport.remotePort;
  }

  resume(): void {
    this.#transport.resume();
  }

  end(): void {
    this.#transport.end();
  }

  close(): void {
    this.#transport?.close();
  }
}
