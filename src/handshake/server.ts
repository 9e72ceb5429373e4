import type { Compression } from '../connection/compression.ts';
import { ErrorId } from '../connection/errors.ts';
import { acceptOf, isKey } from './accept.ts';
import { HeadReader, type HeadSink } from './head.ts';
import type { Opening, OpeningFactory, OpeningSetup } from './opening.ts';
import { type HeaderPairs, HeadText, hasToken, isFieldValue, isToken, isVisible, listOf } from './text.ts';

/** What a client asked for, as the server's hook sees it. */
export interface ServerRequest {
  /** Request target: path and query. */
  readonly path: string;
  readonly host: string;
  /** The Origin header; empty when there was none (RFC 6455 §10.2). */
  readonly origin: string;
  /** Offered subprotocols in the client's order. */
  readonly protocols: readonly string[];
  /** The headers that the option `requestHeaders` asked for, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What the hook answers; nothing at all accepts the request. */
export interface ServerAnswer {
  /** A status from 300 to 599 refuses; anything else accepts. */
  readonly status?: number;
  /** The subprotocol to choose; one that was not offered is an error. Default: the first offered that is known. */
  readonly protocol?: string;
  /** Further header lines of the response. */
  readonly headers?: HeaderPairs;
}

export type RequestHook = (request: ServerRequest) => ServerAnswer | undefined | void;

/** How a server answers handshakes. */
export interface ServerPolicy {
  /** Subprotocols that this server speaks. */
  readonly protocols: readonly string[];
  /** Names (lower case) of further request headers that the hook wants to see. */
  readonly requestHeaders: readonly string[];
  /** Decides about origin, path, credentials and subprotocol. */
  readonly onRequest: RequestHook | undefined;
}

/** The server's half of the opening handshake, RFC 6455 §4.2: checks the request and writes the response. */
class ServerHandshake implements HeadSink, Opening {
  readonly reader: HeadReader;
  /** The response, from the end of the head on, or from the fault on. */
  text: HeadText | undefined;
  /** Status of the response; 0 before it is decided. */
  status = 0;
  /** The subprotocol that was chosen; empty for none. */
  protocol = '';
  path = '';
  /** Of interest to clients only. */
  readonly location = '';
  readonly retryAfter = '';
  readonly #policy: ServerPolicy;
  readonly #compression: Compression | undefined;
  readonly #headers = new Map<string, string>();

  constructor(policy: ServerPolicy, setup: OpeningSetup) {
    const { scratch, start, end, limit, compression } = setup;
    this.#compression = compression;
    this.#policy = policy;
    this.reader = new HeadReader(this, scratch, start, end, limit);
  }

  /** A server waits for the request. */
  begin(): void {}

  startLine(line: string, cut: boolean): number {
    const space = line.indexOf(' ');
    const last = line.lastIndexOf(' ');
    if (cut) return this.#refuse(414, ErrorId.headTooLarge);
    if (space <= 0 || last === space || !isToken(line.slice(0, space))) return ErrorId.headMalformed;
    const version = line.slice(last + 1);
    if (!version.startsWith('HTTP/')) return ErrorId.headMalformed;
    if (version !== 'HTTP/1.1') return ErrorId.httpVersion;
    if (line.slice(0, space) !== 'GET') return this.#refuse(405, ErrorId.requestMethod);
    this.path = line.slice(space + 1, last);
    const isTarget = this.path[0] === '/' || this.path.includes('://');
    // No form of a target has a fragment (RFC 9112 §3.2), and no WebSocket URL (RFC 6455 §3).
    return isTarget && isVisible(this.path) && !this.path.includes('#') ? 0 : ErrorId.requestTarget;
  }

  wants(name: string): boolean {
    switch (name) {
      case 'host':
      case 'origin':
      case 'upgrade':
      case 'connection':
      case 'content-length':
      case 'transfer-encoding':
      case 'sec-websocket-key':
      case 'sec-websocket-version':
      case 'sec-websocket-protocol':
      case 'sec-websocket-extensions':
        return true;
      default:
        return this.#policy.requestHeaders.includes(name);
    }
  }

  header(name: string, value: string): number {
    const before = this.#headers.get(name);
    if (before === undefined) this.#headers.set(name, value);
    else if (name === 'host') return ErrorId.hostMissing;
    else if (name === 'sec-websocket-key') return ErrorId.keyInvalid;
    else if (name === 'sec-websocket-version') return this.#refuse(426, ErrorId.versionUnsupported);
    else this.#headers.set(name, before + ', ' + value);
    return 0;
  }

  headEnd(): number {
    const headers = this.#headers;
    if (!headers.get('host')) return ErrorId.hostMissing;
    if (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) !== 0) {
      return ErrorId.requestBody;
    }
    if (!hasToken(headers.get('upgrade') ?? '', 'websocket'))
      return this.#refuse(426, ErrorId.upgradeMissing);
    if (!hasToken(headers.get('connection') ?? '', 'upgrade')) return ErrorId.connectionMissing;
    if (headers.get('sec-websocket-version') !== '13') return this.#refuse(426, ErrorId.versionUnsupported);
    const key = headers.get('sec-websocket-key') ?? '';
    if (!isKey(key)) return ErrorId.keyInvalid;
    return this.#decide(key);
  }

  /** Asks the hook and chooses the subprotocol. */
  #decide(key: string): number {
    const offered = listOf(this.#headers.get('sec-websocket-protocol') ?? '');
    const policy = this.#policy;
    const answer = policy.onRequest?.({
      path: this.path,
      host: this.#headers.get('host') ?? '',
      origin: this.#headers.get('origin') ?? '',
      protocols: offered,
      headers: this.#headers,
    });
    const status = answer?.status ?? 101;
    const headers: (readonly [string, string])[] = [];
    // What the hook took from the request must not become further lines of the response.
    for (const [name, value] of answer?.headers ?? []) {
      if (!isToken(name) || !isFieldValue(value)) return this.#refuse(500, ErrorId.headerInvalid);
      headers.push([name, value]);
    }
    if (status >= 300 && status < 600) return this.#refuse(status, ErrorId.requestRefused, headers);
    const protocol = answer?.protocol ?? offered.find((name) => policy.protocols.includes(name)) ?? '';
    if (protocol !== '' && !offered.includes(protocol)) {
      return this.#refuse(500, ErrorId.subprotocolUnexpected);
    }
    const compression = this.#compression;
    const extensions = this.#headers.get('sec-websocket-extensions') ?? '';
    const fault = extensions === '' ? 0 : (compression?.offered(extensions) ?? 0);
    if (fault !== 0) return fault;
    this.protocol = protocol;
    this.status = 101;
    const pieces = ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade'];
    pieces.push('\r\nSec-WebSocket-Accept: ', acceptOf(key));
    if (protocol !== '') pieces.push('\r\nSec-WebSocket-Protocol: ', protocol);
    const extension = compression?.response ?? '';
    if (extension !== '') pieces.push('\r\nSec-WebSocket-Extensions: ', extension);
    this.#send(pieces, headers);
    return 0;
  }

  /** The refusal for `fault`, prepared now if there is none yet. */
  refuse(fault: number): HeadText {
    // A request is refused without a response only where the hook has thrown.
    const status = fault === ErrorId.headTooLarge ? 431 : fault === ErrorId.requestRefused ? 500 : 400;
    if (this.text === undefined) this.#refuse(status, fault);
    return this.text as HeadText;
  }

  #refuse(status: number, fault: number, headers?: HeaderPairs): number {
    this.status = status;
    const pieces = ['HTTP/1.1 ', String(status), ' ', reasonOf(status)];
    if (status === 426) pieces.push('\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13');
    if (status === 405) pieces.push('\r\nAllow: GET');
    pieces.push('\r\nConnection: close\r\nContent-Length: 0');
    this.#send(pieces, headers);
    return fault;
  }

  #send(pieces: string[], headers: HeaderPairs | undefined): void {
    if (headers !== undefined) for (const [name, value] of headers) pieces.push('\r\n', name, ': ', value);
    pieces.push('\r\n\r\n');
    this.text = new HeadText(pieces);
  }
}

/** The option `opening` of a server that answers by `policy`. */
export function serverOpening(policy: ServerPolicy): OpeningFactory {
  return (setup) => new ServerHandshake(policy, setup);
}

/** Reason phrases of the statuses that this endpoint itself answers with; they say nothing to a program. */
function reasonOf(status: number): string {
  switch (status) {
    case 400:
      return 'Bad Request';
    case 401:
      return 'Unauthorized';
    case 403:
      return 'Forbidden';
    case 404:
      return 'Not Found';
    case 405:
      return 'Method Not Allowed';
    case 414:
      return 'URI Too Long';
    case 426:
      return 'Upgrade Required';
    case 431:
      return 'Request Header Fields Too Large';
    case 500:
      return 'Internal Server Error';
    case 503:
      return 'Service Unavailable';
    default:
      return 'Refused';
  }
}
