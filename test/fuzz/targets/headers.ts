import * as ws from 'ws';
import { ErrorId, RingletError } from '../../../src/errors.ts';
import { ExtensionList } from '../../../src/handshake/extension-header.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { offeredIn } from '../../../src/handshake/server-request.ts';
import { retryAfterOf } from '../../../src/uplink/retry-after.ts';
import { random, restart, type Target } from './reading.ts';
import { negotiateServer } from './negotiate.ts';

const { extension, subprotocol } = ws as unknown as {
  extension: {
    parse(header: string): Readonly<Record<string, readonly Record<string, readonly unknown[]>[]>>;
  };
  subprotocol: { parse(header: string): Set<string> };
};

const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

/** What `parse` makes of `header`; undefined for a SyntaxError. */
function parsed<Result>(parse: (header: string) => Result, header: string): Result | undefined {
  try {
    return parse(header);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Lists as RFC 9110 §5.6.1.2 wants them read: empty elements are skipped, and so are blanks between
 * tokens (RFC 6455 §9.1: the implied *LWS of RFC 2616); `ws` refuses both. Without them it has to judge the same.
 */
const tidy = (header: string): string =>
  header
    .replace(/[ \t]*([;=])[ \t]*/g, '$1')
    .split(',')
    .map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((element) => element !== '')
    .join(', ');

/** An offer or an answer of extensions: what is agreed is within what either side has. */
export const negotiation: Target = (octets) => negotiateServer(textOf(octets));

/** Sec-WebSocket-Extensions: what is an extension, and what its parameters are. */
export const extensionList: Target = (octets) => {
  const header = textOf(octets);
  const list = new ExtensionList(header);
  const ours: Record<string, [string, unknown][][]> = {};
  let each = list.next();
  for (; each; each = list.next())
    (ours[each.name] ??= []).push(each.parameters.map(({ name, value }) => [name, value ?? true]));
  // A comma in quotes ends no element; what is no token may not stand in quotes.
  const theirs = (header.match(/"[^"]*"?/g) ?? []).some((quoted) => quoted.includes(','))
    ? undefined
    : parsed(extension.parse, tidy(header));
  if (each === null) {
    if (theirs !== undefined) throw new Error('ws takes it');
    return;
  }
  if (theirs === undefined) throw new Error('ws refuses it');
  // In theirs the values of a name stand together; and of more than five parameters ours keeps five.
  const gathered = Object.entries(ours).map(([name, offers]) => [
    name,
    offers.map((parameters) => {
      const values: Record<string, unknown[]> = {};
      for (const [key, value] of parameters) (values[key] ??= []).push(value);
      return values;
    }),
  ]);
  const count = (offer: Record<string, readonly unknown[]>): number => Object.values(offer).flat().length;
  const expected = Object.entries(theirs);
  if (expected.some(([, offers]) => offers.some((offer) => count(offer) > 5))) return;
  if (JSON.stringify(gathered) !== JSON.stringify(expected))
    throw new Error(`${JSON.stringify(gathered)} instead of ${JSON.stringify(expected)}`);
};

/** Sec-WebSocket-Protocol of a request: different tokens. */
export const protocolList: Target = (octets) => {
  const header = textOf(octets);
  const ours = offeredIn(new Map([['sec-websocket-protocol', header]]));
  const theirs = parsed(subprotocol.parse, tidy(header));
  if (typeof ours === 'number') {
    // A bound of ours.
    if (ours !== ErrorId.headTooLarge && theirs !== undefined) throw new Error('ws takes it');
  } else if (theirs === undefined) throw new Error('ws refuses it');
  else if (ours.join() !== [...theirs].join())
    throw new Error(`${ours.join()} instead of ${[...theirs].join()}`);
};

/**
 * What an application says about its request: host, path, subprotocols, then lines `name: value`. What is taken makes a head that
 * has these lines, each whole, and no other.
 */
export const requestOptions: Target = (octets) => {
  const [host, path, protocol, ...lines] = textOf(octets).split('\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
  });
  let request: ReturnType<typeof requestOf>;
  try {
    request = requestOf({ host, path: path === '' ? undefined : path, protocol, headers });
  } catch (error) {
    if (!(error instanceof RingletError)) throw error;
    for (const secret of [host, path, ...headers.map(([, value]) => value)])
      if (secret !== undefined && secret.length > 8 && error.message.includes(secret))
        throw new Error(`the error repeats what was given: ${error.message}`);
    return;
  }
  restart();
  const opening = clientOpening(request)({
    random,
    limit: 8192,
    longestLine: 8192,
    compression: undefined,
  });
  opening.begin();
  const sent: number[] = [];
  for (let octet = opening.next(); octet >= 0; octet = opening.next()) sent.push(octet);
  const text = Buffer.from(sent).toString('latin1');
  if (!text.endsWith('\r\n\r\n')) throw new Error('the head does not end');
  const [first, ...found] = text.slice(0, -4).split('\r\n');
  if (!/^GET [!-~]+ HTTP\/1\.1$/.test(first)) throw new Error(`the request line is ${first}`);
  if (found.some((line) => !/^[\w!#$%&'*+.^`|~-]+: ?[\t -~\x80-\xff]*$/.test(line)))
    throw new Error(`there is a line that is none: ${JSON.stringify(found)}`);
  const own = 4 + (request.protocol === '' ? 0 : 1) + request.headers.length + 1;
  if (found.length !== own) throw new Error(`${found.length} lines instead of ${own}`);
  for (const name of ['host', 'upgrade', 'connection', 'sec-websocket-key'])
    if (found.filter((line) => line.toLowerCase().startsWith(`${name}:`)).length !== 1)
      throw new Error(`${name} is not there once`);
};

const NOW = Date.UTC(2026, 0, 1);

/** Retry-After: seconds, or one of three forms of a date, which is the one that JavaScript finds in it. */
export const retryAfter: Target = (octets) => {
  const text = textOf(octets);
  const delay = retryAfterOf(text, NOW);
  if (delay === -1) return;
  if (!(delay >= 0 && Number.isFinite(delay))) throw new Error(`${delay} ms`);
  if (/^\s*\d+\s*$/.test(text)) {
    if (delay !== Number(text) * 1000) throw new Error(`${delay} ms of ${text}`);
    return;
  }
  // Two digits of a year are read by a rule of HTTP's own, and the first century by one of JavaScript's, to which a leap second is none.
  if (/-\d\d \d\d:|:60 | 00\d\d( |$)/.test(text)) return;
  const date = /GMT/.test(text) ? Date.parse(text) : Date.parse(`${text.trim()} GMT`);
  if (Math.max(0, date - NOW) !== delay) throw new Error(`${delay} ms, not ${date - NOW}`);
};
