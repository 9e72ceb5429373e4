import { Command, CommanderError } from 'commander';
import { vi } from 'vitest';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of `ringlet` in this process, and returns what a shell would see of it. */
export async function runCommand(add: (program: Command) => void, ...args: string[]): Promise<Run> {
  let stdout = '';
  let stderr = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const errors = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  process.exitCode = 0;
  let code = 0;
  try {
    const program = new Command('ringlet').exitOverride();
    add(program);
    await program.parseAsync(args, { from: 'user' });
    code = Number(process.exitCode);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  } finally {
    process.exitCode = 0;
    out.mockRestore();
    errors.mockRestore();
  }
  return { code, stdout, stderr };
}
