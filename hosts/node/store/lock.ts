import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';

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
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return begin === beginOf(pid);
}

/**
 * Makes `path` the sign that this process owns what is beside it, unless another one that lives does. Returns what
 * takes the sign away. Throws with the number of the owner.
 */
export function lock(path: string): () => void {
  const mine = `${process.pid} ${beginOf(process.pid)}`;
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    let owner = '';
    try {
      owner = readFileSync(path, 'latin1');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (isAlive(owner)) throw new Error(`it is in use by process ${owner.split(' ')[0]}`);
    // Left behind by a process that was killed.
    try {
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
