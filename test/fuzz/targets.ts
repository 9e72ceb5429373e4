import { inflateRawSync } from 'node:zlib';
import { rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../hosts/node/store/file-store.ts';
import type { ConnectionEvents } from '../../src/connection/events.ts';
import { State } from '../../src/connection/record.ts';
import { SansIoConnection } from '../../src/connection/sans-io.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { negotiateServer } from './negotiate.ts';
import { acceptOf } from '../../src/handshake/accept.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { requestOf } from '../../src/handshake/request-options.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { RingletError } from '../../src/errors.ts';
import { Outbox } from '../../src/uplink/index.ts';
import { addressOf } from '../../src/websocket/address.ts';
import { Trace } from '../support/trace.ts';
import { judgeByWs } from './judge-ws.ts';

/** Takes any octets; throws if something is wrong with what the library makes of them. */
export type Target = (octets: Uint8Array) => void;

/** What a connection made of its input: lines that do not depend on how that was cut. */
export interface Reading {
  readonly lines: readonly string[];
  readonly out: number;
}

const EVENTS: ConnectionEvents<Trace> = {
  onOpen: (trace) => trace.open(),
  onData: (trace, bytes, start, end, span) => trace.data(bytes, start, end, span),
  onControl: (trace, opcode, bytes, start, end) => trace.control(opcode, bytes.slice(start, end)),
  onClose: (trace, code, error) => trace.over(code, error),
};

const LIMITS = { maxMessageSize: 4096, maxFragments: 64, maxHeadSize: 2048 };
let word = 1;
const random = (): number => (word = (Math.imul(word, 1664525) + 1013904223) | 0) | 1;

function read(pieces: readonly Uint8Array[], options: object): Reading {
  const trace = new Trace();
  word = 1;
  const connection = new SansIoConnection<Trace>({
    receiveBuffer: 256,
    transmitBuffer: 1024,
    ...LIMITS,
    random,
    events: EVENTS,
    ...options,
    target: trace,
  } as never);
  let out = 0;
  const take = (): void => {
    for (let count = connection.output; count > 0; count = connection.output) {
      connection.sent(count);
      out += count;
    }
  };
  connection.opened();
  take();
  for (const piece of pieces) {
    // In memory of its own: it is changed in place.
    const memory = piece.slice();
    for (let at = 0; at < memory.length;) {
      const next = connection.receive(memory, at, memory.length);
      take();
      if (next === at && !connection.paused) break;
      at = next;
    }
  }
  connection.transportClosed(0);
  take();
  connection.tick(0);
  if (connection.state < State.closed) connection.drop();
  return { lines: trace.lines, out };
}

/** Reads the octets whole, one by one, and cut in two; all three must come to the same. */
function readEachWay(octets: Uint8Array, options: object): Reading {
  const whole = read([octets], options);
  const at = octets.length < 2 ? 0 : (octets[0] * 257 + octets[octets.length - 1]) % octets.length;
  const single = read(
    Array.from(octets, (octet) => Uint8Array.of(octet)),
    options,
  );
  const halves = read([octets.subarray(0, at), octets.subarray(at)], options);
  for (const [name, other] of [
    ['octet by octet', single],
    [`cut at ${at}`, halves],
  ] as const)
    if (JSON.stringify(other.lines) !== JSON.stringify(whole.lines))
      throw new Error(`${name}: ${other.lines.join(' | ')} instead of ${whole.lines.join(' | ')}`);
  const ends = whole.lines.filter((line) => line.startsWith('over'));
  if (ends.length > 1) throw new Error(`told ${ends.length} ends`);
  return whole;
}

const REQUEST = requestOf({ host: 'server.example.com', path: '/chat', protocol: 'chat, superchat' });
const POLICY = { protocols: ['chat'], requestHeaders: ['cookie'], onRequest: undefined };

/** A response to a client, in which `@` stands for the right proof. */
const clientHead: Target = (octets) => {
  word = 1;
  readEachWay(withProof(octets), { role: 'client', opening: clientOpening(REQUEST) });
};

/** The proof of the key that `random` makes. */
let proof: Uint8Array | undefined;
function withProof(octets: Uint8Array): Uint8Array {
  if (proof === undefined) proof = proofOfKey();
  const at = octets.indexOf(64);
  if (at < 0) return octets;
  return Uint8Array.from([...octets.subarray(0, at), ...proof, ...octets.subarray(at + 1)]);
}

function proofOfKey(): Uint8Array {
  word = 1;
  const sent: number[] = [];
  const connection = new SansIoConnection<Trace>({
    role: 'client',
    random,
    events: EVENTS,
    opening: clientOpening(REQUEST),
    target: new Trace(),
  });
  connection.opened();
  for (let count = connection.output; count > 0; count = connection.output) {
    sent.push(...connection.memory.subarray(connection.outputStart, connection.outputStart + count));
    connection.sent(count);
  }
  const key = /^sec-websocket-key: *(\S*)/im.exec(Buffer.from(sent).toString('latin1'))![1];
  return Buffer.from(acceptOf(key), 'latin1');
}

const serverHead: Target = (octets) => {
  readEachWay(octets, { role: 'server', opening: serverOpening(POLICY) });
};

const clientFrames: Target = (octets) => {
  judgeByWs(octets, readEachWay(octets, { role: 'client' }), false, LIMITS);
};

const serverFrames: Target = (octets) => {
  judgeByWs(octets, readEachWay(octets, { role: 'server' }), true, LIMITS);
};

/** What stands in one compressed message; zlib says what it means. */
const inflate: Target = (octets) => {
  const { length } = octets;
  if (length > 60_000) return;
  const header = length < 126 ? [0xc2, length] : [0xc2, 126, length >> 8, length & 255];
  const frame = Uint8Array.from([...header, ...octets]);
  const opening = {
    role: 'client',
    opening: clientOpening(REQUEST),
    compression: permessageDeflate({ profile: 'desk' }),
  };
  const response = withProof(
    Buffer.from(
      'HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
    ),
  );
  const { lines } = readEachWay(Uint8Array.from([...response, ...frame]), opening);
  let expected: Uint8Array | undefined;
  try {
    const tail = Uint8Array.of(...octets, 0, 0, 0xff, 0xff);
    expected = inflateRawSync(tail, { finishFlush: 2, maxOutputLength: LIMITS.maxMessageSize });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return;
  }
  const message = lines.find((line) => line.startsWith('binary') && !line.endsWith('…'));
  const isTaken = message !== undefined;
  if (isTaken && expected === undefined) throw new Error(`zlib refuses what is taken: ${message}`);
  if (!isTaken || expected === undefined) return;
  const told = message.slice('binary'.length).replace(/ /g, '');
  // Behind a final block zlib looks at nothing more, RFC 7692 §7.2.3.4 goes on.
  if (!told.startsWith(Buffer.from(expected).toString('hex')))
    throw new Error(`zlib makes other octets of it: ${told}`);
};

/** A header of an offer: the answer must be one that the offer allows. */
const negotiation: Target = (octets) => negotiateServer(Buffer.from(octets).toString('latin1'));

/** A URL that is taken is one for the URL class of the web, too, and leads to the same place. */
const url: Target = (octets) => {
  const text = Buffer.from(octets).toString('latin1');
  const address = addressOf(text);
  if (address === undefined) return;
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    // An address of IPv4 or IPv6 that is none, and escapes in a name: the resolver refuses them.
    return;
  }
  const port = parsed.port === '' ? (/^(wss|https):$/.test(parsed.protocol) ? 443 : 80) : Number(parsed.port);
  if (port !== address.port) throw new Error(`port ${address.port}, not ${port}`);
};

/** A directory whose segment holds these octets: what can be read of it is, and it goes on from there. */
const store: Target = (octets) => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    writeFileSync(join(folder, '00000001.outbox'), octets);
    let file: FileStore;
    try {
      file = new FileStore(folder);
    } catch (error) {
      if (error instanceof RingletError) return;
      throw error;
    }
    const host = { now: () => 0, random };
    let outbox: Outbox;
    try {
      outbox = new Outbox({ memory: 4096, keep: 'acknowledged', store: file }, host);
    } catch (error) {
      file.close();
      if (error instanceof RingletError) return;
      throw error;
    }
    const kept = outbox.kept;
    const next = outbox.nextNumber;
    const number = outbox.post(Uint8Array.of(1, 2, 3));
    if (outbox.storeError !== undefined) throw outbox.storeError as Error;
    if (number !== next) throw new Error(`the number is ${number}, not ${next}`);
    outbox.close();
    file.close();
    const again = new FileStore(folder);
    const second = new Outbox({ memory: 8192, keep: 'acknowledged', store: again }, host);
    if (second.kept < Math.min(kept + 1, 2)) throw new Error(`of ${kept} and one, ${second.kept} are left`);
    second.close();
    again.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const TARGETS: Readonly<Record<string, Target>> = {
  clientHead,
  serverHead,
  clientFrames,
  serverFrames,
  inflate,
  negotiation,
  url,
  store,
};
