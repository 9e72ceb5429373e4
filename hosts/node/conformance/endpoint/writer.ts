import type { Socket } from 'node:net';
import type { WireLog } from './wire-log.ts';

/**
 * Writes to the socket in the pieces that a case asks for. A chopped or synchronous write, and everything
 * behind it, waits in a queue that gives the system one turn after each piece, so that each goes out alone.
 */
export class Writer {
  readonly #socket: Socket;
  readonly #log: WireLog;
  readonly #queue: { readonly octets: Buffer; readonly sync: boolean }[] = [];
  #pumping = false;
  #closed = false;
  #corked = false;
  #whenEmpty: (() => void) | null = null;

  constructor(socket: Socket, log: WireLog) {
    this.#socket = socket;
    this.#log = log;
  }

  write(octets: Buffer, chop: number | null = null, sync = false): void {
    if (this.#closed) return;
    if (chop === null && !sync && !this.#pumping) {
      this.#put(octets, false);
      return;
    }
    const size = chop ?? octets.length;
    for (let at = 0; at < octets.length; at += size) {
      this.#queue.push({ octets: octets.subarray(at, at + size), sync: chop !== null || sync });
    }
    if (!this.#pumping) this.#pump();
  }

  /** Calls back once everything has been handed to the socket. */
  whenEmpty(callback: () => void): void {
    if (this.#pumping) this.#whenEmpty = callback;
    else callback();
  }

  /** Nothing is written from now on. */
  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  #pump(): void {
    const next = this.#queue.shift();
    this.#pumping = next !== undefined;
    if (next === undefined) {
      this.#whenEmpty?.();
      return;
    }
    // A full socket would join the pieces into one write, so the queue waits until it has drained.
    if (this.#put(next.octets, next.sync)) setImmediate(() => this.#pump());
    else this.#socket.once('drain', () => this.#pump());
  }

  /** Frames that may share a segment are held back until the end of the turn. */
  #put(octets: Buffer, sync: boolean): boolean {
    this.#log.sent(octets, sync);
    if (sync) return this.#socket.write(octets);
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    return this.#socket.write(octets);
  }
}
