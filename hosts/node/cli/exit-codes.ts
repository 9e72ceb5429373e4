import { constants } from 'node:os';
import type { Command } from 'commander';

/** Exit codes of every command. */
export const enum ExitCode {
  done = 0,
  /** It ran, and something failed: the connection, or a case of a test. */
  failed = 1,
  /** It could not begin: an argument, a file, an address to listen on; or there was nobody to be tested. */
  notBegun = 2,
}

/** The exit code of a command that `signal` ended before it was done, as shells have it. */
export const interruptedBy = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

const EXIT_CODES = `
Exit codes:
  0    done
  1    failed: the connection, or a case of a test
  2    could not begin: wrong arguments, a file, an address to listen on, or,
       for a test, nobody to be tested
  130  interrupted (Ctrl-C) before it was done; 143 by SIGTERM. Servers and
       streams run until then, so that for them it is the ordinary end (0).`;

/** Adds the exit codes to the help of a command and of all commands below it, in at most 80 columns. */
export function addExitCodes(command: Command): void {
  command.configureHelp({ helpWidth: Math.min(process.stdout.columns || 80, 80) });
  command.addHelpText('after', EXIT_CODES);
  for (const inner of command.commands) addExitCodes(inner);
}
