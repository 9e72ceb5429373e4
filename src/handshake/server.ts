import { ErrorId } from '../errors.ts';
import { acceptOf, isKey } from './accept.ts';
import { Head } from './head.ts';
import type { OpeningFactory, OpeningSetup } from './opening.ts';
import { type HeaderPairs, hasToken, isFieldValue, isToken, lineOf, listOf } from './text.ts';

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

/** The headers that a server itself wants to see; the first three may be there only once. */
const NAMES: readonly string[] = Object.freeze([
  'host',
  'sec-websocket-key',
  'sec-websocket-version',
  'origin',
  'upgrade',
  'connection',
  'content-length',
  'transfer-encoding',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
]);

/** The server's half of the opening handshake, RFC 6455 §4.2: checks the request and writes the response. */
class ServerHandshake extends Head {
  readonly #policy: ServerPolicy;
  readonly #names: readonly string[];

  constructor(policy: ServerPolicy, setup: OpeningSetup) {
    const names = [...NAMES, ...policy.requestHeaders];
    super(names, setup);
    this.#names = names;
    this.#policy = policy;
  }

  /** A server waits for the request. */
  begin(): void {}

  protected startLine(line: string, cut: boolean): number {
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
    // Visible ASCII. No form of a target has a fragment (RFC 9112 §3.2), and no WebSocket URL (RFC 6455 §3).
    return isTarget && /^[!-~]+$/.test(this.path) && !this.path.includes('#') ? 0 : ErrorId.requestTarget;
  }

  protected override field(fields: (string | undefined)[], index: number, value: string): number {
    if (fields[index] !== undefined) {
      if (index === 0) return ErrorId.hostMissing;
      if (index === 1) return ErrorId.keyInvalid;
      if (index === 2) return this.#refuse(426, ErrorId.versionUnsupported);
    }
    return super.field(fields, index, value);
  }

  protected headEnd(fields: readonly (string | undefined)[]): number {
    const headers = new Map<string, string>();
    fields.forEach((value, index) => {
      if (value !== undefined) headers.set(this.#names[index], value);
    });
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
    return this.#decide(key, headers);
  }

  /** Asks the hook and chooses the subprotocol. */
  #decide(key: string, asked: ReadonlyMap<string, string>): number {
    const offered = listOf(asked.get('sec-websocket-protocol') ?? '');
    const policy = this.#policy;
    const answer = policy.onRequest?.({
      path: this.path,
      host: asked.get('host') ?? '',
      origin: asked.get('origin') ?? '',
      protocols: offered,
      headers: asked,
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
    const { compression } = this.setup;
    const extensions = asked.get('sec-websocket-extensions') ?? '';
    const fault = extensions === '' ? 0 : (compression?.offered(extensions) ?? 0);
    if (fault !== 0) return fault;
    this.protocol = protocol;
    this.status = 101;
    let text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade';
    text += lineOf('Sec-WebSocket-Accept', acceptOf(key));
    if (protocol !== '') text += lineOf('Sec-WebSocket-Protocol', protocol);
    if (compression?.response) text += lineOf('Sec-WebSocket-Extensions', compression.response);
    this.#send(text, headers);
    return 0;
  }

  /** The refusal for `fault`, prepared now if there is none yet. */
  refuses(fault: number): boolean {
    // A request is refused without a response only where the hook has thrown.
    const status = fault === ErrorId.headTooLarge ? 431 : fault === ErrorId.requestRefused ? 500 : 400;
    if (this.head === '') this.#refuse(status, fault);
    return true;
  }

  #refuse(status: number, fault: number, headers?: HeaderPairs): number {
    this.status = status;
    let text = `HTTP/1.1 ${status} ${reasonOf(status)}`;
    if (status === 426) text += '\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
    if (status === 405) text += '\r\nAllow: GET';
    this.#send(`${text}\r\nConnection: close\r\nContent-Length: 0`, headers);
    return fault;
  }

  #send(text: string, headers: HeaderPairs = []): void {
    this.head = text;
    for (const [name, value] of headers) this.head += lineOf(name, value);
    this.head += '\r\n\r\n';
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
