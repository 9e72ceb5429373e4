import type { Progress } from './options.ts';
import { visibleLine } from '../terminal-text.ts';
import { type CaseResult, hasFailed } from './run/result.ts';

/** Where progress is written: standard error, or anything like it. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Why a case failed, in a line: `peer: case 2.1 FAILED: timed out after 1 s waiting for a Pong "x"`. */
function verdictText({ agent, id, behavior, behaviorClose, result, resultClose }: CaseResult): string {
  const isBad = behavior === 'FAILED';
  return isBad
    ? `${agent}: case ${id} FAILED: ${result}`
    : `${agent}: case ${id} ${behavior}, but its end is ${behaviorClose}: ${resultClose}`;
}

/** Seconds between two lines when nobody looks at a terminal. */
const interval = 10;

/** Shows how far a run is: one line that is rewritten on a terminal, a plain line now and then elsewhere. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  /** Cases that failed, by agent: several may be tested at once. */
  readonly #failed = new Map<string, number>();
  #last = 0;
  #shown = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Takes a step of the run. */
  show({ agent, id, number, total, result }: Progress): void {
    if (result !== null && hasFailed(result)) {
      this.#failed.set(agent, (this.#failed.get(agent) ?? 0) + 1);
      this.clear();
      this.#output.write(`${visibleLine(verdictText(result))}\n`);
    }
    const failed = this.#failed.get(agent) ?? 0;
    // The agent is what a peer calls itself.
    const line = visibleLine(`${agent}: case ${id}, ${number} of ${total}, ${failed} failed`);
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
