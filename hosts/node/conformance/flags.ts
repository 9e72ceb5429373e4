import { InvalidArgumentError, type Command } from 'commander';

/** Options of both commands. */
export interface Flags {
  readonly cases?: readonly string[];
  readonly exclude?: readonly string[];
  readonly report?: string;
  readonly messages?: number;
  readonly sizes?: number;
  readonly expect?: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly badge?: string;
  readonly timeoutFactor?: number;
  readonly onlyFailed?: boolean;
  readonly agent?: string;
}

export interface ServerFlags extends Flags {
  readonly host: string;
  readonly port: number;
  readonly cert?: string;
  readonly key?: string;
  readonly once?: boolean;
}

export interface ClientFlags extends Flags {
  readonly ca?: string;
  readonly insecure?: boolean;
}

const count = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
const factor = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 100)) throw new InvalidArgumentError('It must be a number from 0.1 to 100.');
  return value;
};
export const agentName = (text: string): string => {
  const name = text.trim();
  if (name === '' || name.length > 100) throw new InvalidArgumentError('It must have 1 to 100 characters.');
  return name;
};
export const portNumber = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  }
  return Number(text);
};
export const address = (text: string): string => {
  // To listen on "" is to listen everywhere, which nobody asks for by an empty variable.
  if (text === '') throw new InvalidArgumentError('It must be a name or an address.');
  return text;
};
const list = (text: string, before: readonly string[] = []): readonly string[] => {
  const patterns = text.split(/[\s,]+/).filter(Boolean);
  if (patterns.length === 0) throw new InvalidArgumentError('It must name at least one case.');
  return [...before, ...patterns];
};

const HELP = `
Exit code 0 says that no case failed, or that all came out as expected; 2 that
the tester could not do what it was asked to. Reports are complete for whatever
was run. Runs into one directory add up to one index. A time of the tester runs
only while it looks at its sockets: a busy machine makes no verdict wrong.`;

/** Adds the options of both commands. */
export const common = (command: Command): Command =>
  command
    .option('--cases <patterns>', 'cases to run, such as 1.1.1 or 6.4.*, separated by commas', list)
    .option('--exclude <patterns>', 'cases to leave out', list)
    .option('--report <directory>', 'write pages and JSON to this directory')
    .option('--messages <count>', 'messages a case in sections 12 and 13, 1000 by default', count)
    .option('--sizes <count>', 'only the first so many cases of each sub-section of 12 and 13', count)
    .option('--expect <file>', 'JSON file of expected results; any difference is a failure')
    .option('--only-failed', 'only cases that failed when the reports in --report were written')
    .option('--timeout-factor <number>', 'multiply all times by this, for a slow board', factor)
    .option('--junit <file>', 'write JUnit XML, for CI')
    .option('--badge <file>', 'write a badge: a picture (.svg) or JSON for shields.io')
    .option('--json', 'end with one JSON object on standard output')
    .addHelpText('after', HELP);
