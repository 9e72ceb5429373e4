import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConformanceCommands } from '../conformance/index.ts';
import { addAutobahnCommand } from './autobahn.ts';
import { addConnectCommand } from './connect.ts';
import { addGatewayCommand } from './gateway/command.ts';
import { addServeCommand } from './serve.ts';
import { addStreamCommand } from './stream/command.ts';

/** Exit code for arguments that cannot be understood. */
const WRONG_USAGE = 2;

/** The command `ringlet`, from its arguments to its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // Whoever reads the output, as `head` does, has had enough of it.
    process.exit();
  });
  const program = new Command('ringlet')
    .description('A WebSocket endpoint for microcontrollers, on the desk: talk, serve, stream, test.')
    .version(version)
    // As for every other fault: who speaks, then a sentence.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'ringlet: ')) })
    // 1 is for what was tried and failed; a tester that exits with 1 has found a fault of its peer.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
  addConnectCommand(program);
  addServeCommand(program);
  addStreamCommand(program);
  addGatewayCommand(program);
  addAutobahnCommand(program);
  addConformanceCommands(program);
  await program.parseAsync(argv);
}
