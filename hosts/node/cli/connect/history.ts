import { appendFileSync, chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { visible } from '../../terminal-text.ts';

/** Lines that can be had back by the arrow keys. */
export const HISTORY_LENGTH = 1000;

/** Only its owner may read it: what is typed to a server may be a secret. */
const MODE = 0o600;

/**
 * The file that `RINGLET_HISTORY` names, or one in the home directory; undefined if it is set to nothing, or to a device such as
 * /dev/null, whose mode is not ours to change and which may have no end.
 */
function pathOf({ RINGLET_HISTORY: named }: NodeJS.ProcessEnv): string | undefined {
  const path = named ?? join(homedir(), '.ringlet_history');
  if (path === '') return undefined;
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.isFile() ? path : undefined;
}

/**
 * Lines that were typed at the prompt, kept from one run to the next. Each is added when it is typed, so that prompts of the
 * same time lose nothing of each other. A file that cannot be had is no fault: then this run has its own history only.
 */
export class History {
  readonly #path: string | undefined;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    try {
      this.#path = pathOf(environment);
    } catch {
      // It may not even be looked at.
    }
  }

  /** What was typed in earlier runs, the last line first, each once. Shortens a file that has become too long. */
  read(): string[] {
    const lines = this.#lines();
    const latest = [...new Set(lines.reverse())].slice(0, HISTORY_LENGTH);
    if (lines.length > 2 * HISTORY_LENGTH)
      this.#attempt((path) =>
        writeFileSync(path, [...latest].reverse().map(asLine).join(''), { mode: MODE }),
      );
    return latest;
  }

  add(text: string): void {
    if (text.trim() === '') return;
    this.#attempt((path) => {
      appendFileSync(path, asLine(text), { mode: MODE });
      chmodSync(path, MODE);
    });
  }

  #lines(): string[] {
    let text = '';
    this.#attempt((path) => (text = readFileSync(path, 'utf8')));
    // Nobody typed what drives a terminal.
    return text.split('\n').filter((line) => line !== '' && visible(line) === line);
  }

  #attempt(act: (path: string) => void): void {
    if (this.#path === undefined) return;
    try {
      act(this.#path);
    } catch {
      // It is not there yet, or may not be written.
    }
  }
}

const asLine = (text: string): string => `${text}\n`;
