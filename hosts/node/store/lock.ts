import {
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** When a process began, as Linux counts it: a number that comes back is another process. Empty where that is not told. */
function beginOf(pid: number): string {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program may hold blanks and brackets; the 20th field behind it is the time.
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(owner: string): boolean {
  const [id, begin] = owner.split(' ');
  const pid = Number(id);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return begin === beginOf(pid);
}

/**
 * Creates `path` with an owner in it, unless it is there. A symbolic link that leads nowhere has its text from the beginning
 * on, where a file is empty for a moment, and needs no room on a disk that is full. Not every system lets everybody make one.
 */
function create(path: string, owner: string): boolean {
  try {
    symlinkSync(owner, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
  }
  try {
    writeFileSync(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The owner in `path`; undefined if that is not there. */
function ownerIn(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
  }
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes away the lock that `owner` has left behind, and no other that somebody has made meanwhile. */
function clear(path: string, owner: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (ownerIn(aside) === owner) unlinkSync(aside);
  else renameSync(aside, path);
}

/**
 * Makes `path` the sign that this process owns what is beside it, unless another one that lives does. Returns what
 * takes the sign away. Throws with the number of the owner.
 */
export function lock(path: string): () => void {
  const mine = `${process.pid} ${beginOf(process.pid)}`;
  while (!create(path, mine)) {
    const owner = ownerIn(path);
    if (owner === undefined) continue;
    if (isAlive(owner)) throw new Error(`it is in use by process ${owner.split(' ')[0]}`);
    clear(path, owner);
  }
  // Whoever took the directory away took the lock with it.
  return () => rmSync(path, { force: true });
}
