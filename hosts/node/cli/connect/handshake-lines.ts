import { withoutCredentials } from '../../terminal-text.ts';

/** Headers whose values are, or may be, secrets. */
const SECRET =
  /^(authorization|proxy-authorization|cookie|set-cookie2?|.*(token|secret|api-?key|password).*)$/i;

const HIDDEN = '(hidden)';

/** Some authenticate by a subprotocol; a name is short, a token is not. */
const LONGEST_NAME = 40;

const names = (value: string): string =>
  value
    .split(/\s*,\s*/)
    .map((name) => (name.length > LONGEST_NAME ? HIDDEN : name))
    .join(', ');

/**
 * The lines of a head for a person: no query of the target, no value of a header that may be a secret. `given` are the
 * names, in lower case, of headers that the user gave, all of which may be.
 */
export function handshakeLines(head: string, given: ReadonlySet<string>): string[] {
  if (head === '') return [];
  const [first = '', ...fields] = head.split('\r\n');
  return [first.replace(/\?\S*/, '?…'), ...fields.map((line) => field(line, given))];
}

function field(line: string, given: ReadonlySet<string>): string {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).trim();
  const lower = name.toLowerCase();
  if (given.has(lower) || SECRET.test(name)) return `${name}: ${HIDDEN}`;
  if (lower === 'location') return `${name}: ${withoutCredentials(value)}`;
  return lower === 'sec-websocket-protocol' ? `${name}: ${names(value)}` : line;
}
