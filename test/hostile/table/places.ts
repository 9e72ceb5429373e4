import { ROWS } from '../catalogue.ts';
import { ACCEPTED, REFUSED, REQUESTS } from '../handshakes.ts';

/** A face in a role. `TCP` is what programs on Node have; XS is the WebSocketClient of the bundle that devices flash. */
export const COLUMNS = [
  'client Connection',
  'client Endpoint',
  'client WebSocketClient',
  'client WebSocket',
  'client Uplink',
  'client TCP',
  'client XS',
  'server Connection',
  'server Endpoint',
  'server TCP',
  'server XS',
] as const;

export type Column = (typeof COLUMNS)[number];

/** Tests that try rows, by the file and a part of the title (or of the title's template). */
export interface Place {
  readonly file: string;
  readonly title: string;
  readonly ids: readonly string[];
  readonly columns: readonly Column[];
}

const columns = (pattern: RegExp): Column[] => COLUMNS.filter((column) => pattern.test(column));
const CLIENTS = columns(/^client (?!TCP|XS)/);
const SERVERS = columns(/^server (?!TCP|XS)/);
const WORLD = [...CLIENTS, ...SERVERS];
const TCP = columns(/TCP$/);
const XS = columns(/XS$/);
const CONNECTION = columns(/Connection$/);
const ENDPOINT = columns(/Endpoint$/);
const ALL = [...COLUMNS];

const idsOf = (titles: readonly (readonly [string, ...unknown[]])[]): string[] => [
  ...new Set(titles.flatMap(([title]) => /^[HS]\d+/.exec(title)?.[0] ?? [])),
];
const FRAMES = [...new Set(ROWS.map(({ id }) => id))];
const RESPONSES = idsOf([...REFUSED, ...ACCEPTED]);

const place = (
  file: string,
  title: string,
  ids: readonly string[] | string,
  where: readonly Column[],
): Place => ({
  file: `${file}.test.ts`,
  title,
  ids: typeof ids === 'string' ? ids.split(' ') : ids,
  columns: where,
});

export const PLACES: readonly Place[] = [
  // Every peer here keeps its side open (C6), and every masking key is looked at (A4).
  place('hostile/frames', 'play(row, role)', [...FRAMES, 'C6', 'A4'], WORLD),
  place('hostile/tcp', 'octet by octet', [...FRAMES, 'C6', 'A4'], TCP),
  place('hostile/xs', 'every row, whole and octet by octet', [...FRAMES, 'C6', 'A4'], XS),
  place('hostile/handshake', 'test.each(REFUSED)', RESPONSES, CLIENTS),
  place('hostile/handshake', 'H24 an octet every so often', 'H24 H25', CLIENTS),
  place('hostile/handshake', 'H20 an endless header line', 'H20', CLIENTS),
  place('hostile/handshake', 'test.each(REQUESTS)', idsOf(REQUESTS), SERVERS),
  place('hostile/handshake', 'nothing, or an octet every so often', 'H24 H25', SERVERS),
  place('hostile/tcp-handshakes', 'refuses: nothing is sent', RESPONSES, ['client TCP']),
  place('hostile/tcp-handshakes', 'answers with a status', 'S1', ['server TCP']),
  place('hostile/tcp-handshakes', 'delivers what stands behind the request', 'H23', ['server TCP']),
  place('hostile/tcp-handshakes', 'delivers what stands in the same segment', 'H23', ['client TCP']),
  place('hostile/tcp-ends', 'R1 T1 a server whose receiver is paused', 'R1 T1', ['server TCP']),
  place('hostile/tcp-ends', 'R1 T1 a client whose receiver is paused', 'R1 T1', ['client TCP']),
  place('hostile/tcp-ends', 'C9 R3 a server closes while a receiver is paused', 'C9 R3', ['server TCP']),
  place('hostile/tcp-ends', 'F13 C6 a peer that goes on sending', 'F13 C6', ['server TCP']),
  place('hostile/tcp-ends', 'H1 R4 FIN after %s of TLS', 'H1 R4', ['server TCP']),
  place('hostile/transport', 'C9 T1', 'C9 T1', WORLD),
  place('hostile/transport', 'H1 S1', 'H1', WORLD),
  place('hostile/transport', 'H23', 'H23', WORLD),
  place('hostile/transport', 'T2 P6', 'T2 P6', WORLD),
  place('hostile/transport', 'R8 a Ping every keepalive', 'R8', WORLD),
  place('hostile/compression', 'Z1 a bomb, 1000:1', 'Z1 Z3 Z4 Z5 Z7 Z8', CLIENTS),
  place('hostile/xs-memory', 'F14 a hundred thousand', 'F14 L5 P2 T12 R1', XS),
  place('hostile/xs-memory', 'Z1 a bomb is streamed', 'Z1 Z8', ['client XS']),
  place('compression/limits', 'a bomb of 1000:1', 'Z1', CONNECTION),
  place('compression/inbound', "('RSV1 %s'", 'F12', CONNECTION),
  place('vectors/vectors', 'the vectors know no others', 'C7 C10 T14 R2 A3', CONNECTION),
  place('faces/vectors', 'plays most documents', 'C7 T14', [
    'client Endpoint',
    'client WebSocketClient',
    'server Endpoint',
  ]),
  place('unit/deadlines', 'a Close that finds no way out', 'C10', CONNECTION),
  place('unit/deadlines', 'begin the deadline anew, a bounded number of times', 'C7', CONNECTION),
  place('unit/deadlines', 'a jump of a day is one ping', 'T6', CONNECTION),
  place('unit/deadlines', 'octets that nobody takes are a fault', 'R2', CONNECTION),
  place('unit/limits', 'a million empty fragments', 'F14', CONNECTION),
  place('unit/pause', 'the end of the transport waits for what came before it', 'R3', CONNECTION),
  place('unit/callbacks', 'events of a %s that all throw', 'T15', CONNECTION),
  place('unit/misuse', 'is no octets: thrown', 'R11 A1 A3', CONNECTION),
  place('unit/handshake-request', 'the path %j is refused', 'A2', ['client Connection']),
  place('unit/handshake-client', 'the subprotocol that the server chose', 'H16', ['client Connection']),
  place('unit/handshake-server-strict', 'blanks, tabs and commas by thousands', 'R7 R13', [
    'server Connection',
  ]),
  place('unit/open-stream', 'tells several addresses: each is tried', 'T7', ['client WebSocketClient']),
  place('unit/websocket-client-life', 'also in each phase before (T16)', 'T16', ['client WebSocketClient']),
  place('world/deadlines', "('client, %s'", 'R1', ['client Endpoint', 'client WebSocketClient']),
  place('world/deadlines', "test('server'", 'R1', ['server Endpoint']),
  place('world/deadlines', 'a peer that takes nothing for sendTimeout', 'R2', ENDPOINT),
  place('world/network', 'a certificate %s is refused', 'T10', ['client WebSocketClient']),
  place('world/network', 'TLS where there is none', 'H28', ['client WebSocketClient']),
  place('world/network', 'in a partition that lasts', 'T2', ['client WebSocketClient']),
  place('world/misuse', 'an event that throws for every span ends nothing', 'T15 R9', ENDPOINT),
  place('injection/calls', 'tryCalls(script, face', 'T14 T16', ['client Endpoint', 'client WebSocketClient']),
  place('xs/heads', 'heads of every shape', 'R7 H20', XS),
  place('xs/memory', 'connections that are lost in every phase', 'T16 T8', ['client XS']),
  place('websocket/closing', 'the arguments of close', 'A1 A3', ['client WebSocket']),
  place('websocket/constructor', 'may be a URL object', 'A2', ['client WebSocket']),
  place('uplink/backoff', 'Retry-After', 'H19', ['client Uplink']),
  place('uplink/backoff', 'a thousand that were thrown off at once', 'T8 T9', ['client Uplink']),
  place('uplink/states', 'a start without a network', 'T16', ['client Uplink']),
  place('hosts/redirects', 'wss never leads to', 'H26', ['client TCP']),
  place('hosts/tls', 'reports a peer that does not speak TLS', 'H28', ['client TCP']),
  place('hosts/certificates', 'a certificate that is refused', 'T10', ['client TCP']),
  place('hosts/net-transport', 'tries every address of a name', 'T7', ['client TCP']),
  place('hosts/net-transport', 'holds back a peer that sends 100 MB', 'T12', TCP),
  place('hosts/net-transport', 'reports a reset as 505', 'T1 C9', TCP),
  place('hosts/reset-while-paused', 'of a server that has nothing to send', 'R1', ['server TCP']),
  place('hosts/reset-while-paused', 'of a client', 'R1', ['client TCP']),
  place('hosts/serve-closing', 'a request whose client has ended its side', 'T3 C9', ['server TCP']),
  place('hosts/serve-closing', 'a peer that does not end is left', 'C6', ['server TCP']),
  place('hosts/serve-arrivals', 'the deadline of the handshake counts from the accept', 'R4 H24 H25', [
    'server TCP',
  ]),
  place('hosts/serve-arrivals', 'a client that leaves before its request', 'R4 H1', ['server TCP']),
  place('hosts/serve-arrivals', 'hundreds of silent sockets', 'R5', ['server TCP']),
  place('hosts/serve-arrivals', 'when connections cannot be accepted', 'R6', ['server TCP']),
  place('hosts/serve-arrivals', 'what is no TLS where TLS is spoken', 'H28 T10', ['server TCP']),
  place('hosts/serve-arrivals', 'heads on Node', 'H20', ['server TCP']),
  place('hosts/serve-hook', 'what the hooks throw is answered with 500', 'R10 T15', ['server TCP']),
  place('hosts/misuse-octets', 'Outbox and Uplink', 'R11', ['client Uplink', 'client WebSocket', ...TCP]),
  place('hosts/failure-text', 'without what may be secret', 'A6', ['client TCP']),
  place('hosts/options', 'the options of write are an object', 'R11 A3', ['client WebSocketClient']),
  place('cli/terminal-safety', 'has signs for what drives a terminal', 'R12', ['client TCP']),
  place('device-server/device-server', 'a phone gets the page', 'S1', ['server XS']),
];

/** Why a cell has no test of its own. The first that fits counts. */
export interface Reason {
  readonly ids: RegExp;
  readonly columns: readonly Column[];
  readonly reason: string;
}

export const REASONS: readonly Reason[] = [
  {
    ids: /^H(?!1$|20|23|24|25|28)|^T[79]$|^H26$|^A[26]$/,
    columns: columns(/^server/),
    reason: 'a client meets it',
  },
  { ids: /^S1$|^R(4|5|6|10|13)$/, columns: columns(/^client/), reason: 'a server meets it' },
  {
    ids: /^R(4|5|6|10)$/,
    columns: [...SERVERS, 'server XS'],
    reason: 'sockets and hooks are those of `serve`',
  },
  { ids: /^(T10|H28|T7|H26)$/, columns: ALL, reason: 'TLS, names and redirections are the host’s' },
  { ids: /^(T9|H19|T8)$/, columns: ALL, reason: 'who comes back is an Uplink' },
  { ids: /^R12$/, columns: ALL, reason: 'terminals are those of the command line' },
  { ids: /^A6$/, columns: ALL, reason: 'a device tells ids; sentences are Node’s' },
  { ids: /^(R13|R7|H20|H16)$/, columns: ALL, reason: 'one reader of heads, tried by the others' },
  { ids: /^(Z|F12|R9)/, columns: ALL, reason: 'one codec, tried by the clients' },
  {
    ids: /^(R1|R2|R3|T12|C7|C10|P2)$/,
    columns: ALL,
    reason: 'one pump and one Connection, tried by the others',
  },
  {
    ids: /^(T[1236]|P6|C9|R8|T14|T15|T16|L5)$/,
    columns: ALL,
    reason: 'one Connection and its deadlines, tried by the others',
  },
  { ids: /^(A[123]|R11)$/, columns: ALL, reason: 'the same checks, tried where they are' },
  { ids: /^H/, columns: XS, reason: 'one reader of responses; its steps and memory are tried there' },
  { ids: /^(H|S1)/, columns: TCP, reason: 'as over a simulated network' },
];
