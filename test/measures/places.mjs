// What a list of exceptions says about a place in `src/`: branches that no test takes, and mutants that no test notices.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const files = new Map();

/** The lines of a file of the tree, which is read once. */
export function linesOf(file) {
  let lines = files.get(file);
  if (lines === undefined) files.set(file, (lines = readFileSync(join(root, file), 'utf8').split('\n')));
  return lines;
}

/** The text of a line, counted from 1. */
export const lineAt = (file, line) => linesOf(file)[line - 1].trim();

/**
 * Whether an exception is about what was found: in its file, in a line that has its text, and equal in whatever else the
 * exception says. Lines move, their text seldom does.
 */
export function isAbout({ file, text, reason: _reason, ...rest }, found) {
  if (file !== found.file || !found.text.includes(text)) return false;
  return Object.entries(rest).every(([name, value]) => value === found[name]);
}

/** Exceptions whose line is in no file any more, or in more than one place: they say nothing, or too much. */
export function withoutPlace(exceptions) {
  return exceptions.filter(({ file, text }) => {
    const count = linesOf(file).filter((line) => line.includes(text)).length;
    return count !== 1;
  });
}
