import type { Outbox, OutboxCounters } from '../../src/uplink/index.ts';
import type { Judge } from './judge.ts';
import type { OutboxPlan } from './scenario.ts';

/** A record that the outbox has promised to keep. */
interface Kept {
  readonly number: number;
  /** Octets of its payload, and of the memory that it takes. */
  readonly length: number;
  readonly size: number;
  /** When it was posted, by the clock of its machine. */
  since: number;
  /** It has been too old at some time: that it never comes is in order. */
  isOld: boolean;
}

/** What an outbox had to send when a connection was open. */
export interface Opening {
  readonly urgent: readonly number[];
  /** Records that were too old to be sent. */
  readonly stale: ReadonlySet<number>;
  /** Octets that the machine's sockets had taken. */
  readonly taken: number;
}

/** docs/uplink.md: 16 more than the payload, rounded up to 4. */
const sizeOf = (length: number): number => 16 + Math.ceil(length / 4) * 4;
/** Of a transmit ring: the reserve for a control frame, the headers of a frame and of a record. */
const OVERHEAD = 160;

/**
 * What an outbox has promised, from outside: two lists of records, which change by nothing but what the application did and
 * was told. Whatever an outbox drops has to be counted by its policy, for want of room only; what it still keeps has to be on
 * every connection before what was posted later. Between two calls `look` sees whether the counters say the same.
 */
export class OutboxWatch {
  readonly #who: string;
  readonly #plan: OutboxPlan;
  readonly #judge: Judge;
  /** The machine's clock, and octets that its sockets have taken. */
  readonly #now: () => number;
  readonly #taken: () => number;
  /** A longer payload may be sent in pieces. */
  readonly #whole: number;
  /** What is kept: of the others, and of the urgent ones. */
  readonly #lanes: readonly [Kept[], Kept[]] = [[], []];
  /** Numbers of records that were dropped as they were posted: they never come. */
  readonly #never = new Set<number>();
  #outbox!: Outbox;
  #counters!: OutboxCounters;
  #opening: Opening = { urgent: [], stale: new Set(), taken: 0 };
  /** Octets of what was let go as written since the connection is open. */
  #written = 0;

  constructor(options: {
    who: string;
    plan: OutboxPlan;
    transmitBuffer: number;
    judge: Judge;
    now: () => number;
    taken: () => number;
  }) {
    this.#who = options.who;
    this.#plan = options.plan;
    this.#whole = options.transmitBuffer - OVERHEAD;
    this.#judge = options.judge;
    this.#now = options.now;
    this.#taken = options.taken;
  }

  get #isExact(): boolean {
    return this.#plan.timeToLive === 0;
  }

  get #kept(): number {
    return this.#lanes[0].length + this.#lanes[1].length;
  }

  // --- What the application does, and is told ---------------------------------------------------------------

  /** The program begins, with an outbox that has what the store kept; without a store, with nothing. */
  begun(outbox: Outbox): void {
    this.#outbox = outbox;
    this.#counters = outbox.counters;
    for (const lane of this.#lanes) {
      if (!this.#plan.isStored) lane.length = 0;
      for (const record of lane) record.since = this.#now();
    }
    // Those that were dropped as the last ones before a start are given again.
    for (const number of this.#never) if (number >= outbox.nextNumber) this.#never.delete(number);
    const what = `of ${this.#kept} records that waited, ${outbox.kept} are left after a restart`;
    this.#judge.check(this.#isExact ? outbox.kept === this.#kept : true, this.#who, what);
  }

  /** A connection is open, and nothing has been sent on it. */
  opened(): void {
    this.look();
    this.#written = 0;
    const stale = this.#lanes.flatMap((lane) => lane.filter((record) => this.#isOldNow(record)));
    this.#opening = {
      urgent: this.#lanes[1].map(({ number }) => number),
      stale: new Set(stale.map(({ number }) => number)),
      taken: this.#taken(),
    };
  }

  /** Posts a record of `length` octets by `post`, and looks at what has become of it. */
  post(length: number, isUrgent: boolean, post: () => number): number {
    const { whenFull } = this.#plan;
    const outbox = this.#outbox;
    const number = outbox.nextNumber;
    const lane = this.#lanes[isUrgent ? 1 : 0];
    this.look();
    const before = this.#counters;
    let given: number | undefined;
    try {
      given = post();
    } finally {
      const after = (this.#counters = outbox.counters);
      const grown = (name: keyof OutboxCounters): number => after[name] - before[name];
      this.#checkDrops(lane, length, grown);
      lane.splice(0, grown('droppedOldest'));
      const isKept = grown('posted') === 1;
      if (isKept) lane.push({ number, length, size: sizeOf(length), since: this.#now(), isOld: false });
      else if (outbox.nextNumber !== number) this.#never.add(number);
      this.#release(grown('written'));
      this.#checkMemory(lane);
    }
    const isRefused = given === -1;
    this.#judge.check(
      isRefused ? whenFull === 'refuse' && outbox.nextNumber === number : given === number,
      this.#who,
      `a record has the number ${given}, not ${number}`,
    );
    this.#checkKept();
    return given;
  }

  /** The receiver has `count` records up to `upTo`, the machine was told; `has` says what it really has. */
  acknowledged(upTo: number, isUrgent: boolean, count: number, has: (number: number) => boolean): void {
    const lane = this.#lanes[isUrgent ? 1 : 0];
    const { acknowledged, written } = this.#outbox.counters;
    const before = this.#counters;
    this.#counters = { ...before, acknowledged, written };
    this.#release(written - before.written);
    const later = lane.findIndex(({ number }) => number > upTo);
    const gone = lane.splice(0, this.#isExact ? count : later < 0 ? lane.length : later);
    for (const record of gone) {
      const { number } = record;
      const isRight = (number <= upTo && has(number)) || this.#isOld(record);
      this.#judge.check(isRight, this.#who, `record ${number} was let go, and the gateway does not have it`);
    }
    // Of what is sent in pieces the receiver cannot have all.
    const isMore = lane.length > 0 && lane[0].number <= upTo && !this.#isLong(lane[0]);
    this.#judge.check(!isMore, this.#who, `${count} records were let go up to ${upTo}, not all`);
    const isTold = acknowledged - before.acknowledged === gone.length || !this.#isExact;
    this.#judge.check(isTold, this.#who, 'records were let go, and not told');
    this.look();
  }

  /** Between calls of the application's nothing is dropped, refused or acknowledged. */
  look(): void {
    const before = this.#counters;
    const after = (this.#counters = this.#outbox.counters);
    for (const name of ['droppedOldest', 'droppedNewest', 'refused', 'acknowledged', 'posted'] as const)
      this.#judge.check(
        after[name] === before[name],
        this.#who,
        `${after[name] - before[name]} records were ${name} by themselves`,
      );
    for (const lane of this.#lanes) for (const record of lane) this.#isOld(record);
    this.#release(after.written - before.written);
    this.#checkKept();
  }

  // --- What comes at the gateway -----------------------------------------------------------------------------

  /** What the outbox had when the present connection was open. */
  get opening(): Opening {
    return this.#opening;
  }

  /** Record `number` came on a connection on which those up to `last` had come, of each lane. Returns what is wrong. */
  arrived(opening: Opening, lane: 0 | 1, number: number, last: readonly number[]): string | undefined {
    if (this.#never.has(number)) return `record ${number} was dropped as it was posted, and came`;
    if (opening.stale.has(number)) return `record ${number} was sent, and was too old`;
    const skipped = this.#lanes[lane].find((each) => each.number > last[lane] && !this.#isOld(each));
    if (skipped !== undefined && skipped.number < number)
      return `record ${number} came before ${skipped.number}, which is kept`;
    if (lane === 1) return undefined;
    const urgent = this.#lanes[1].find((each) => each.number > last[1] && !this.#isOld(each));
    return urgent !== undefined && opening.urgent.includes(urgent.number)
      ? `record ${number} came before ${urgent.number}, which is urgent`
      : undefined;
  }

  // --- Inside ------------------------------------------------------------------------------------------------

  /** The `count` oldest records are written: only that policy lets them go, and only what a socket has taken. */
  #release(count: number): void {
    const { keep } = this.#plan;
    this.#judge.check(
      count === 0 || keep === 'written',
      this.#who,
      `${count} records were let go as written`,
    );
    // Of two lanes nobody can say whose they are; then there is one.
    for (const { length } of this.#lanes[0].splice(0, count)) this.#written += length;
    const taken = this.#taken() - this.#opening.taken;
    this.#judge.check(
      this.#written <= taken,
      this.#who,
      `${this.#written} octets of records were let go as written, and ${taken} were taken`,
    );
  }

  /** What was dropped or refused for a record of `length` octets: for want of room, and as the policy says. */
  #checkDrops(lane: readonly Kept[], length: number, grown: (name: keyof OutboxCounters) => number): void {
    const { whenFull } = this.#plan;
    const [oldest, newest, refused] = [grown('droppedOldest'), grown('droppedNewest'), grown('refused')];
    if (oldest + newest + refused === 0) return;
    const isByPolicy =
      whenFull === 'refuse'
        ? oldest + newest === 0
        : whenFull === 'dropNewest'
          ? oldest + refused === 0
          : refused === 0 && (newest === 0 || (lane.length > oldest && this.#isLong(lane[oldest])));
    const what = `${oldest} oldest and ${newest} newest records were dropped, ${refused} refused, by ${whenFull}`;
    this.#judge.check(isByPolicy, this.#who, what);
    // A place in one piece may be missing where there is as much in two.
    const size = sizeOf(length);
    const longest = Math.max(size, ...lane.map((record) => record.size));
    const left = lane.slice(Math.max(0, oldest - 1)).reduce((sum, record) => sum + record.size, 0);
    const isFull = left + size + longest > this.#sizeOf(lane);
    this.#judge.check(isFull, this.#who, `${what}, although there was room`);
  }

  #checkMemory(lane: readonly Kept[]): void {
    const used = lane.reduce((sum, { size }) => sum + size, 0);
    const isWithin = used <= this.#sizeOf(lane) || !this.#isExact;
    this.#judge.check(isWithin, this.#who, `${used} octets of records are kept in ${this.#sizeOf(lane)}`);
  }

  #checkKept(): void {
    const { kept } = this.#outbox;
    const isRight = kept === this.#kept || !this.#isExact;
    this.#judge.check(isRight, this.#who, `${kept} records are kept, of ${this.#kept} that are promised`);
  }

  #sizeOf(lane: readonly Kept[]): number {
    const { memory, urgentMemory } = this.#plan;
    return lane === this.#lanes[1] ? urgentMemory : memory - urgentMemory;
  }

  /** Whether it may be sent in pieces: then it is neither dropped nor acknowledged before its end. */
  #isLong({ length }: Kept): boolean {
    return length > this.#whole;
  }

  #isOld(record: Kept): boolean {
    if (this.#isOldNow(record)) record.isOld = true;
    return record.isOld;
  }

  /** A clock that goes back makes young again what has not been dropped. */
  #isOldNow({ since }: Kept): boolean {
    const { timeToLive } = this.#plan;
    return timeToLive !== 0 && ((this.#now() - since) | 0) >= timeToLive;
  }
}
