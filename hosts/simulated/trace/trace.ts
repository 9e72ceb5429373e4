import type { Connection } from '../network/connection.ts';
import { printable } from './printable.ts';
import { WireReader } from './wire-reader.ts';

/** One thing that happened. */
export interface Entry {
  /** Virtual milliseconds; of what travelled, when it arrived. */
  readonly time: number;
  /** When it left, of what travelled. */
  readonly sent?: number;
  /** A step of a connection, `http`, `frame` and `octets` of what travelled, the kind of a fault, `note`, `uncaught`. */
  readonly kind: string;
  readonly from: string;
  /** Empty where one host is concerned. */
  readonly to: string;
  readonly text: string;
  /** Number of the connection, from 1; 0 for none. */
  readonly connection: number;
}

/** An entry whose text may not be made yet. */
type Kept = Omit<Entry, 'text'> & { readonly text: string | (() => string) };

/**
 * What happened in a world, as entries that a person can read, the latest ones; and a digest of everything that ever
 * happened, to the octet.
 */
export class Trace {
  #entries: Kept[] = [];
  readonly #most: number;
  readonly #readers = new WeakMap<Connection, [WireReader, WireReader]>();
  #first = 0x811c9dc5;
  #second = 0x9e3779b9;

  /** Keeps at least the latest `most` entries; with 0 there is only the digest. */
  constructor(most: number) {
    this.#most = most;
  }

  get entries(): readonly Entry[] {
    const entries = this.#most === 0 ? [] : this.#entries.slice(-this.#most);
    return entries.map((entry) => ({
      ...entry,
      text: typeof entry.text === 'string' ? entry.text : entry.text(),
    }));
  }

  /** 16 hexadecimal digits that are the same for runs in which the same happened at the same times. */
  get digest(): string {
    const digits = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return digits(this.#first) + digits(this.#second);
  }

  add(entry: Entry): void {
    this.#mix(Math.round(entry.time * 1000) | 0);
    this.#mix(entry.connection);
    for (const text of [entry.kind, entry.from, entry.to, entry.text]) this.#mixText(text);
    this.#keep(entry);
  }

  /** Octets have arrived at the end of `connection` that `direction` leads to. */
  octets(connection: Connection, direction: 0 | 1, octets: Uint8Array, sent: number, time: number): void {
    this.#mix(Math.round(time * 1000) | 0);
    this.#mix(connection.id * 2 + direction);
    this.#mixOctets(octets);
    if (this.#most === 0) return;
    let readers = this.#readers.get(connection);
    if (readers === undefined)
      this.#readers.set(connection, (readers = [new WireReader(), new WireReader()]));
    const { client, server } = connection.route;
    const [from, to] = direction === 0 ? [client.name, server.name] : [server.name, client.name];
    readers[direction].read(octets, (kind, text) =>
      this.#keep({ time, sent, kind, from, to, text, connection: connection.id }),
    );
  }

  #keep(entry: Kept): void {
    if (this.#most === 0) return;
    this.#entries.push(entry);
    if (this.#entries.length >= this.#most * 2) this.#entries = this.#entries.slice(-this.#most);
  }

  #mixText(text: string): void {
    this.#mix(text.length);
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
  }

  /** Four at a time: most of what happens in a world is octets. */
  #mixOctets(octets: Uint8Array): void {
    const { length } = octets;
    this.#mix(length);
    let at = 0;
    for (; at + 4 <= length; at += 4)
      this.#mix(octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24));
    for (; at < length; at++) this.#mix(octets[at]);
  }

  #mix(word: number): void {
    this.#first = Math.imul(this.#first ^ word, 0x01000193);
    this.#second = (Math.imul(this.#second ^ (this.#first >>> 13), 0x85ebca6b) + word) | 0;
  }
}

/** Virtual milliseconds as a person reads them: `1d 02:03:04.005`. */
export function timeText(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
  const days = Math.floor(whole / 86_400_000);
  const clock = [3_600_000, 60_000, 1000].map((unit, index) =>
    pad(Math.floor(whole / unit) % (index === 0 ? 24 : 60), 2),
  );
  return `${days > 0 ? `${days}d ` : ''}${clock.join(':')}.${pad(whole % 1000, 3)}`;
}

/** One line for each entry, whatever stands in it. */
export function traceText(entries: readonly Entry[]): string {
  return entries.map((entry) => `${lineOf(entry)}\n`).join('');
}

function lineOf({ time, sent, kind, from, to, text, connection }: Entry): string {
  const who = to === '' ? from : `${from} → ${to}`;
  const number = connection === 0 ? '' : ` #${connection}`;
  const way = sent === undefined ? '' : ` (${Math.round((time - sent) * 10) / 10} ms)`;
  return `${timeText(time)}  ${printable(`${who}${number}  ${kind}${text === '' ? '' : ` ${text}`}`)}${way}`;
}
