/**
 * The header field Sec-WebSocket-Extensions (RFC 6455, section 9.1) and the parameters of permessage-deflate
 * (RFC 7692, section 7.1).
 */

/** What one side asks of the other's compressor. */
export interface DeflateParameters {
  readonly noContextTakeover: boolean;
  readonly maxWindowBits: number | null;
}

/** A negotiated permessage-deflate, seen from no side in particular. */
export interface DeflateAgreement {
  readonly server: DeflateParameters;
  readonly client: DeflateParameters;
}

/** One element of the field: a name and its parameters; `true` stands for a parameter without value. */
export interface Extension {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string | true>;
}

const none: DeflateParameters = { noContextTakeover: false, maxWindowBits: null };

/** Reads the field; returns a sentence when it is malformed. */
export function parseExtensions(field: string): readonly Extension[] | string {
  const extensions: Extension[] = [];
  for (const element of field.split(',')) {
    const [name = '', ...rest] = element.split(';').map((piece) => piece.trim());
    if (name === '') continue;
    const parameters = new Map<string, string | true>();
    for (const piece of rest) {
      const [key = '', value] = piece.split('=').map((half) => half.trim());
      if (key === '' || parameters.has(key))
        return `"${element.trim()}" repeats or omits the name of a parameter`;
      parameters.set(key, value === undefined ? true : value.replace(/^"(.*)"$/, '$1'));
    }
    extensions.push({ name: name.toLowerCase(), parameters });
  }
  return extensions;
}

const flags = new Set(['server_no_context_takeover', 'client_no_context_takeover']);
const windows = new Set(['server_max_window_bits', 'client_max_window_bits']);

/** Says what is wrong with the parameters of a permessage-deflate offer or answer, or null when nothing is. */
function faultIn({ parameters }: Extension, isOffer: boolean): string | null {
  for (const [key, value] of parameters) {
    if (flags.has(key)) {
      if (value !== true) return `${key} takes no value`;
    } else if (windows.has(key)) {
      // RFC 7692, section 7.1.2.2: only an offer may name client_max_window_bits without a value.
      if (value === true && isOffer && key === 'client_max_window_bits') continue;
      if (value === true || !/^(8|9|1[0-5])$/.test(value)) return `${key} needs a value from 8 to 15`;
    } else {
      return `permessage-deflate has no parameter ${key}`;
    }
  }
  return null;
}

const windowOf = (extension: Extension, key: string): number | null => {
  const value = extension.parameters.get(key);
  return value === undefined || value === true ? null : Number(value);
};

/** What a server agrees to, given an offer and its own wishes for the client; null when the offer forbids them. */
export function acceptOffer(offer: Extension, wish: DeflateParameters): DeflateAgreement | null {
  if (offer.name !== 'permessage-deflate' || faultIn(offer, true) !== null) return null;
  const serverBits = windowOf(offer, 'server_max_window_bits');
  // zlib has no raw deflate with a window of 8 bits, so such an offer is declined.
  if (serverBits === 8) return null;
  if (wish.maxWindowBits !== null && !offer.parameters.has('client_max_window_bits')) return null;
  return {
    server: {
      noContextTakeover: offer.parameters.has('server_no_context_takeover'),
      maxWindowBits: serverBits,
    },
    client: wish,
  };
}

const parameterText = (
  side: 'client' | 'server',
  { noContextTakeover, maxWindowBits }: DeflateParameters,
): string =>
  (noContextTakeover ? `; ${side}_no_context_takeover` : '') +
  (maxWindowBits === null ? '' : `; ${side}_max_window_bits=${maxWindowBits}`);

/** The answer of a server. */
export const answerText = ({ server, client }: DeflateAgreement): string =>
  `permessage-deflate${parameterText('server', server)}${parameterText('client', client)}`;

/** The offers of a client that wishes something of the server and leaves the server free to ask the same. */
export const offersText = (wishes: readonly DeflateParameters[]): string =>
  wishes
    .map(
      (wish) =>
        `permessage-deflate; client_no_context_takeover; client_max_window_bits${parameterText('server', wish)}`,
    )
    .join(', ');

/** Reads a server's answer to such offers; returns a sentence when the answer is wrong. */
export function readAnswer(
  field: string,
  wishes: readonly DeflateParameters[],
): DeflateAgreement | null | string {
  const extensions = parseExtensions(field);
  if (typeof extensions === 'string') return extensions;
  if (extensions.length === 0) return null;
  const [answer] = extensions;
  if (wishes.length === 0 || extensions.length > 1 || answer!.name !== 'permessage-deflate') {
    return `the server chose extensions that were not offered: ${field}`;
  }
  const fault = faultIn(answer!, false);
  if (fault !== null) return fault;
  const server = {
    noContextTakeover: answer!.parameters.has('server_no_context_takeover'),
    maxWindowBits: windowOf(answer!, 'server_max_window_bits'),
  };
  const client = {
    noContextTakeover: answer!.parameters.has('client_no_context_takeover'),
    maxWindowBits: windowOf(answer!, 'client_max_window_bits'),
  };
  // zlib has no raw deflate with a window of 8 bits; a smaller agreed window is then not possible here.
  if (client.maxWindowBits === 8) return 'the server asks for a window of 8 bits, which zlib cannot write';
  return wishes.some((wish) => grants(server, wish))
    ? { server, client }
    : `the server does not grant what was offered (RFC 7692, section 7.1): ${field}`;
}

/** RFC 7692, sections 7.1.1.1 and 7.1.2.1: an answer to an offer must grant its server-side parameters. */
const grants = (given: DeflateParameters, wish: DeflateParameters = none): boolean =>
  (!wish.noContextTakeover || given.noContextTakeover) &&
  (wish.maxWindowBits === null ||
    (given.maxWindowBits !== null && given.maxWindowBits <= wish.maxWindowBits));
