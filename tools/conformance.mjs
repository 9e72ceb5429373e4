// `npm run conformance`: the lab against our own client and server, as the commands that a user runs. Writes
// reports/conformance/ and holds the results against test/conformance/expected.json. Exit code 1 on a difference.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { whole } from './arguments.mjs';
import { root, setUp } from './setup.mjs';

const options = new Command('npm run conformance --')
  .option('--cases <patterns>', 'cases to run, such as 1.1.1 or 6.*, separated by commas')
  .option('--exclude <patterns>', 'cases to leave out')
  .option('--messages <count>', 'messages a case in sections 12 and 13, 1000 by default', whole(1))
  .option('--json', 'end with one JSON object on standard output')
  .parse()
  .opts();

await setUp();
const lab = await import(new URL('../dist/conformance.js', import.meta.url).href);
const ringlet = join(root, 'hosts', 'node', 'cli', 'ringlet.mjs');
const list = (text) => text?.split(/[\s,]+/).filter(Boolean);
const selection = { cases: list(options.cases), exclude: list(options.exclude), messages: options.messages };
const report = lab.ReportStore.from(join(root, 'reports', 'conformance'));

function onProgress({ agent, id, number, total, result }) {
  if (result !== null && lab.hasFailed(result))
    process.stderr.write(`${agent} ${id} ${result.behavior}, closing ${result.behaviorClose}\n`);
  else if (result !== null && number % 50 === 0) process.stderr.write(`${agent}: ${number} of ${total}\n`);
}

/** Resolves with the exit code of a `ringlet` command; `started` is handed the process. */
function run(args, started = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ringlet, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.once('error', reject);
    child.once('exit', resolve);
    child.stdout.resume();
    started(child);
  });
}

async function testClient() {
  const server = await lab.startFuzzingServer({ ...selection, port: 0, report, onProgress });
  try {
    await run(['autobahn', server.url, '--agent', 'node-client']);
  } finally {
    await server.close();
  }
}

async function testServer() {
  let stop;
  let ended;
  const url = await new Promise((resolve, reject) => {
    ended = run(['serve', '--quiet', '--port', '0'], (child) => {
      stop = () => child.kill();
      createInterface({ input: child.stdout }).once('line', (line) =>
        resolve(line.replace('listening on ', '')),
      );
    });
    ended.then(() => reject(new Error('the server under test did not start')));
  });
  try {
    const { stopped } = await lab.runFuzzingClient({
      ...selection,
      url,
      agent: 'node-server',
      report,
      onProgress,
    });
    if (stopped !== null) throw stopped;
  } finally {
    stop();
    await ended;
  }
}

try {
  await Promise.all([testClient(), testServer()]);
  const expected = join(root, 'test', 'conformance', 'expected.json');
  const summaries = {};
  let differs = false;
  for (const agent of ['node-client', 'node-server']) {
    const results = report.resultsOf(agent);
    summaries[agent] = lab.summarize(results);
    process.stderr.write(`${lab.summaryText(agent, summaries[agent])}\n`);
    if (results.length === 0) differs = true;
    for (const { id, expected: wanted, behavior, behaviorClose } of await lab.compareWithExpected(
      results,
      expected,
    )) {
      differs = true;
      process.stderr.write(`${agent} ${id}: ${behavior}, closing ${behaviorClose}, instead of ${wanted}\n`);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(summaries)}\n`);
  if (differs) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
