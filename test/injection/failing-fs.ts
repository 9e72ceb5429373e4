/** The functions of `node:fs` that a FileStore calls; each call is one that may fail. For `vi.mock('node:fs', …)`. */
import type * as Fs from 'node:fs';

const NAMES = [
  'closeSync',
  'fdatasyncSync',
  'ftruncateSync',
  'mkdirSync',
  'openSync',
  'readFileSync',
  'readdirSync',
  'readlinkSync',
  'renameSync',
  'statSync',
  'symlinkSync',
  'unlinkSync',
  'writeFileSync',
  'writeSync',
] as const;

type Fails = (call: number, name: string) => string | undefined;

const state = { fails: undefined as Fails | undefined, calls: 0, open: new Set<number>() };

/**
 * Calls are counted from 1 on, and fail with the code that `fails` says; without it all is as it was. Returns how many files have
 * been left open since the last call.
 */
export function failFiles(fails: Fails | undefined): number {
  const left = state.open.size;
  state.fails = fails;
  state.calls = 0;
  state.open.clear();
  return left;
}

/** An error as of the system, which the test has made. */
export class FileFailure extends Error {
  readonly code: string;

  constructor(code: string, name: string) {
    super(`${code}: ${name} failed`);
    this.code = code;
  }
}

export function failingFs(real: typeof Fs): typeof Fs {
  const functions: Record<string, unknown> = {};
  for (const name of NAMES)
    functions[name] = (...given: unknown[]): unknown => {
      const code = state.fails?.(++state.calls, name);
      // What fails to be closed is closed all the same, as on Linux.
      if (name === 'closeSync') state.open.delete(given[0] as number);
      if (code === undefined || name === 'closeSync') {
        const result = (real[name] as (...values: unknown[]) => unknown)(...given);
        if (name === 'openSync' && state.fails !== undefined) state.open.add(result as number);
        if (code === undefined) return result;
      }
      throw new FileFailure(code!, name);
    };
  return { ...real, ...functions } as typeof Fs;
}
