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

/** What a gateway has of one sender; it outlives the gateway's machine. */
export class Sender {
  /** Numbers of all records that it has, and the highest that came, of the others and of the urgent ones. */
  readonly got = new Set<number>();
  readonly last: [number, number] = [-1, -1];
}

/** All that gateways have of their senders, by session. Every one of them writes to it, as to one database. */
export type Senders = Map<string, Sender>;

export const sessionText = (octets: Uint8Array): string => octets.join('.');

/** One connection of a gateway: what it gets is compared with what the sender's name and the number of a record mean. */
export class GatewayVisit {
  readonly #who: string;
  readonly #name: string;
  readonly #senders: Senders;
  readonly #judge: Judge;
  readonly #random: Random;
  readonly #send: (octets: Uint8Array) => boolean;
  readonly #after: (delay: number, action: () => void) => void;
  #sender: Sender | undefined;
  #parts: number[] = [];
  /** Up to which record an acknowledgement is due, −1 for none: of the others, and of the urgent ones. */
  readonly #due: [number, number] = [-1, -1];
  isOver = false;

  constructor(options: {
    who: string;
    name: string;
    senders: Senders;
    judge: Judge;
    random: Random;
    /** Sends a message if there is room, and says so. */
    send: (octets: Uint8Array) => boolean;
    after: (delay: number, action: () => void) => void;
  }) {
    this.#who = options.who;
    this.#name = options.name;
    this.#senders = options.senders;
    this.#judge = options.judge;
    this.#random = options.random;
    this.#send = options.send;
    this.#after = options.after;
  }

  /** Octets of a message came. Returns whether that was the end of a new record. */
  data(bytes: Uint8Array, start: number, end: number, more: boolean): boolean {
    for (let i = start; i < end; i++) this.#parts.push(bytes[i]);
    if (more) return false;
    const message = Uint8Array.from(this.#parts);
    this.#parts = [];
    if (message[0] === RECORD) return this.#record(message);
    this.#judge.check(
      message[0] === HELLO && this.#sender === undefined,
      this.#who,
      'a hello is not the first',
    );
    const session = sessionText(message.subarray(4, HELLO_LENGTH));
    this.#sender = this.#senders.get(session) ?? new Sender();
    this.#senders.set(session, this.#sender);
    return false;
  }

  /** What waits for room is sent. */
  writable(): void {
    for (const lane of [0, 1] as const) {
      const number = this.#due[lane];
      if (number < 0 || this.isOver) continue;
      const octets = new Uint8Array(ACKNOWLEDGEMENT_LENGTH);
      octets[0] = ACKNOWLEDGEMENT;
      octets[1] = lane === 1 ? RecordFlag.urgent : 0;
      new DataView(octets.buffer).setUint32(4, number, true);
      if (this.#send(octets)) this.#due[lane] = -1;
    }
  }

  #record(message: Uint8Array): boolean {
    const sender = this.#sender;
    if (sender === undefined) {
      this.#judge.fault(this.#who, 'a record came before the hello');
      return false;
    }
    const flags = message[1];
    const lane = (flags & RecordFlag.urgent) === 0 ? 0 : 1;
    const number = new DataView(message.buffer).getUint32(4, true);
    const isNew = number > sender.last[lane];
    if (isNew) {
      sender.last[lane] = number;
      sender.got.add(number);
      this.#compare(message, number, (flags & RecordFlag.text) !== 0);
    } else
      this.#judge.check(
        (flags & RecordFlag.repeated) !== 0 && sender.got.has(number),
        this.#who,
        `record ${number} came out of order, or again without its mark`,
      );
    if (number > this.#due[lane]) this.#due[lane] = number;
    if (this.#random.chance(0.7)) this.writable();
    else this.#after(this.#random.between(0, 3000), () => this.writable());
    return isNew;
  }

  #compare(message: Uint8Array, number: number, isText: boolean): void {
    const { octets, binary } = recordOf(this.#name, number);
    const isSame =
      isText !== binary &&
      message.length === NUMBERED_HEAD + octets.length &&
      octets.every((octet, index) => message[NUMBERED_HEAD + index] === octet);
    this.#judge.check(isSame, this.#who, `record ${number} of ${this.#name} is not what was posted`);
  }
}

/** What the sender `name` posts as its record `number`. */
export function recordOf(
  name: string,
  number: number,
): { readonly octets: Uint8Array; readonly binary: boolean } {
  const { octets, binary } = messageOf(`${name}/record`, number);
  return { octets: octets.length > 1000 ? octets.subarray(0, 1000) : octets, binary };
}
