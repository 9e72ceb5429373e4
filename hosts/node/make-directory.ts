import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes a directory and those above it, unless they are there. Throws the system's error. Not by `recursive: true`: with that
 * Node tries for ever, deaf to signals, where a parent is there but takes no children, as in /proc.
 */
export function makeDirectory(path: string): void {
  const whole = resolve(path);
  if (isDirectory(whole)) return;
  if (dirname(whole) !== whole) makeDirectory(dirname(whole));
  try {
    mkdirSync(whole);
  } catch (error) {
    // Somebody else may have made it in the meantime.
    if (!isDirectory(whole)) throw error;
  }
}
