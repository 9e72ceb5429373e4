import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { keepUp, type LaneNumbers } from '../../../../src/uplink/numbers.ts';
import type { GatewayRecord, RowFormat } from './row.ts';

/** Sessions that are remembered; a sender without a store has a new one with each start. */
const MOST_SESSIONS = 65_536;
const BLOCK = 65_536;
const NEWLINE = 0x0a;

/**
 * The file that records are written to, a line each. What a session has already written there is known after a start,
 * too, for it stands in the file itself: so each record is there once, however often it was sent.
 */
export class RecordFile {
  readonly #file: number;
  readonly #isOwn: boolean;
  readonly #format: RowFormat;
  /** How far each session has got: the number of its latest record, urgent ones apart. */
  readonly #sessions = new Map<string, LaneNumbers>();
  #size = 0;
  #rows = '';
  /** What the rows that wait will make of their sessions. */
  readonly #pending = new Map<string, LaneNumbers>();

  /** Opens `path`, or takes standard output without one. Throws what the system says. */
  constructor(path: string | undefined, format: RowFormat) {
    this.#format = format;
    this.#isOwn = path !== undefined;
    if (path === undefined) {
      this.#file = 1;
      this.#rows = format.head;
      return;
    }
    this.#file = openSync(path, 'a+');
    try {
      if (fstatSync(this.#file).isFile()) this.#recover();
      if (this.#size === 0) this.#rows = format.head;
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** How far `session` has got, rows that wait included. */
  progressOf(session: string): LaneNumbers {
    return this.#pending.get(session) ?? this.#sessions.get(session) ?? { normal: -1, urgent: -1 };
  }

  /** Adds a record, which is new, to what is written next. */
  add(record: GatewayRecord): void {
    this.#rows += this.#format.rowOf(record);
    const progress = { ...this.progressOf(record.session) };
    progress[record.urgent ? 'urgent' : 'normal'] = record.number;
    keepUp(progress, record.number);
    this.#pending.set(record.session, progress);
  }

  /** Writes what waits: after the return it outlives the end of the program. Throws, and forgets it, if it cannot. */
  write(): void {
    if (this.#rows === '') return;
    const octets = Buffer.from(this.#rows);
    this.#rows = '';
    try {
      for (let at = 0; at < octets.length;) at += writeSync(this.#file, octets, at);
    } catch (error) {
      this.#pending.clear();
      if (this.#isOwn) this.#cut();
      throw error;
    }
    this.#size += octets.length;
    for (const [session, progress] of this.#pending) {
      // The one that was used last is the last to be forgotten.
      this.#sessions.delete(session);
      this.#sessions.set(session, progress);
    }
    this.#pending.clear();
    for (const session of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST_SESSIONS) break;
      this.#sessions.delete(session);
    }
  }

  close(): void {
    if (this.#isOwn) closeSync(this.#file);
  }

  /** Takes back the part of a row that was written. */
  #cut(): void {
    try {
      if (fstatSync(this.#file).isFile()) ftruncateSync(this.#file, this.#size);
    } catch {
      // The next start finds it.
    }
  }

  /** Reads what is there, line by line; a last line without an end was torn, and is removed. */
  #recover(): void {
    const block = Buffer.alloc(BLOCK);
    let rest = Buffer.alloc(0);
    let at = 0;
    for (;;) {
      const count = readSync(this.#file, block, 0, BLOCK, at);
      if (count === 0) break;
      at += count;
      let octets = Buffer.concat([rest, block.subarray(0, count)]);
      for (let end = octets.indexOf(NEWLINE); end >= 0; end = octets.indexOf(NEWLINE)) {
        this.#remember(octets.toString('utf8', 0, end));
        this.#size += end + 1;
        octets = octets.subarray(end + 1);
      }
      rest = Buffer.from(octets);
    }
    if (rest.length > 0) ftruncateSync(this.#file, this.#size);
  }

  #remember(line: string): void {
    const key = this.#format.keyOf(line);
    if (key === undefined) return;
    const progress = this.#sessions.get(key.session) ?? { normal: -1, urgent: -1 };
    progress[key.urgent ? 'urgent' : 'normal'] = key.number;
    keepUp(progress, key.number);
    this.#sessions.set(key.session, progress);
  }
}
