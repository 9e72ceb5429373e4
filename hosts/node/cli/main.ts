import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConformanceCommands } from '../conformance/index.ts';
import { addAutobahnCommand } from './autobahn.ts';
import { addConnectCommand } from './connect.ts';
import { addExitCodes, ExitCode } from './exit-codes.ts';
import { addGatewayCommand } from './gateway/command.ts';
import { addServeCommand } from './serve.ts';
import { addStreamCommand } from './stream/command.ts';
import { visible, visibleJson, withoutSecrets } from '../terminal-text.ts';

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

/** The same for a program that reads objects. `connect` has one a line, with what happened. */
function usageObject(argv: readonly string[], sentence: string): string {
  const error = {
    message: sentence
      .replace(/^ringlet: /, '')
      .trimEnd()
      .replaceAll('\n', ' '),
  };
  return `${visibleJson(argv[2] === 'connect' ? { event: 'error', error } : { error })}\n`;
}

/** Whoever reads the output, as `head` does, may have had enough of it; a full disk is a failure. */
function endWithoutOutput(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`ringlet: standard output cannot be written (${error.code}).\n`);
  process.exit(ExitCode.failed);
}

/** The command `ringlet`, from its arguments to its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  process.stdout.on('error', endWithoutOutput);
  // There is nowhere to say it; the exit code is as ever.
  process.stderr.on('error', () => {});
  const program = new Command('ringlet')
    .description('A WebSocket endpoint for microcontrollers, on a desktop computer.')
    .version(version)
    .configureOutput({
      outputError: (text, write) => {
        const sentence = usageSentence(text);
        write(sentence);
        if (argv.includes('--json')) process.stdout.write(usageObject(argv, sentence));
      },
    })
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
