// `npm run conformance:xs`: the lab against our client in the desk XS, in the static memory of a small device, as
// the command that a user runs: 32 KB without compression, 48 KB with it. Writes reports/conformance/ and holds the
// results against test/conformance/expected-xs.json. Exit code 1 on a difference, 3 where there is no C compiler.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { whole } from './arguments.mjs';
import { root, setUp } from './setup.mjs';

const SECTIONS = '1.*,2.*,3.*,4.*,5.*,6.*,7.*,9.*,10.*,12.*,13.*';

const options = new Command('npm run conformance:xs --')
  .option('--cases <patterns>', 'cases to run, such as 1.1.1 or 6.*, separated by commas', SECTIONS)
  .addOption(
    new Option('--engine <name>', 'XS on this machine, or on an emulated RV32IMC board')
      .choices(['xs', 'rv32'])
      .default('xs'),
  )
  .option('--messages <count>', 'messages a case in sections 12 and 13', whole(1), 20)
  .option('--sizes <count>', 'how many cases of each sub-section of 12 and 13', whole(1), 10)
  .option('--json', 'end with one JSON object on standard output')
  .parse()
  .opts();

// The builder's name for the machine.
const machine = options.engine === 'rv32' ? ['rv32'] : [];
await setUp();
const built = spawnSync(process.execPath, [join(root, 'hosts/xs/build.mjs'), ...machine], {
  encoding: 'utf8',
});
if (built.status !== 0) {
  process.stderr.write(built.stderr);
  process.exit(built.status ?? 1);
}
const lab = await import(new URL('../dist/conformance.js', import.meta.url).href);
const report = lab.ReportStore.from(join(root, 'reports', 'conformance'));
const ringlet = join(root, 'hosts', 'node', 'cli', 'ringlet.mjs');

function onProgress({ id, number, total, result }) {
  if (result !== null && lab.hasFailed(result))
    process.stderr.write(`${id} ${result.behavior}, closing ${result.behaviorClose}\n`);
  else if (result !== null && number % 50 === 0) process.stderr.write(`${number} of ${total}\n`);
}

/** Has the client in the desk XS go through `cases`. */
async function test(agent, cases, flag) {
  const { messages, sizes } = options;
  const server = await lab.startFuzzingServer({ cases, messages, sizes, port: 0, report, onProgress });
  const args = [ringlet, 'autobahn', server.url, '--agent', agent, '--engine', options.engine, flag];
  await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  await server.close();
}

const chosen = options.cases.split(/[\s,]+/).filter(Boolean);
const compresses = (pattern) => /^1[23]\./.test(pattern);
const runs = [
  ['xs-client', chosen.filter((pattern) => !compresses(pattern)), '--no-deflate'],
  ['xs-client-deflate', chosen.filter(compresses), '--deflate'],
].filter(([, cases]) => cases.length > 0);
const expected = join(root, 'test', 'conformance', 'expected-xs.json');
const summaries = {};
for (const [agent, cases, flag] of runs) {
  await test(agent, cases, flag);
  const results = report.resultsOf(agent);
  summaries[agent] = lab.summarize(results);
  process.stderr.write(`${lab.summaryText(agent, summaries[agent])}\n`);
  const differences = await lab.compareWithExpected(results, expected);
  for (const { id, expected: wanted, behavior, behaviorClose } of differences)
    process.stderr.write(`${agent} ${id}: ${behavior}, closing ${behaviorClose}, instead of ${wanted}\n`);
  if (results.length === 0 || differences.length > 0) process.exitCode = 1;
}
if (options.json) process.stdout.write(`${JSON.stringify(summaries)}\n`);
