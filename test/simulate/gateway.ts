import type { Random } from '../../hosts/simulated/random.ts';
import {
  ACKNOWLEDGEMENT,
  ACKNOWLEDGEMENT_LENGTH,
  HELLO,
  HELLO_LENGTH,
  NUMBERED_HEAD,
  RECORD,
  RecordFlag,
} from '../../src/uplink/protocol.ts';
import type { Judge } from './judge.ts';
import { messageOf } from './messages.ts';
import type { Opening, OutboxWatch } from './outbox-watch.ts';

/** What a gateway has of one sender; it outlives the gateway's machine. */
export class Sender {
  /** Numbers of all records that it has, and the highest that came, of the others and of the urgent ones. */
  readonly got = new Set<number>();
  readonly last: [number, number] = [-1, -1];
  /** What its outbox has promised, and which payloads it takes. */
  readonly watch: OutboxWatch;
  readonly longest: number;

  constructor(watch: OutboxWatch, longest: number) {
    this.watch = watch;
    this.longest = longest;
  }
}

/** All that gateways have of their senders, by session. Every one of them writes to it, as to one database. */
export type Senders = Map<string, Sender>;

/** How late an acknowledgement is at most, milliseconds: mostly, and where the gateway has much to do. */
const SOON = 3000;
const SLOW = 90_000;

/** In the path of a sender that speaks no protocol; the path is its key among the senders. */
export const PLAIN = '/plain/';

export const sessionText = (octets: Uint8Array): string => octets.join('.');

export interface VisitOptions {
  readonly who: string;
  readonly name: string;
  readonly senders: Senders;
  /** Of a sender that speaks no protocol: its key among the senders. */
  readonly key: string | undefined;
  readonly judge: Judge;
  readonly random: Random;
  /** Sends a message if there is room, and says so. */
  readonly send: (octets: Uint8Array) => boolean;
  readonly after: (delay: number, action: () => void) => void;
}

/** One connection of a gateway: what it gets is compared with what the sender's name and the number of a record mean. */
export class GatewayVisit {
  readonly #options: VisitOptions;
  #sender: Sender | undefined;
  /** What the sender had when this connection was open; the records that came on it last, of each lane. */
  #opening: Opening | undefined;
  readonly #last: [number, number] = [-1, -1];
  #parts: number[] = [];
  /** Up to which record an acknowledgement is due, −1 for none: of the others, and of the urgent ones. */
  readonly #due: [number, number] = [-1, -1];
  isOver = false;

  constructor(options: VisitOptions) {
    this.#options = options;
  }

  /** Octets of a message came. Returns whether that was the end of a new record. */
  data(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): boolean {
    for (let i = start; i < end; i++) this.#parts.push(bytes[i]);
    if (more) return false;
    const message = Uint8Array.from(this.#parts);
    this.#parts = [];
    if (this.#options.key !== undefined) return this.#plain(message, binary, this.#options.key);
    if (message[0] === RECORD) return this.#numbered(message);
    const isFirst = message[0] === HELLO && this.#sender === undefined;
    if (!isFirst) this.#fault('a hello is not the first');
    this.#meet(sessionText(message.subarray(4, HELLO_LENGTH)));
    return false;
  }

  /** What waits for room is sent. */
  writable(): void {
    for (const lane of [0, 1] as const) {
      const number = this.#due[lane];
      if (number < 0 || this.isOver) continue;
      const octets = this.#options.key === undefined ? acknowledgementOf(number, lane) : digitsOf(number);
      if (this.#options.send(octets)) this.#due[lane] = -1;
    }
  }

  #fault(what: string): void {
    this.#options.judge.fault(this.#options.who, what);
  }

  #meet(key: string): void {
    this.#sender = this.#options.senders.get(key);
    this.#opening = this.#sender?.watch.opening;
    if (this.#sender === undefined) this.#fault('nobody has this session');
  }

  /** A record of the gateway's protocol. */
  #numbered(message: Uint8Array): boolean {
    const sender = this.#sender;
    if (sender === undefined) {
      this.#fault('a record came before the hello');
      return false;
    }
    const flags = message[1];
    const lane = (flags & RecordFlag.urgent) === 0 ? 0 : 1;
    const number = new DataView(message.buffer).getUint32(4, true);
    const isNew = number > sender.last[lane];
    if (!isNew && (flags & RecordFlag.repeated) === 0)
      this.#fault(`record ${number} came again without its mark`);
    const isText = (flags & RecordFlag.text) !== 0;
    return this.#record(sender, lane, number, message.subarray(NUMBERED_HEAD), !isText);
  }

  /** A record that is a message like any other, and begins with its number. */
  #plain(message: Uint8Array, binary: boolean, key: string): boolean {
    if (this.#sender === undefined) this.#meet(key);
    if (this.#sender === undefined) return false;
    return this.#record(this.#sender, 0, numberIn(message), message, binary);
  }

  #record(sender: Sender, lane: 0 | 1, number: number, payload: Uint8Array, binary: boolean): boolean {
    const isNew = number > sender.last[lane];
    const isInOrder = number > this.#last[lane] && (isNew || sender.got.has(number));
    if (!isInOrder) this.#fault(`record ${number} came out of order`);
    const fault = sender.watch.arrived(this.#opening!, lane, number, this.#last);
    if (fault !== undefined) this.#fault(fault);
    this.#last[lane] = number;
    if (isNew) {
      sender.last[lane] = number;
      sender.got.add(number);
    }
    const { name } = this.#options;
    const expected = recordOf(name, number, sender.longest);
    const isSame =
      binary === expected.binary &&
      payload.length === expected.octets.length &&
      expected.octets.every((octet, index) => payload[index] === octet);
    if (!isSame) this.#fault(`record ${number} of ${name} is not what was posted`);
    if (number > this.#due[lane]) this.#due[lane] = number;
    const { random, after } = this.#options;
    if (random.chance(0.7)) this.writable();
    else after(random.between(0, random.chance(0.3) ? SLOW : SOON), () => this.writable());
    return isNew;
  }
}

function acknowledgementOf(number: number, lane: 0 | 1): Uint8Array {
  const octets = new Uint8Array(ACKNOWLEDGEMENT_LENGTH);
  octets[0] = ACKNOWLEDGEMENT;
  octets[1] = lane === 1 ? RecordFlag.urgent : 0;
  new DataView(octets.buffer).setUint32(4, number, true);
  return octets;
}

/** Digits of a number in front of a record, and in the message that acknowledges one where no protocol is spoken. */
const DIGITS = 8;

function digitsOf(number: number): Uint8Array {
  return new TextEncoder().encode(number.toString(16).padStart(DIGITS, '0'));
}

/** The number that `octets` begin with. */
export function numberIn(octets: Uint8Array): number {
  return parseInt(new TextDecoder().decode(octets.subarray(0, DIGITS)), 16);
}

/** What the sender `name` posts as its record `number`, if none is to be longer than `longest`. */
export function recordOf(
  name: string,
  number: number,
  longest: number,
): { readonly octets: Uint8Array; readonly binary: boolean } {
  const { octets, binary } = messageOf(`${name}/record`, number);
  let length = Math.min(octets.length, longest - DIGITS);
  // Not inside of a character.
  while (!binary && length < octets.length && (octets[length] & 0xc0) === 0x80) length--;
  const record = new Uint8Array(DIGITS + length);
  record.set(digitsOf(number));
  record.set(octets.subarray(0, length), DIGITS);
  return { octets: record, binary };
}
