import type { Progress } from './options.ts';
import { visibleLine } from '../terminal-text.ts';
import { hasFailed } from './run/result.ts';

/** Where progress is written: standard error, or anything like it. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Seconds between two lines when nobody looks at a terminal. */
const interval = 10;

/** Shows how far a run is: one line that is rewritten on a terminal, a plain line now and then elsewhere. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  #failed = 0;
  #last = 0;
  #shown = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Takes a step of the run. */
  show({ agent, id, number, total, result }: Progress): void {
    if (result !== null && hasFailed(result)) this.#failed++;
    // The agent is what a peer calls itself.
    const line = visibleLine(`${agent}: case ${id}, ${number} of ${total}, ${this.#failed} failed`);
    if (this.#output.isTTY) {
      const room = (this.#output.columns ?? 80) - 1;
      this.#output.write(`\r\u001b[2K${line.slice(0, room)}`);
      this.#shown = true;
      return;
    }
    const now = performance.now();
    if (this.#last !== 0 && now - this.#last < interval * 1000) return;
    this.#last = now;
    this.#output.write(`${line}\n`);
  }

  /** Makes room for other output on a terminal. */
  clear(): void {
    if (this.#shown) this.#output.write('\r\u001b[2K');
    this.#shown = false;
  }
}
