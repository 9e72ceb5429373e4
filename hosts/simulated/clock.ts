/** Something that is to happen at a time. Only {@link Clock} changes it. */
export interface Happening {
  /** Virtual milliseconds since the world began. */
  readonly time: number;
  /** Which of two timers for the same time was set first. */
  readonly order: number;
  /** Undefined once it has happened or was cancelled. */
  action: (() => void) | undefined;
}

/** How many cancelled happenings may lie in the heap beside as many living ones before they are cleared out. */
const CLUTTER = 64;

/**
 * Virtual time: what was asked for happens in order of its time, and at one time in the order in which it was asked
 * for, so that a run depends on nothing but what the world is made from. A binary heap; cancelled entries stay in it
 * until they come up or are too many.
 */
export class Clock {
  #heap: Happening[] = [];
  #order = 0;
  #cancelled = 0;
  #now = 0;

  /** Virtual milliseconds since the world began; fractions are possible. */
  get now(): number {
    return this.#now;
  }

  /** How many happenings are still to come. */
  get pending(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** When the next thing happens; Infinity if nothing will. */
  get next(): number {
    this.#skipCancelled();
    return this.#heap.length === 0 ? Infinity : this.#heap[0].time;
  }

  /** Does `action` at `time`, or now if that is past; never before the return. */
  at(time: number, action: () => void): Happening {
    const happening = { time: time > this.#now ? time : this.#now, order: this.#order++, action };
    this.#push(happening);
    return happening;
  }

  /** Undoes `at`. What has happened, and undefined, are ignored. */
  cancel(happening: Happening | undefined): void {
    if (happening?.action === undefined) return;
    happening.action = undefined;
    this.#cancelled += 1;
    if (this.#cancelled > CLUTTER && this.#cancelled * 2 > this.#heap.length) this.#clear();
  }

  /** Does the next thing that happens until `limit`. Returns false, with `limit` as the time, if there is none. */
  step(limit: number): boolean {
    this.#skipCancelled();
    const first = this.#heap[0];
    if (first === undefined || first.time > limit) {
      if (limit > this.#now && limit !== Infinity) this.#now = limit;
      return false;
    }
    this.#pop();
    this.#now = first.time;
    const action = first.action!;
    first.action = undefined;
    action();
    return true;
  }

  #skipCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0].action === undefined) {
      this.#pop();
      this.#cancelled -= 1;
    }
  }

  #clear(): void {
    const living = this.#heap.filter(({ action }) => action !== undefined);
    this.#heap = [];
    this.#cancelled = 0;
    for (const happening of living) this.#push(happening);
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(happening);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(happening, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
