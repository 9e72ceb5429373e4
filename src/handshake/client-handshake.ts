import { ErrorId } from '../errors.ts';
import { Head } from './head.ts';
import type { OpeningSetup } from './opening.ts';
import type { Proof } from './proof.ts';
import { type HeaderPairs, hasToken, lineOf, listOf } from './text.ts';

/** What a client asks a server for. Everything is valid already: see `request-options.ts`. */
export interface ClientRequest {
  /** Value of the Host header: name or address, with the port where it is not the scheme's own. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** Subprotocols in order of preference, comma-separated; empty for none. */
  readonly protocol: string;
  /** Further header lines. */
  readonly headers: HeaderPairs;
  /** Whether an answer without a subprotocol is refused when some were offered. */
  readonly requireProtocol: boolean;
}

/** Interim responses (1xx) that are skipped before it is too many. */
const INTERIM_LIMIT = 4;

/** The headers of a response that mean something, in the order in which `headEnd` takes them. */
const NAMES: readonly string[] = Object.freeze([
  'upgrade',
  'connection',
  'sec-websocket-accept',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
  'location',
  'retry-after',
]);

/**
 * The client's half of the opening handshake, RFC 6455 §4.1: writes the request and verifies the whole
 * response. A new one is made for every connection.
 */
export class ClientHandshake extends Head {
  readonly #request: ClientRequest;
  readonly #proof: Proof;
  #accept = '';
  #interim = 0;

  constructor(request: ClientRequest, proof: Proof, setup: OpeningSetup) {
    super(NAMES, setup);
    this.#request = request;
    this.#proof = proof;
  }

  begin(): void {
    const { random, compression } = this.setup;
    const { host, path, protocol, headers } = this.#request;
    const words = Int32Array.of(random(), random(), random(), random());
    // A source that repeats itself would give masks that can be predicted (RFC 6455 §10.3).
    if (words.every((word) => word === words[0])) throw new Error('random');
    const key = this.#proof.keyOf(words);
    const offer = compression?.offer;
    this.#accept = this.#proof.acceptOf(key);
    let text = `GET ${path} HTTP/1.1${lineOf('Host', host)}`;
    text += '\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13';
    text += lineOf('Sec-WebSocket-Key', key);
    if (protocol) text += lineOf('Sec-WebSocket-Protocol', protocol);
    if (offer) text += lineOf('Sec-WebSocket-Extensions', offer);
    for (const [name, value] of headers) text += lineOf(name, value);
    this.head = `${text}\r\n\r\n`;
  }

  /** A client does not answer a bad response. */
  refuses(): boolean {
    return false;
  }

  protected startLine(line: string): number {
    if (!line.startsWith('HTTP/')) return ErrorId.headMalformed;
    if (!line.startsWith('HTTP/1.1 ')) return ErrorId.httpVersion;
    if (!/^[1-9]\d\d( |$)/.test(line.slice(9, 13))) return ErrorId.headMalformed;
    this.status = Number(line.slice(9, 12));
    return 0;
  }

  protected headEnd(fields: readonly (string | undefined)[]): number {
    const [upgrade = '', connection = '', accept = '', protocol, extensions, location = '', retryAfter = ''] =
      fields;
    const { status } = this;
    if (status !== 101) {
      if (status >= 300) Object.assign(this, { location, retryAfter });
      if (status >= 200) return ErrorId.httpStatus;
      if (++this.#interim > INTERIM_LIMIT) return ErrorId.interimTooMany;
      // Another head follows; the bound goes on counting.
      this.fields = undefined;
      this.done = false;
      return 0;
    }
    if (upgrade.toLowerCase() !== 'websocket') return ErrorId.upgradeMissing;
    if (!hasToken(connection, 'upgrade')) return ErrorId.connectionMissing;
    if (accept !== this.#accept) return accept === '' ? ErrorId.acceptMissing : ErrorId.acceptMismatch;
    if (protocol !== undefined) {
      if (!listOf(this.#request.protocol).includes(protocol)) return ErrorId.subprotocolUnexpected;
      this.protocol = protocol;
    } else if (this.#request.requireProtocol) return ErrorId.subprotocolMissing;
    // What is accepted must have been offered (RFC 6455 §4.1, response item 5).
    return extensions ? (this.setup.compression?.answered(extensions) ?? ErrorId.extensionUnexpected) : 0;
  }
}
