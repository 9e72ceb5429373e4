import { performance } from 'node:perf_hooks';

/** Milliseconds of silence after which a program that has said all has heard all, unless it is told otherwise. */
const SILENCE = 2000;

/**
 * How long the connection stays after the end of the input: a time, or, where none is given, until nothing has come for two
 * seconds, so that a reply that takes its time is not lost.
 */
export class Linger {
  /** Milliseconds; undefined for silence, Infinity for ever. */
  readonly #time: number | undefined;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #heardAt = 0;

  constructor(time: number | undefined, onOver: () => void) {
    this.#time = time;
    this.#onOver = onOver;
  }

  /** All of the input is sent. */
  begin(): void {
    if (this.#timer !== undefined || this.#time === Infinity) return;
    this.#heardAt = performance.now();
    this.#wait(this.#time ?? SILENCE);
  }

  /** Something has come. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #wait(time: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#time === undefined ? this.#heardAt + SILENCE - performance.now() : 0;
      // What came meanwhile and was not read yet is read before that is called.
      if (left > 0) this.#wait(left);
      else setImmediate(this.#onOver);
    }, time);
  }
}
