import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { painterFor } from '../colours.ts';
import { History, HISTORY_LENGTH } from './history.ts';

/** What somebody does at the prompt. */
export interface PromptEvents {
  onLine(text: string): void;
  /** Ctrl-D. */
  onEnd(): void;
  /** Ctrl-C. */
  onInterrupt(): void;
}

/** `print` takes away the row that readline believes the cursor to be in; it keeps that in this property. */
interface Rows {
  prevRows: number;
}

/** A line at the bottom of a terminal that is edited by Node's readline, while other lines appear above it. */
export class Prompt {
  readonly #events: PromptEvents;
  readonly #history = new History();
  #lines: Interface | undefined;

  constructor(events: PromptEvents) {
    this.#events = events;
  }

  /** Shows the prompt and reads on; before that, and after `close`, lines are just printed. */
  open(): void {
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      prompt: painterFor(process.stdout)('> ', 'prompt'),
      history: this.#history.read(),
      historySize: HISTORY_LENGTH,
      removeHistoryDuplicates: true,
    });
    // Node takes what comes in one read for pasted, and then inserts at the end of the line instead of at the cursor.
    Object.defineProperty(lines, 'isCompletionEnabled', { get: () => true, set() {} });
    this.#lines = lines;
    lines.on('line', (text) => {
      this.#history.add(text);
      this.#events.onLine(text);
      this.#lines?.prompt();
    });
    lines.on('SIGINT', () => this.#events.onInterrupt());
    lines.on('close', () => {
      if (this.#lines === undefined) return;
      this.#lines = undefined;
      process.stdout.write('\n');
      this.#events.onEnd();
    });
    lines.prompt();
  }

  /** Prints `text` and a newline above the prompt; what is being typed stays as it is, and the cursor in it. */
  print(stream: NodeJS.WriteStream, text: string): void {
    const lines = this.#lines;
    if (lines === undefined) {
      stream.write(`${text}\n`);
      return;
    }
    this.#erase(lines);
    stream.write(`${text}\n`);
    (lines as unknown as Rows).prevRows = 0;
    lines.prompt(true);
  }

  /** Takes the prompt away and leaves the terminal as it was found. */
  close(): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    this.#lines = undefined;
    this.#erase(lines);
    lines.close();
  }

  #erase(lines: Interface): void {
    const { rows } = lines.getCursorPos();
    cursorTo(process.stdout, 0);
    if (rows > 0) moveCursor(process.stdout, 0, -rows);
    clearScreenDown(process.stdout);
  }
}
