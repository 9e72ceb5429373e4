import { ErrorId } from '../errors.ts';
import { freeze } from '../freeze.ts';
import { Head } from './head.ts';
import type { OpeningSetup } from './opening.ts';
import type { Proof } from './proof.ts';
import { hasToken, statusOf } from './reading.ts';
import { linesOf, listOf } from './text.ts';

/** What a client asks a server for. Everything is valid already: see `request-options.ts`. */
export interface ClientRequest {
  /** Value of the Host header: name or address, with the port where it is not the scheme's own. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** Subprotocols in order of preference, comma-separated; empty for none. */
  readonly protocol: string;
  /** Further header lines. */
  readonly headers: readonly (readonly [string, string])[];
  /** Whether an answer without a subprotocol is refused when some were offered. */
  readonly requireProtocol: boolean;
}

const enum Interim {
  /** Responses (1xx) that are skipped before it is too many. */
  most = 4,
}

/** Where in `CLIENT_HEADERS` each stands. */
export const enum Field {
  upgrade,
  connection,
  accept,
  protocol,
  extensions,
  location,
  retryAfter,
}

/** The headers of a response that mean something, in the order in which `_headEnd` takes them. */
export const CLIENT_HEADERS: readonly string[] = freeze([
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
  declare private readonly _request: ClientRequest;
  declare private readonly _proof: Proof;
  declare private _accept: string;
  declare private _interim: number;

  /** `names` are those of {@link CLIENT_HEADERS}, and of others behind them. */
  constructor(request: ClientRequest, proof: Proof, setup: OpeningSetup, names = CLIENT_HEADERS) {
    super(names, setup);
    this._request = request;
    this._proof = proof;
    this._interim = 0;
  }

  begin(): void {
    const setup = this.setup;
    const request = this._request;
    const words = new Int32Array(4);
    let isRandom = false;
    for (let i = 0; i < 4; i++) {
      words[i] = setup.random();
      if (words[i] !== words[0]) isRandom = true;
    }
    // A source that repeats itself would give masks that can be predicted (RFC 6455 §10.3).
    if (!isRandom) throw new Error('random');
    const key = this._proof.keyOf(words);
    this._accept = this._proof.acceptOf(key);
    const offer = setup.compression?.offer;
    let text = 'GET ' + request.path + ' HTTP/1.1\r\nHost: ' + request.host;
    text +=
      '\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ' +
      key;
    if (request.protocol) text += '\r\nSec-WebSocket-Protocol: ' + request.protocol;
    if (offer) text += '\r\nSec-WebSocket-Extensions: ' + offer;
    this.text = text + linesOf(request.headers) + '\r\n\r\n';
  }

  /** A client does not answer a bad response. */
  refuses(): boolean {
    return false;
  }

  protected _startLine(line: string): number {
    const status = statusOf(line);
    if (status < 0) return -status;
    this.status = status;
    return 0;
  }

  protected _headEnd(fields: readonly (string | undefined)[]): number {
    const status = this.status;
    if (status !== 101) {
      if (status >= 300) {
        this.location = fields[Field.location] ?? '';
        this.retryAfter = fields[Field.retryAfter] ?? '';
      }
      if (status >= 200) return ErrorId.httpStatus;
      if (++this._interim > Interim.most) return ErrorId.interimTooMany;
      // Another head follows; the bound goes on counting.
      this.fields = undefined;
      this.done = false;
      return 0;
    }
    const accept = fields[Field.accept];
    const protocol = fields[Field.protocol];
    const extensions = fields[Field.extensions];
    const upgrade = fields[Field.upgrade] ?? '';
    // All of the value, which is no list.
    if (upgrade.length !== 9 || !hasToken(upgrade, 'websocket')) return ErrorId.upgradeMissing;
    if (!hasToken(fields[Field.connection] ?? '', 'upgrade')) return ErrorId.connectionMissing;
    if (accept !== this._accept) return accept ? ErrorId.acceptMismatch : ErrorId.acceptMissing;
    if (protocol !== undefined) {
      if (listOf(this._request.protocol).indexOf(protocol) < 0) return ErrorId.subprotocolUnexpected;
      this.protocol = protocol;
    } else if (this._request.requireProtocol) return ErrorId.subprotocolMissing;
    // What is accepted must have been offered (RFC 6455 §4.1, response item 5).
    if (extensions === undefined) return 0;
    return this.setup.compression?.answered(extensions) ?? ErrorId.extensionUnexpected;
  }
}
