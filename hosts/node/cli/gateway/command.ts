import { type Command, Option } from 'commander';
import { address, CannotBegin, compressionOf, fail, file, integer } from '../arguments.ts';
import { listenSentence } from '../listen-sentence.ts';
import { identityOf } from '../tls-options.ts';
import { Gateway } from './gateway.ts';
import { RecordFile } from './record-file.ts';
import { csv, ndjson } from './row.ts';

interface GatewayArguments {
  readonly host: string;
  readonly port: number;
  readonly out?: string;
  readonly format: 'ndjson' | 'csv';
  readonly json?: boolean;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly deflate: boolean;
}

function openFile({ out, format }: GatewayArguments): RecordFile {
  try {
    return new RecordFile(out, format === 'csv' ? csv : ndjson);
  } catch (error) {
    throw new CannotBegin(`the file ${out} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function runGateway(options: GatewayArguments): Promise<void> {
  const { host, port, out, json = false, deflate } = options;
  if (json && out === undefined)
    throw new CannotBegin('--json needs --out: both would be written to standard output');
  const identity = identityOf(options);
  const tls = identity && { cert: identity.certificates.join('\n'), key: identity.key };
  const recordFile = openFile(options);
  // Records or one object have standard output to themselves.
  const stream = out === undefined || json ? process.stderr : process.stdout;
  const onNote = (text: string): void => void stream.write(`${text}\n`);
  const gateway = await Gateway.listen({
    host,
    port,
    tls,
    compression: compressionOf(deflate),
    file: recordFile,
    onNote,
  }).catch((error: NodeJS.ErrnoException) => {
    recordFile.close();
    throw new CannotBegin(listenSentence(error, host, port));
  });
  const name = gateway.host.includes(':') ? `[${gateway.host}]` : gateway.host;
  onNote(`listening on ${tls === undefined ? 'ws' : 'wss'}://${name}:${gateway.port}`);
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      // A second signal has its own effect.
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
  await gateway.close();
  recordFile.close();
  const { counters } = gateway;
  if (json) process.stdout.write(`${JSON.stringify(counters)}\n`);
  else onNote(`${counters.records} records written, ${counters.doubles} had come before`);
}

/** Adds `ringlet gateway`. */
export function addGatewayCommand(program: Command): void {
  program
    .command('gateway')
    .description('receive what uplinks send: write each record once, and acknowledge it')
    .option(
      '--host <address>',
      'address to listen on; 0.0.0.0 for a board on the network',
      address,
      '127.0.0.1',
    )
    .option('--port <number>', 'port to listen on, 0 for any free one', integer(0, 65535), 9003)
    .option('--out <file>', 'file to add records to; default: standard output')
    .addOption(
      new Option('--format <name>', 'one JSON object a line, or comma-separated values')
        .choices(['ndjson', 'csv'])
        .default('ndjson'),
    )
    .option('--json', 'print one JSON object at the end; with --out')
    .option('--deflate', 'agree to compress messages (permessage-deflate)', true)
    .option('--no-deflate', 'never compress')
    .option('--cert <file>', 'PEM certificate chain, for wss', file)
    .option('--key <file>', 'PEM private key, for wss', file)
    .action((options: GatewayArguments) => runGateway(options).catch(fail));
}
