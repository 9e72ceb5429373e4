import { SansIoConnection } from '../../../src/connection/sans-io.ts';
import type { ConnectionEvents } from '../../../src/connection/events.ts';
import { State } from '../../../src/connection/record.ts';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { Trace } from '../../support/trace.ts';

/** Takes any octets; throws, or rejects, if something is wrong with what the library makes of them. */
export type Target = (octets: Uint8Array) => void | Promise<void>;

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

export const LIMITS = { maxMessageSize: 4096, maxFragments: 64, maxHeadSize: 2048 };
export const RECEIVE_BUFFER = 256;
let word = 1;
export const random = (): number => (word = (Math.imul(word, 1664525) + 1013904223) | 0) | 1;
export const restart = (): void => void (word = 1);

export const REQUEST = requestOf({ host: 'server.example.com', path: '/chat', protocol: 'chat, superchat' });

export function read(pieces: readonly Uint8Array[], options: object): Reading {
  const trace = new Trace();
  restart();
  const connection = new SansIoConnection<Trace>({
    receiveBuffer: RECEIVE_BUFFER,
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

/** Where octets are cut in two: somewhere that depends on them. */
export function cutOf(octets: Uint8Array): number {
  const { length } = octets;
  return length < 2 ? 0 : (octets[0] * 257 + octets[length - 1]) % length;
}

/** The octets whole, one by one, and cut in two. */
export function waysOf(octets: Uint8Array): readonly (readonly [string, readonly Uint8Array[]])[] {
  const at = cutOf(octets);
  return [
    ['whole', [octets]],
    ['octet by octet', Array.from(octets, (octet) => Uint8Array.of(octet))],
    [`cut at ${at}`, [octets.subarray(0, at), octets.subarray(at)]],
  ];
}

/** Reads the octets each way; all must come to the same. */
export function readEachWay(octets: Uint8Array, options: object): Reading {
  const [[, all], ...others] = waysOf(octets);
  const whole = read(all, options);
  for (const [name, pieces] of others) {
    const other = read(pieces, options);
    if (JSON.stringify(other.lines) !== JSON.stringify(whole.lines))
      throw new Error(`${name}: ${other.lines.join(' | ')} instead of ${whole.lines.join(' | ')}`);
  }
  const ends = whole.lines.filter((line) => line.startsWith('over'));
  if (ends.length > 1) throw new Error(`told ${ends.length} ends`);
  return whole;
}

/** The name of the error that a reading ended with. */
export const endOf = ({ lines }: Reading): string =>
  lines.find((line) => line.startsWith('over'))!.split(' ')[2];

/** The octets with `accept` in place of each `@`. */
export function withAccept(octets: Uint8Array, accept: string): Uint8Array {
  const at = octets.indexOf(64);
  if (at < 0) return octets;
  return Uint8Array.from([
    ...octets.subarray(0, at),
    ...Buffer.from(accept, 'latin1'),
    ...octets.subarray(at + 1),
  ]);
}

/** The same with the proof of the key that `random` makes. */
export const withProof = (octets: Uint8Array): Uint8Array => withAccept(octets, (proof ??= proofOfKey()));
let proof: string | undefined;

function proofOfKey(): string {
  restart();
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
  return acceptOf(keyIn(Buffer.from(sent).toString('latin1')));
}

export const keyIn = (head: string): string => /^sec-websocket-key: *(\S*)/im.exec(head)![1];
