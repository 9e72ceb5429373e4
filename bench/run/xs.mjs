import { readFileSync } from 'node:fs';
import { measureCompressed, measureWindows } from '../memory/compression.mjs';
import { BLOCK, buildDesk } from '../memory/desk.mjs';
import { flashOrReason } from '../memory/flash.mjs';
import {
  measureBundle,
  measureBytecode,
  measureConnection,
  measureTraffic,
  stackOf,
} from '../memory/measure.mjs';
import { countWork, withoutInstructions } from '../xs/count.mjs';
import { TARGET_INSTRUCTIONS, TARGET_WORKS, WORKS } from '../xs/works.mjs';

const recorded = JSON.parse(readFileSync(new URL('../xs/moddable.json', import.meta.url), 'utf8'));

/**
 * Figures of a peer that is not run here, as an engine of so many bits takes them: with what and how they were obtained
 * stands in the file.
 */
export function recordedFor(bits = 32) {
  const { instructionsIn64Bits, ...rest } = recorded;
  if (bits === 32) return rest;
  const figures = Object.entries(rest.figures).map(([id, { bytecodes }]) => [
    id,
    { bytecodes, instructions: instructionsIn64Bits[id] },
  ]);
  const engine = rest.engine.replace('32 bits', '64 bits');
  return { ...rest, engine, figures: Object.fromEntries(figures), inSmallBlock: undefined };
}

const NO_32_BITS = '32-bit programs cannot be made or run here';

/** Messages for the counts of slots and chunks: each of them would show. */
const MESSAGES = 2000;

/** How high the stack was, slots, for each kind of work and at its highest, with compression and without. */
async function measureStack(program, connection, runs) {
  const compressed = await measureCompressed(program, MESSAGES / 10);
  const stack = stackOf(connection, [...runs, ...compressed], await measureWindows(program));
  const { deflate, ...plain } = stack;
  return {
    stack,
    highest: Math.max(...Object.values(plain)),
    highestWithDeflate: Math.max(...Object.values(deflate)),
  };
}

/**
 * The counts on XS: costs of a message, slots, RAM of a connection, sizes. They repeat, so they are made once and not
 * round by round. What cannot be had is left out, and `reason` says why.
 */
export async function measureOnXs(say, { isWanted = () => true, isTargets = false } = {}) {
  const figures = { works: [], bundle: measureBundle() };
  let program;
  try {
    say('the desk XS');
    program = buildDesk();
  } catch (error) {
    return { ...figures, reason: error.status === 3 ? 'there is no C compiler' : error.message };
  }
  const connection = await measureConnection(program);
  const { engine, ramPerConnection, buffers } = connection;
  const isDeviceSized = engine.bits === 32;
  // Octets of a 64-bit build are no device's; instructions are compared with those that the peer takes in one.
  const without = withoutInstructions();
  Object.assign(figures, { engine, block: (BLOCK * engine.bits) / 32, withoutInstructions: without });
  if (isDeviceSized) Object.assign(figures, { ramPerConnection, buffers });
  else figures.reason = NO_32_BITS;
  figures.bytecode = await measureBytecode(program);
  figures.flash = await flashOrReason();
  say('xs/slots');
  const runs = await measureTraffic(program, MESSAGES);
  figures.slots = Math.max(...runs.map(({ slots }) => slots));
  figures.chunkBytes = Math.max(...runs.map(({ chunkBytes }) => chunkBytes));
  if (isDeviceSized) Object.assign(figures, await measureStack(program, connection, runs));
  const works = WORKS.filter(({ id }) => (isTargets ? TARGET_WORKS.includes(id) : isWanted(`xs/${id}`)));
  for (const [at, work] of works.entries()) {
    say(`[${at + 1}/${works.length}] xs/${work.id}`);
    const repeat = TARGET_INSTRUCTIONS.includes(work.id) ? 2 : isTargets ? 0 : 1;
    figures.works.push({ ...work, ...(await countWork(program, work, { repeat })) });
  }
  return figures;
}
