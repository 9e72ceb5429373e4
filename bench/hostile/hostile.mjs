/**
 * Makes hostile connections, of every kind in turn, to `ringlet serve`, and prints what they leave behind: memory and
 * descriptors of the servers before and after. Exits with 1 if descriptors are left, or more memory than a tenth.
 *
 *     npm run hostile [-- --connections 2000 --patience 60 --json]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { generate } from 'selfsigned';
import { above0, whole } from '../../tools/arguments.mjs';
import { setUp } from '../../tools/setup.mjs';
import { KINDS } from './peers.mjs';

const options = new Command('npm run hostile --')
  .description('Makes hostile connections to servers, and says what they leave behind.')
  .option('--connections <count>', 'connections in all', whole(1), 2000)
  .option('--patience <seconds>', 'time after which a server should have let one go', above0, 60)
  .option('--parallel <count>', 'connections at a time', whole(1), 150)
  .option('--json', 'print one JSON object')
  .parse()
  .opts();
const { connections, parallel } = options;
/** From how many connections on a tenth more memory than before is too much. */
const ENOUGH = 2000;
const patience = options.patience * 1000;

/** So many come first and are not counted: what they leave is what the allocator of every process keeps. */
const WARM_UP = Math.ceil(connections / 2);

/** Milliseconds until all is closed that is being closed, and what is not used has been collected. */
const SETTLED = 5000;

const RINGLET = fileURLToPath(new URL('../../hosts/node/cli/ringlet.mjs', import.meta.url));

async function startServer(...args) {
  const child = spawn(process.execPath, [RINGLET, 'serve', '--quiet', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(Number(/:(\d+)\n/.exec(String(text))[1])));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { child, port };
}

/** Memory in KiB and open descriptors of a process. */
function stateOf({ child: { pid } }) {
  const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  return { memory, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Makes `count` connections, so many at a time; resolves with how many of each kind the servers had not let go. */
async function attack(ports, count) {
  const left = KINDS.map(() => 0);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next++;
      const kind = number % KINDS.length;
      const wasLetGo = await KINDS[kind].run(ports, patience, Math.floor(number / KINDS.length));
      if (!wasLetGo) left[kind] += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return left;
}

await setUp();
const folder = mkdtempSync(join(tmpdir(), 'ringlet-hostile-'));
const certificate = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
const [cert, key] = ['cert', 'key'].map((name) => join(folder, `${name}.pem`));
writeFileSync(cert, certificate.cert);
writeFileSync(key, certificate.private);
const servers = { ws: await startServer(), wss: await startServer('--cert', cert, '--key', key) };
try {
  const ports = { ws: servers.ws.port, wss: servers.wss.port };
  const states = () => Object.values(servers).map(stateOf);
  await attack(ports, WARM_UP);
  await delay(SETTLED);
  const before = states();
  const left = await attack(ports, connections);
  await delay(SETTLED);
  const after = states();
  const result = Object.keys(servers).map((name, i) => ({
    server: name,
    before: before[i],
    after: after[i],
  }));
  if (options.json) console.log(JSON.stringify({ connections, servers: result, left }));
  else {
    for (const { server, before, after } of result) {
      const ratio = ((100 * after.memory) / before.memory - 100).toFixed(1);
      console.log(
        `${server}: ${before.memory} KiB before, ${after.memory} KiB after (${ratio} %); ` +
          `descriptors ${before.descriptors} before, ${after.descriptors} after`,
      );
    }
    KINDS.forEach(({ name }, kind) => {
      if (left[kind] !== 0)
        console.log(`${name}: ${left[kind]} were not let go within ${options.patience} s`);
    });
  }
  // With fewer connections the memory is mostly what V8 has set aside while it warmed up.
  const most = connections >= ENOUGH ? 1.1 : Infinity;
  const isClean = result.every(
    ({ before, after }) => after.descriptors <= before.descriptors && after.memory <= most * before.memory,
  );
  if (!isClean || left.some((count) => count !== 0)) process.exitCode = 1;
} finally {
  for (const { child } of Object.values(servers)) child.kill();
  rmSync(folder, { recursive: true });
}
