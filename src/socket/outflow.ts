import type { Client } from './client.ts';
import { Queue, type Views } from './queue.ts';

/** Octets that wait to be sent, and what the client takes of them. */
export class Outflow extends Queue {
  /** Octets that the client takes in one message now, and when nothing waits in it. */
  room = 0;
  private _capacity = 0;

  /** The client takes `count` octets now. */
  makeRoom(count: number): void {
    this.room = count;
    if (count > this._capacity) this._capacity = count;
  }

  /** Sends `octets` as one message. */
  send(client: Client, octets: Uint8Array): void {
    try {
      this.room = client.write(octets);
    } catch {
      // The end is on its way.
      this.room = 0;
    }
  }

  /** Sends what waits, as far as the client takes it; in pieces that are worth a message. */
  flush(client: Client, views: Views): void {
    const { longest } = views;
    while (this.length > 0) {
      let count = this.length;
      if (count > this.room) {
        count = this.room;
        if (count === 0 || count < this._capacity >> 1) return;
      }
      if (count > longest) count = longest;
      const view = views.viewOf(this.start, this.start + count);
      this.drop(count);
      this.send(client, view);
      views.release();
    }
  }
}
