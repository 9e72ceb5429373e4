import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConformanceCommands } from '../conformance/index.ts';
import { addAutobahnCommand } from './autobahn.ts';
import { addConnectCommand } from './connect.ts';
import { addExitCodes, ExitCode } from './exit-codes.ts';
import { addGatewayCommand } from './gateway/command.ts';
import { addServeCommand } from './serve.ts';
import { addStreamCommand } from './stream/command.ts';
import { visible, withoutSecrets } from '../terminal-text.ts';

/**
 * What commander says of arguments that it does not understand, as our commands say things: who speaks, then a sentence. What
 * was typed may be a secret, such as a header.
 */
function usageSentence(text: string): string {
  const sentence = text
    .replace(/^error: /, 'ringlet: ')
    .replace(/ argument '[^]*' is invalid\./, ' is invalid.')
    .replace(/(unknown option '-[^=']*)=[^]*'/, "$1'");
  return visible(withoutSecrets(sentence));
}

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
    .configureOutput({ outputError: (text, write) => write(usageSentence(text)) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? ExitCode.done : ExitCode.notBegun));
  addConnectCommand(program);
  addServeCommand(program);
  addStreamCommand(program);
  addGatewayCommand(program);
  addAutobahnCommand(program);
  addConformanceCommands(program);
  addExitCodes(program);
  await program.parseAsync(argv);
}
