import type { WhenFull } from '../../src/uplink/outbox/options.ts';

export interface ModelRecord {
  readonly number: number;
  readonly payload: readonly number[];
  readonly text: boolean;
  readonly urgent: boolean;
  readonly time: number;
  repeated: boolean;
  sent: boolean;
  /** Where it lies, in octets of its ring. */
  readonly from: number;
  readonly to: number;
  /** Too old, while an older one that was sent is still kept. */
  gone: boolean;
}

/** Octets of a record in memory: docs/uplink.md says 16 more than its payload, rounded up to 4. */
const sizeOf = (length: number): number => 16 + Math.ceil(length / 4) * 4;

/** A ring as a list of records: where a new one lies follows from where the others lie. */
class ModelLane {
  records: ModelRecord[] = [];
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  placeFor(size: number): number {
    const { records } = this;
    if (records.length === 0) return size <= this.size ? 0 : -1;
    const first = records[0].from;
    const last = records[records.length - 1];
    if (last.from >= first) {
      if (last.to + size <= this.size) return last.to;
      return size <= first ? 0 : -1;
    }
    return last.to + size <= first ? last.to : -1;
  }
}

/** What an outbox is to do, said as simply as it can be. */
export class OutboxModel {
  readonly lanes: [ModelLane, ModelLane | undefined];
  readonly counts = {
    posted: 0,
    sent: 0,
    repeated: 0,
    acknowledged: 0,
    written: 0,
    droppedOldest: 0,
    droppedNewest: 0,
    refused: 0,
    expired: 0,
  };
  now = 0;
  next = 0;
  /** The record of which a part was sent. */
  started: ModelRecord | undefined;
  readonly #whenFull: WhenFull;
  readonly #lives: number;
  readonly #isAcknowledged: boolean;

  constructor(memory: number, urgent: number, whenFull: WhenFull, isAcknowledged: boolean, lives: number) {
    this.lanes = [new ModelLane(memory - urgent), urgent === 0 ? undefined : new ModelLane(urgent)];
    this.#whenFull = whenFull;
    this.#isAcknowledged = isAcknowledged;
    this.#lives = lives;
  }

  #laneOf(urgent: boolean): ModelLane {
    return (urgent ? this.lanes[1] : undefined) ?? this.lanes[0];
  }

  #isOld(record: ModelRecord): boolean {
    return this.#lives !== 0 && this.now - record.time >= this.#lives;
  }

  #expireOldest(lane: ModelLane): void {
    while (lane.records.length > 0 && this.#isOld(lane.records[0]) && lane.records[0] !== this.started) {
      if (!lane.records.shift()!.gone) this.counts.expired++;
    }
  }

  post(payload: readonly number[], text: boolean, urgent: boolean): number | 'too long' {
    const lane = this.#laneOf(urgent);
    const size = sizeOf(payload.length);
    if (size > lane.size) return 'too long';
    let at = lane.placeFor(size);
    if (at < 0) {
      this.#expireOldest(lane);
      at = lane.placeFor(size);
    }
    if (at < 0 && this.#whenFull === 'refuse') {
      this.counts.refused++;
      return -1;
    }
    while (at < 0 && this.#whenFull === 'dropOldest' && lane.records[0] !== this.started) {
      if (!lane.records.shift()!.gone) this.counts.droppedOldest++;
      at = lane.placeFor(size);
    }
    if (at < 0) {
      this.counts.droppedNewest++;
      return this.next++;
    }
    const number = this.next++;
    const isUrgent = urgent && this.lanes[1] !== undefined;
    lane.records.push({
      number,
      payload,
      text,
      urgent: isUrgent,
      time: this.now,
      repeated: false,
      sent: false,
      from: at,
      to: at + size,
      gone: false,
    });
    this.counts.posted++;
    return number;
  }

  /** The record that is to be sent next. */
  peek(): ModelRecord | undefined {
    if (this.started !== undefined) return this.started;
    for (const lane of [this.lanes[1], this.lanes[0]]) {
      if (lane === undefined) continue;
      if (lane.records.every(({ sent }) => !sent)) this.#expireOldest(lane);
      for (const record of lane.records) {
        if (record.sent) continue;
        if (!record.gone && !this.#isOld(record)) return record;
        if (!record.gone) this.counts.expired++;
        record.gone = record.sent = true;
      }
    }
    return undefined;
  }

  start(record: ModelRecord): void {
    if (this.started === undefined && record.repeated) this.counts.repeated++;
    this.started = record;
    record.repeated = true;
  }

  sent(record: ModelRecord): void {
    this.counts.sent++;
    if (record.repeated && this.started === undefined) this.counts.repeated++;
    record.repeated = record.sent = true;
    this.started = undefined;
  }

  flushed(): void {
    if (this.#isAcknowledged) return;
    for (const lane of this.lanes) {
      while (lane !== undefined && lane.records[0]?.sent)
        if (!lane.records.shift()!.gone) this.counts.written++;
    }
  }

  rewind(): void {
    this.started = undefined;
    for (const lane of this.lanes) for (const record of lane?.records ?? []) record.sent = false;
  }

  acknowledge(upTo: number, urgent: boolean): void {
    const lane = this.#laneOf(urgent);
    while (lane.records.length > 0 && lane.records[0].number <= upTo && lane.records[0] !== this.started) {
      if (!lane.records.shift()!.gone) this.counts.acknowledged++;
    }
  }
}
