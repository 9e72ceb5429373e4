import { ErrorId } from '../connection/errors.ts';
import { acceptOf, keyOf } from './accept.ts';
import { HeadReader, type HeadSink } from './head.ts';
import type { Opening, OpeningFactory, OpeningSetup } from './opening.ts';
import { type HeaderPairs, HeadText, hasToken, listOf } from './text.ts';

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

/**
 * The client's half of the opening handshake, RFC 6455 §4.1: writes the request and verifies the whole
 * response. A new one is made for every connection.
 */
class ClientHandshake implements HeadSink, Opening {
  text: HeadText | undefined;
  readonly reader: HeadReader;
  /** Status code of the response; 0 before there is one. */
  status = 0;
  /** The subprotocol that the server chose; empty for none. */
  protocol = '';
  /** The Location of a redirection. */
  location = '';
  /** The Retry-After of a refusal, as it was sent. */
  retryAfter = '';
  /** Known to whoever asked. */
  readonly path = '';
  readonly #request: ClientRequest;
  readonly #setup: OpeningSetup;
  #accept = '';
  /** Extensions that the server accepted, of all header lines. */
  #extensions = '';
  #interim = 0;
  #upgrade = false;
  #connection = false;
  #accepted = 0;
  #answers = 0;

  constructor(request: ClientRequest, setup: OpeningSetup) {
    const { scratch, start, end, limit } = setup;
    this.#request = request;
    this.#setup = setup;
    this.reader = new HeadReader(this, scratch, start, end, limit);
  }

  begin(): void {
    const { random, compression } = this.#setup;
    const words = [random() | 0, random() | 0, random() | 0, random() | 0];
    // A source that repeats itself would give masks that can be predicted (RFC 6455 §10.3).
    if (words.every((word) => word === words[0])) throw new Error('the random source repeats itself');
    const key = keyOf(words);
    this.#accept = acceptOf(key);
    this.text = new HeadText(piecesOf(this.#request, key, compression?.offer ?? ''));
  }

  /** A client does not answer a bad response. */
  refuse(): undefined {}

  startLine(line: string): number {
    if (!line.startsWith('HTTP/')) return ErrorId.headMalformed;
    if (!line.startsWith('HTTP/1.1 ')) return ErrorId.httpVersion;
    if (!/^[1-9][0-9][0-9](?: |$)/.test(line.slice(9, 13))) return ErrorId.headMalformed;
    this.status = Number(line.slice(9, 12));
    return 0;
  }

  wants(name: string): boolean {
    switch (name) {
      case 'upgrade':
      case 'connection':
      case 'sec-websocket-accept':
      case 'sec-websocket-protocol':
      case 'sec-websocket-extensions':
        return this.status === 101;
      case 'location':
      case 'retry-after':
        return this.status >= 300;
      default:
        return false;
    }
  }

  header(name: string, value: string): number {
    switch (name) {
      case 'upgrade':
        this.#upgrade = value.toLowerCase() === 'websocket';
        return this.#upgrade ? 0 : ErrorId.upgradeMissing;
      case 'connection':
        if (hasToken(value, 'upgrade')) this.#connection = true;
        return 0;
      case 'sec-websocket-accept':
        if (value === '') return ErrorId.acceptMissing;
        this.#accepted++;
        return value === this.#accept && this.#accepted === 1 ? 0 : ErrorId.acceptMismatch;
      case 'sec-websocket-protocol':
        this.#answers++;
        if (this.#answers !== 1 || !listOf(this.#request.protocol).includes(value))
          return ErrorId.subprotocolUnexpected;
        this.protocol = value;
        return 0;
      case 'sec-websocket-extensions':
        if (value !== '') this.#extensions += this.#extensions === '' ? value : ', ' + value;
        return 0;
      case 'location':
        this.location = value;
        return 0;
      default:
        this.retryAfter = value;
        return 0;
    }
  }

  headEnd(): number {
    const status = this.status;
    if (status !== 101) {
      if (status >= 200) return ErrorId.httpStatus;
      if (++this.#interim > INTERIM_LIMIT) return ErrorId.interimTooMany;
      this.reader.restart();
      return 0;
    }
    if (!this.#upgrade) return ErrorId.upgradeMissing;
    if (!this.#connection) return ErrorId.connectionMissing;
    if (this.#accepted === 0) return ErrorId.acceptMissing;
    const fault = this.#faultOfExtensions();
    if (fault !== 0) return fault;
    if (this.#request.requireProtocol && this.protocol === '') return ErrorId.subprotocolMissing;
    return 0;
  }

  /** What is accepted must have been offered (RFC 6455 §4.1, response item 5). */
  #faultOfExtensions(): number {
    if (this.#extensions === '') return 0;
    return this.#setup.compression?.answered(this.#extensions) ?? ErrorId.extensionUnexpected;
  }
}

/** The option `opening` of a client that asks for `request`, which is valid already. */
export function clientOpening(request: ClientRequest): OpeningFactory {
  return (setup) => new ClientHandshake(request, setup);
}

/** The request of RFC 6455 §4.1 as text; `offer` is the extension to ask for, empty for none. */
function piecesOf(request: ClientRequest, key: string, offer: string): string[] {
  const pieces = ['GET ', request.path, ' HTTP/1.1\r\nHost: ', request.host];
  pieces.push('\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13');
  pieces.push('\r\nSec-WebSocket-Key: ', key);
  if (request.protocol !== '') pieces.push('\r\nSec-WebSocket-Protocol: ', request.protocol);
  if (offer !== '') pieces.push('\r\nSec-WebSocket-Extensions: ', offer);
  for (const [name, value] of request.headers) pieces.push('\r\n', name, ': ', value);
  pieces.push('\r\n\r\n');
  return pieces;
}
