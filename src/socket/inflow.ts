import type { Client } from './client.ts';
import { Queue, type Views } from './queue.ts';

/** Octets that came and are not read, and the message behind them that its client still keeps. */
export class Inflow extends Queue {
  /** Octets of the message that the client keeps until they are read. */
  waiting = 0;

  /** Takes from the client what fits. */
  pull(client: Client, views: Views): void {
    const { longest } = views;
    while (this.waiting > 0 && this.free > 0) {
      let count = this.waiting;
      if (count > this.free) count = this.free;
      if (count > longest) count = longest;
      this.reserve(count);
      const at = this.end;
      this.waiting -= count;
      this.end += count;
      const view = views.viewFor(at, at + count);
      try {
        client.read(view);
      } finally {
        views.release();
      }
      views.settle(at, count);
    }
  }

  /** Copies the oldest octets into `octets`, as many as fit, and returns how many those are. */
  copyTo(octets: Uint8Array, views: Views): number {
    const { start, length } = this;
    const { longest } = views;
    const count = octets.length < length ? octets.length : length;
    for (let at = 0; at < count; at += longest) {
      const end = count - at < longest ? count : at + longest;
      octets.set(views.viewOf(start + at, start + end), at);
      views.release();
    }
    return count;
  }
}
