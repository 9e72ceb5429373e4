import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildDesk, LIBRARY } from '../memory/desk.mjs';
import { Child } from '../run/process.mjs';
import { race } from '../run/race.mjs';
import { ratio, summary } from '../run/statistics.mjs';
import { countWork } from '../xs/count.mjs';
import { WORKS } from '../xs/works.mjs';
import { CUTS } from './cuts.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'build', 'bench', 'ablation');
/** The specifiers of the client, one module on the desk too. */
const CLIENTS = ['ringlet', 'embedded:network/websocket/client'];

/** `text` with the edits of a cut that are in it. */
function edited(text, edits, found) {
  let result = text;
  for (const [at, { find, replace }] of edits.entries()) {
    const parts = result.split(find);
    if (parts.length === 1) continue;
    found[at] += parts.length - 1;
    result = parts.join(replace);
  }
  return result;
}

/** Edits the files at `paths` in place; each edit has to be possible once. */
function edit(paths, { id, edits }) {
  const found = edits.map(() => 0);
  for (const path of paths) writeFileSync(path, edited(readFileSync(path, 'utf8'), edits, found));
  for (const [at, { find }] of edits.entries()) {
    if (found[at] !== 1)
      throw new Error(`bench/ablation/cuts.mjs, ${id}: found ${found[at]} times instead of once: ${find}`);
  }
}

/** The bundle for devices before it is minified, which the cuts are made in and compared with. */
const DEVICE = join(root, 'build', 'moddable', 'ringlet.js');

/** Makes the copies of the library without what each cut takes out. Throws if a cut does not fit the library. */
function makeCopies(cuts) {
  rmSync(folder, { recursive: true, force: true });
  const modules = ['.', 'chunks'].flatMap((under) =>
    readdirSync(join(root, 'dist', under))
      .filter((name) => name.endsWith('.js') && !name.includes('.script.'))
      .map((name) => join(under, name)),
  );
  for (const cut of cuts) {
    const to = join(folder, cut.id);
    mkdirSync(join(to, 'chunks'), { recursive: true });
    for (const name of modules) cpSync(join(root, 'dist', name), join(to, name));
    if (cut.scene !== undefined)
      edit(
        modules.map((name) => join(to, name)),
        cut,
      );
    if (cut.xs === undefined) continue;
    cpSync(DEVICE, join(to, 'device.js'));
    edit([join(to, 'device.js')], { ...cut, edits: cut.onDevices ?? cut.edits, id: `${cut.id} on XS` });
  }
}

async function raceCut({ id, label, scene, peer }, port, rounds) {
  const { needsServer, options, ...others } = scene;
  const env = { RINGLET_UNDER_TEST: `${pathToFileURL(join(folder, id)).href}/` };
  const { peers } = await race(
    {
      id: `ablation/${id}`,
      label,
      ...others,
      options: needsServer ? { ...options, port } : options,
      peers: [
        { name: 'ringlet', peer },
        { name: 'without', peer: peer ?? 'ringlet', env },
      ],
    },
    rounds,
  );
  const [own, without] = peers;
  const failed = own.failed ?? without.failed;
  return failed === undefined ? ratio(without.values, own.values) : { ...summary([]), failed };
}

/** Bytecodes on XS without over those with; undefined where the desk cannot be built. */
async function countCut({ id, xs }, program) {
  const work = WORKS.find((one) => one.id === xs);
  const count = (file) => {
    const library = { ...LIBRARY, ...Object.fromEntries(CLIENTS.map((name) => [name, file])) };
    return countWork(program, work, { repeat: 0, library });
  };
  const own = await count(DEVICE);
  const without = await count(join(folder, id, 'device.js'));
  return without.bytecodes / own.bytecodes;
}

/** What is lost without each fast path: how many times the cost, raced in one run, and of bytecodes on XS. */
export async function ablations(say, { rounds, only }) {
  const cuts = CUTS.filter(({ id }) => only === undefined || id.includes(only));
  makeCopies(cuts);
  let program;
  try {
    program = buildDesk();
  } catch (error) {
    say(`without counts on XS: ${error.message}`);
  }
  const server = new Child('partners/server.mjs');
  const { port } = await server.answer();
  const results = [];
  for (const [at, cut] of cuts.entries()) {
    say(`[${at + 1}/${cuts.length}] without ${cut.id}`);
    const { id, what, instead, label } = cut;
    const lost = cut.scene === undefined ? { failed: 'see XS' } : await raceCut(cut, port, rounds);
    const isCounted = cut.xs !== undefined && program !== undefined;
    const work = WORKS.find((one) => one.id === cut.xs);
    results.push({
      id,
      what,
      instead,
      label,
      lost,
      xs: isCounted ? await countCut(cut, program) : undefined,
      xsLabel: isCounted ? work.title : undefined,
    });
  }
  server.end();
  return results;
}

/** Whether the cuts fit the library as it is built; throws a sentence if not. */
export const checkCuts = () => makeCopies(CUTS);
