import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { visibleLine } from '../../terminal-text.ts';
import { CommandError } from '../arguments.ts';

/** Octets of the longest file that is sent: it is read whole. */
const LONGEST = 256 << 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is none of that name',
  EACCES: 'this user may not',
  EEXIST: 'there is one already',
  EISDIR: 'it is a directory',
};

function cannot(verb: string, path: string, error: unknown): CommandError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new CommandError(`the file ${visibleLine(path)} cannot be ${verb}: ${REASONS[code] ?? code}`);
}

/** The octets of a regular file. Throws a CommandError. */
export function readMessage(path: string): Buffer {
  if (path === '') throw new CommandError('which file?');
  let size: number;
  try {
    const found = statSync(path);
    // A device or a pipe may have no end.
    if (!found.isFile()) throw Object.assign(new Error(), { code: 'it is no regular file' });
    size = found.size;
  } catch (error) {
    throw cannot('read', path, error);
  }
  if (size > LONGEST) throw new CommandError(`the file ${visibleLine(path)} is longer than 256 MiB`);
  try {
    return readFileSync(path);
  } catch (error) {
    throw cannot('read', path, error);
  }
}

/** Writes a new file. Throws a CommandError. */
export function saveMessage(path: string, octets: Uint8Array): void {
  if (path === '') throw new CommandError('into which file?');
  try {
    writeFileSync(path, octets, { flag: 'wx' });
  } catch (error) {
    throw cannot('written', path, error);
  }
}
