import type { Peer, ServeOptions } from '../../hosts/simulated/server.ts';
import { type Outbox, SUBPROTOCOL } from '../../src/uplink/index.ts';
import { ACKNOWLEDGEMENT, ACKNOWLEDGEMENT_LENGTH, NUMBERED_HEAD, RECORD } from '../../src/uplink/protocol.ts';
import type { FailingStore } from './failing-store.ts';

/** A gateway, and what was promised of the records that it should have: each once, in order, as it was posted. */
export class Gateway {
  /** Lengths of records by their number: that were taken, and that have come. */
  readonly #taken = new Map<number, number>();
  readonly #got = new Map<number, number>();
  readonly #wrong: string[] = [];
  #outbox: Outbox | undefined;
  #store: FailingStore | undefined;

  readonly service: ServeOptions = {
    protocols: [SUBPROTOCOL],
    onMessage: (peer, data) => this.#take(peer, data as Uint8Array),
  };

  /** `store`: where its records are kept, too, if anywhere. */
  watch(outbox: Outbox, store?: FailingStore): void {
    this.#outbox = outbox;
    this.#store = store;
  }

  accepted(number: number, length: number): void {
    this.#taken.set(number, length);
  }

  acknowledged(upTo: number): void {
    for (const number of this.#taken.keys())
      if (number <= upTo && !this.#got.has(number))
        this.#wrong.push(`${number} was released, and is not here`);
  }

  /** Whatever has failed, every record that was taken is here, or kept: in memory, and in the store if that took it. */
  wrong(): string[] {
    const missing = [...this.#taken.keys()].filter((number) => !this.#got.has(number));
    const kept = this.#outbox?.kept ?? 0;
    if (missing.length > kept) this.#wrong.push(`${missing.join()} are missing, and ${kept} are kept`);
    if (this.#store === undefined) return this.#wrong;
    const { numbers, refused } = this.#store;
    const lost = missing.filter((number) => !numbers.has(number) && !refused.has(number));
    if (lost.length > 0) this.#wrong.push(`${lost.join()} are missing, and the store does not have them`);
    return this.#wrong;
  }

  #take(peer: Peer, data: Uint8Array): void {
    if (data[0] !== RECORD) return;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const number = view.getUint32(4, true);
    const length = data.length - NUMBERED_HEAD;
    const last = Math.max(-1, ...this.#got.keys());
    if (!data.subarray(NUMBERED_HEAD).every((octet) => octet === 97))
      this.#wrong.push(`${number} is garbled`);
    if (this.#got.has(number)) {
      if (this.#got.get(number) !== length) this.#wrong.push(`${number} came again as another one`);
    } else if (number !== last + 1) this.#wrong.push(`${number} came after ${last}`);
    this.#got.set(number, length);
    const answer = new Uint8Array(ACKNOWLEDGEMENT_LENGTH);
    answer[0] = ACKNOWLEDGEMENT;
    new DataView(answer.buffer).setUint32(4, Math.max(last, number), true);
    peer.send(answer);
  }
}
