import { ErrorId } from '../errors.ts';
import { Rule, wellFormed } from './grammar.ts';
import { isKey } from './is-key.ts';
import { hasToken, trim } from './reading.ts';

/** What a client asked for, as the server's hook sees it. */
export interface ServerRequest {
  /** Path and query. */
  readonly path: string;
  /** Name or address of the server as the client knows it, with a port where it is not the scheme's own. */
  readonly host: string;
  /** The Origin header; empty when there was none (RFC 6455 §10.2). */
  readonly origin: string;
  /** Offered subprotocols in the client's order: different tokens. */
  readonly protocols: readonly string[];
  /** The headers that the option `requestHeaders` asked for, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The headers that a server itself wants to see. */
export const SERVER_HEADERS: readonly string[] = Object.freeze([
  'host',
  'sec-websocket-key',
  'sec-websocket-version',
  'origin',
  'content-length',
  'upgrade',
  'connection',
  'transfer-encoding',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
]);

/** What a second header of the same name is, for the first of {@link SERVER_HEADERS}. */
export const DOUBLED: readonly number[] = Object.freeze([
  ErrorId.hostMissing,
  ErrorId.keyInvalid,
  ErrorId.versionUnsupported,
  ErrorId.headMalformed,
  ErrorId.requestBody,
]);

/** Whether `text` is one digit 0 or more. */
function isZero(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text[i] !== '0') return false;
  return text !== '';
}

/** Checks the headers of a request, RFC 6455 §4.2.1; returns an error id, or 0. */
export function faultOfHeaders(headers: ReadonlyMap<string, string>): number {
  if (wellFormed(Rule.authority, headers.get('host')) === undefined) return ErrorId.hostMissing;
  // A length that is no number would be read differently by different readers (RFC 9112 §6.3). Any number of digits is one
  // (RFC 9110 §8.6), as long as all of them are 0: a request to open has no body.
  if (headers.has('transfer-encoding') || !isZero(headers.get('content-length') ?? '0'))
    return ErrorId.requestBody;
  if (!hasToken(headers.get('upgrade') ?? '', 'websocket')) return ErrorId.upgradeMissing;
  if (!hasToken(headers.get('connection') ?? '', 'upgrade')) return ErrorId.connectionMissing;
  if (headers.get('sec-websocket-version') !== '13') return ErrorId.versionUnsupported;
  if (!isKey(headers.get('sec-websocket-key') ?? '')) return ErrorId.keyInvalid;
  // One origin, not a list of them.
  const origin = headers.get('origin') ?? '';
  if (origin.indexOf(' ') >= 0 || origin.indexOf('\t') >= 0 || origin.indexOf(',') >= 0)
    return ErrorId.headMalformed;
  return 0;
}

const enum Most {
  /** Subprotocols that a request may offer: a list of thousands would fill the memory of a device. */
  subprotocols = 64,
}

/** The offered subprotocols; an error id unless they are different tokens, at least one (RFC 6455 §11.3.4, §4.3). */
export function offeredIn(headers: ReadonlyMap<string, string>): readonly string[] | number {
  const offered: string[] = [];
  const list = headers.get('sec-websocket-protocol');
  if (list === undefined) return offered;
  for (let from = 0; from <= list.length;) {
    const comma = list.indexOf(',', from);
    const to = comma < 0 ? list.length : comma;
    const name = trim(list.slice(from, to));
    from = to + 1;
    if (name === '') continue;
    if (wellFormed(Rule.token, name) === undefined || offered.indexOf(name) >= 0)
      return ErrorId.headMalformed;
    if (offered.length === (Most.subprotocols as number)) return ErrorId.headTooLarge;
    offered.push(name);
  }
  return offered.length > 0 ? offered : ErrorId.headMalformed;
}
