import { ErrorId } from '../errors.ts';
import { Rule, wellFormed } from './grammar.ts';
import { Head } from './head.ts';
import { isExtensionList } from './is-extension-list.ts';
import type { Opening, OpeningSetup } from './opening.ts';
import { HandshakeHeaders } from './handshake-headers.ts';
import { type HandshakeOutcome, keptOf } from './outcome.ts';
import type { Proof } from './proof.ts';
import { targetOf } from './request-target.ts';
import { refusalOf } from './response.ts';
import { type Decision, decisionOf } from './server-answer.ts';
import { DOUBLED, faultOfHeaders, offeredIn, SERVER_HEADERS, type ServerRequest } from './server-request.ts';
import { lineOf, linesOf } from './text.ts';

/** The status that a fault is answered with; the hook's where it refuses. */
function statusOf(fault: number): number {
  switch (fault) {
    case ErrorId.requestMethod:
      return 405;
    case ErrorId.upgradeMissing:
    case ErrorId.versionUnsupported:
      return 426;
    case ErrorId.headTooLarge:
      return 431;
    // The fault is the hook's, or there is none but that it threw.
    case ErrorId.requestRefused:
    case ErrorId.headerInvalid:
    case ErrorId.subprotocolUnexpected:
      return 500;
    default:
      return 400;
  }
}

/** The first of `offered` that is one of `known`; '' for none. */
function firstOf(offered: readonly string[], known: readonly string[]): string {
  for (let i = 0; i < offered.length; i++) if (known.indexOf(offered[i]) >= 0) return offered[i];
  return '';
}

/** Of `headers` those whose names are `wanted`. */
function wantedOf(headers: HandshakeHeaders, wanted: readonly string[]): HandshakeHeaders {
  const known = new HandshakeHeaders();
  for (const name of wanted) {
    const value = headers.get(name);
    if (value !== undefined) known.set(name, value);
  }
  return known;
}

/**
 * The server's half of the opening handshake, RFC 6455 §4.2, in three steps, each of which can be the last one for now:
 * `read` the request whole and sound, `decide` about it, and respond in a connection's name, whose compression is
 * negotiated then. A connection that is made with it makes the third step by a `read` of whatever there is, be it nothing.
 */
export class ServerHandshake extends Head {
  private readonly _headerNames: readonly string[];
  private readonly _wanted: readonly string[];
  private readonly _protocols: readonly string[];
  private readonly _proof: Proof;
  private _hasSkipped = false;
  private _authority: string | undefined;
  private _key = '';
  /** What the client asks for, once the request is whole and sound. */
  request: ServerRequest | undefined;
  /** Its offer of extensions; undefined for none. */
  offer: string | undefined;
  /** The extensions that were agreed on. */
  extensions = '';
  /** Those of its headers that were asked for, if any were. */
  headers: HandshakeHeaders | undefined;
  kept: HandshakeOutcome | undefined;
  private _decision: Decision | undefined;

  /** `requestHeaders` are names (lower case) of further headers to be read, `protocols` the subprotocols spoken here. */
  constructor(
    requestHeaders: readonly string[],
    protocols: readonly string[],
    proof: Proof,
    setup: OpeningSetup,
  ) {
    const names = [...SERVER_HEADERS, ...requestHeaders];
    super(names, setup);
    this._headerNames = names;
    this._wanted = requestHeaders;
    this._protocols = protocols;
    this._proof = proof;
  }

  /** A server waits for the request. */
  begin(): void {}

  /** Goes on as the opening of the connection that `setup` is of. */
  continueIn(setup: OpeningSetup): Opening {
    this.setup = setup;
    return this;
  }

  override read(bytes: Uint8Array, from: number, to: number): number {
    let position = from;
    if (!this.done) {
      position = super.read(bytes, from, to);
      if (position < 0 || !this.done) return position;
      const fault = this.whole();
      if (fault !== 0) return -fault;
    }
    if (this._decision === undefined) return position;
    const fault = this._respond(this._decision);
    return fault === 0 ? position : -fault;
  }

  /** The request is whole and sound: a subclass may decide at once. Returns an error id, or 0. */
  protected whole(): number {
    return 0;
  }

  /** Takes what the hook answered. Returns an error id, or 0 if the request is accepted. Throws only what `answer` throws. */
  decide(answer: unknown): number {
    const decision = decisionOf(answer);
    if (typeof decision === 'number') return decision;
    const { status, headers } = decision;
    if (status !== 101) {
      this._refuse(status, headers);
      return ErrorId.requestRefused;
    }
    const offered = this.request!.protocols;
    const protocol = decision.protocol ?? firstOf(offered, this._protocols);
    if (protocol !== '' && offered.indexOf(protocol) < 0) return ErrorId.subprotocolUnexpected;
    this.protocol = protocol;
    this._decision = decision;
    return 0;
  }

  /** What refuses the request, if `refuses` was asked. */
  get refusal(): string {
    return this.text;
  }

  /** Refuses by `status` in place of what a fault would be answered with. */
  refuseWith(status: number): void {
    this._refuse(status);
  }

  /** Prepares the refusal for `fault`, if there is none yet. */
  refuses(fault: number): boolean {
    // Too large in its first line, it is the target that is too long (RFC 9112 §3).
    const isTarget = fault === ErrorId.headTooLarge && this.fields === undefined;
    if (this.text === '') this._refuse(isTarget ? 414 : statusOf(fault));
    return true;
  }

  protected _startLine(line: string, isCut: boolean): number {
    if (line === '' && !this._hasSkipped) {
      // One empty line is skipped (RFC 9112 §2.2).
      this._hasSkipped = true;
      this.fields = undefined;
      return 0;
    }
    if (isCut) {
      this._refuse(414);
      return ErrorId.headTooLarge;
    }
    const space = line.indexOf(' ');
    let last = line.length - 1;
    while (last >= 0 && line[last] !== ' ') last--;
    if (last === space || wellFormed(Rule.token, line.slice(0, space)) === undefined)
      return ErrorId.headMalformed;
    const version = line.slice(last + 1);
    if (!version.startsWith('HTTP/')) return ErrorId.headMalformed;
    if (version !== 'HTTP/1.1') return ErrorId.httpVersion;
    if (line.slice(0, space) !== 'GET') return ErrorId.requestMethod;
    const target = targetOf(line.slice(space + 1, last));
    if (target === undefined) return ErrorId.requestTarget;
    this.path = target.path;
    this._authority = target.authority;
    return 0;
  }

  protected override field(fields: (string | undefined)[], index: number, value: string): number {
    if (index < DOUBLED.length && fields[index] !== undefined) return DOUBLED[index];
    return super.field(fields, index, value);
  }

  protected _headEnd(fields: readonly (string | undefined)[]): number {
    const headers = new HandshakeHeaders();
    fields.forEach((value, index) => {
      if (value !== undefined) headers.set(this._headerNames[index], value);
    });
    const fault = faultOfHeaders(headers);
    if (fault !== 0) return fault;
    const protocols = offeredIn(headers);
    if (typeof protocols === 'number') return protocols;
    // Without one the request has been refused.
    this._key = headers.get('sec-websocket-key')!;
    this.offer = headers.get('sec-websocket-extensions');
    // Else compression reads it once the request is accepted.
    if (this.offer !== undefined && this.setup.compression === undefined && !isExtensionList(this.offer))
      return ErrorId.extensionInvalid;
    if (this._wanted.length !== 0) this.headers = wantedOf(headers, this._wanted);
    this.request = {
      path: this.path,
      host: this._authority ?? headers.get('host')!,
      origin: headers.get('origin') ?? '',
      protocols,
      headers,
    };
    return 0;
  }

  /** Writes the response that accepts. Returns an error id, or 0. */
  private _respond({ headers }: Decision): number {
    const { offer, protocol } = this;
    const { compression } = this.setup;
    const fault = offer === undefined ? 0 : (compression?.offered(offer) ?? 0);
    if (fault !== 0) return fault;
    this.status = 101;
    this.extensions = compression?.response ?? '';
    this.kept = keptOf(this, this.extensions, this.headers);
    let text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade';
    text += lineOf('Sec-WebSocket-Accept', this._proof.acceptOf(this._key));
    if (protocol !== '') text += lineOf('Sec-WebSocket-Protocol', protocol);
    if (compression?.response) text += lineOf('Sec-WebSocket-Extensions', compression.response);
    this.text = `${text}${linesOf(headers)}\r\n\r\n`;
    return 0;
  }

  private _refuse(status: number, headers?: Decision['headers']): void {
    this.status = status;
    this.text = refusalOf(status, headers);
  }
}
