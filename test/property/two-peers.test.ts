/**
 * Two peers of our own, a client and a server, through pipes that cut what they carry anywhere: messages of any
 * length in any fragments, pings and the Close all arrive, and exactly, with rings that are small enough to wrap.
 */
import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { State } from '../../src/connection/record.ts';
import type { ConnectionEvents } from '../../src/connection/events.ts';
import { counting, toHex, utf8 } from '../support/octets.ts';
import { POLICY, REQUEST } from '../support/handshake.ts';
import { below, words } from '../support/random.ts';
import { Trace } from '../support/trace.ts';

type Sent =
  | { readonly kind: 'data'; readonly text: boolean; readonly octets: Uint8Array; readonly fragment: number }
  | { readonly kind: 'ping'; readonly octets: Uint8Array };

class Peer {
  readonly connection: Connection<Peer>;
  /** Messages by octets, and control frames but pongs, in the order they came. */
  readonly got: string[] = [];
  readonly trace = new Trace();
  readonly #todo: Sent[];
  readonly #source: () => number;
  #at = 0;
  #message: number[] = [];
  /** Octets on their way to this peer. */
  pipe: number[] = [];
  pauses: boolean;
  over = '';

  constructor(role: 'client' | 'server', todo: readonly Sent[], seed: number, pauses: boolean) {
    this.#todo = [...todo];
    this.#source = words(seed);
    this.pauses = pauses;
    this.connection = new Connection<Peer>({
      role,
      events: Peer.#events,
      target: this,
      random: words(seed + 1),
      receiveBuffer: 256,
      transmitBuffer: 256,
      opening: role === 'client' ? clientOpening(REQUEST) : serverOpening(POLICY),
    });
    this.connection.opened();
    this.connection.tick(0);
  }

  static readonly #events: ConnectionEvents<Peer> = {
    onOpen() {},
    onData(peer, bytes, start, end, span) {
      if ((span & 4) !== 0) peer.#message = [];
      for (let i = start; i < end; i++) peer.#message.push(bytes[i]);
      if ((span & 2) === 0) peer.got.push(`${(span & 1) === 0 ? 'text' : 'binary'} ${toHex(peer.#message)}`);
      if (peer.pauses && below(peer.#source, 3) === 0) peer.connection.pause();
    },
    onControl(peer, opcode, bytes, start, end) {
      if (opcode !== 10) peer.got.push(`${opcode} ${toHex(bytes.slice(start, end))}`);
    },
    onClose(peer, code, error) {
      peer.over = `${code} ${error}`;
    },
  };

  /** One thing that a peer may do; which, is left to chance. Returns whether it has anything left to do. */
  step(other: Peer): boolean {
    const { connection } = this;
    switch (below(this.#source, 4)) {
      case 0:
        this.#send();
        break;
      case 1: {
        const count = below(this.#source, connection.output + 1);
        const start = connection.outputStart;
        for (let i = 0; i < count; i++) other.pipe.push(connection.memory[start + i]);
        if (count > 0) connection.sent(count);
        break;
      }
      case 2: {
        const offered = Uint8Array.from(this.pipe.slice(0, below(this.#source, 300)));
        this.pipe = this.pipe.slice(connection.receive(offered, 0, offered.length));
        break;
      }
      default:
        if (connection.paused) connection.resume();
    }
    return this.#todo.length > 0;
  }

  #send(): void {
    const { connection } = this;
    const [next] = this.#todo;
    if (next === undefined || connection.state !== State.open) return;
    const { octets } = next;
    if (next.kind === 'ping') {
      if (connection.sendControl(9, octets, 0, octets.length) === 0) this.#todo.shift();
      return;
    }
    const count = Math.min(octets.length - this.#at, next.fragment, connection.writable);
    const isLast = this.#at + count === octets.length;
    const fault = connection.send(octets, this.#at, this.#at + count, (next.text ? 0 : 1) | (isLast ? 0 : 2));
    if (fault !== 0) return;
    this.#at += count;
    if (!isLast) return;
    this.#at = 0;
    this.#todo.shift();
  }
}

/** What the other one has to get. Pings go between fragments, so that only the order among their kind is told. */
function wanted(sent: readonly Sent[]): string[] {
  return sent.map((each) =>
    each.kind === 'ping'
      ? `9 ${toHex(each.octets)}`
      : `${each.text ? 'text' : 'binary'} ${toHex(each.octets)}`,
  );
}

const ping = fc.nat(125).map((length): Sent => ({ kind: 'ping', octets: counting(length) }));
const text = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 300 }))
  .map(([content, fragment]): Sent => ({ kind: 'data', text: true, octets: utf8(content), fragment }));
const binary = fc
  .tuple(fc.oneof(fc.nat(140), fc.nat(2000)), fc.integer({ min: 20, max: 300 }))
  .map(([length, fragment]): Sent => ({ kind: 'data', text: false, octets: counting(length), fragment }));
const sends = fc.array(fc.oneof(text, binary, ping), { maxLength: 12 });

test('everything arrives as it was sent, and both end clean', () => {
  fc.assert(
    fc.property(sends, sends, fc.nat(), fc.boolean(), (up, down, seed, pauses) => {
      const client = new Peer('client', up, seed, pauses);
      const server = new Peer('server', down, seed + 99, pauses);
      const source = words(seed + 7);
      let closed = false;
      for (let steps = 0; client.over === '' || server.over === ''; steps++) {
        if (steps > 200_000) throw new Error('they do not come to an end');
        const [one, other] = below(source, 2) === 0 ? [client, server] : [server, client];
        const isBusy = [one.step(other), other.step(one)].includes(true);
        const isDone = !isBusy && client.got.length === down.length && server.got.length === up.length;
        const areOpen = one.connection.state === State.open && other.connection.state === State.open;
        if (isDone && areOpen && !closed) {
          closed = true;
          expect(one.connection.close(1000, utf8('done'))).toBe(0);
        }
        // The server ends the transport; what it has sent before is still on its way.
        if (server.over !== '' && client.pipe.length === 0 && !client.connection.paused) {
          client.connection.transportClosed(0);
        }
      }
      const close = `8 ${toHex([0x03, 0xe8, ...utf8('done')])}`;
      expect(client.got).toEqual([...wanted(down), close]);
      expect(server.got).toEqual([...wanted(up), close]);
      expect([client.over, server.over]).toEqual(['1000 0', '1000 0']);
    }),
    { numRuns: 400, seed: 1 },
  );
});
