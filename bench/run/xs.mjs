import { readFileSync } from 'node:fs';
import { BLOCK, buildDesk } from '../memory/desk.mjs';
import { measureBundle, measureBytecode, measureConnection, measureTraffic } from '../memory/measure.mjs';
import { countWork, withoutInstructions } from '../xs/count.mjs';
import { TARGET_WORKS, WORKS } from '../xs/works.mjs';

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

/**
 * The counts on XS: costs of a message, slots, RAM of a connection, sizes. They repeat, so they are made once and not
 * round by round. What cannot be had is left out, and `reason` says why.
 */
export async function measureOnXs(say, { isWanted = () => true, isTargets = false } = {}) {
  const figures = { works: [], bundle: await measureBundle() };
  let program;
  try {
    say('the desk XS');
    program = buildDesk();
  } catch (error) {
    return { ...figures, reason: error.status === 3 ? 'there is no C compiler' : error.message };
  }
  const { engine, ramPerConnection, buffers } = await measureConnection(program);
  const isDeviceSized = engine.bits === 32;
  // Octets of a 64-bit build are no device's; instructions are set beside those that the peer takes in one.
  const without = withoutInstructions();
  Object.assign(figures, { engine, block: (BLOCK * engine.bits) / 32, withoutInstructions: without });
  if (isDeviceSized) Object.assign(figures, { ramPerConnection, buffers });
  else figures.reason = NO_32_BITS;
  figures.bytecode = await measureBytecode(program);
  say('xs/slots');
  const runs = await measureTraffic(program, MESSAGES);
  figures.slots = Math.max(...runs.map(({ slots }) => slots));
  figures.chunkBytes = Math.max(...runs.map(({ chunkBytes }) => chunkBytes));
  const works = WORKS.filter(({ id }) => (isTargets ? TARGET_WORKS.includes(id) : isWanted(`xs/${id}`)));
  for (const [at, work] of works.entries()) {
    say(`[${at + 1}/${works.length}] xs/${work.id}`);
    const repeat = TARGET_WORKS.includes(work.id) ? 2 : 1;
    figures.works.push({ ...work, ...(await countWork(program, work, { repeat })) });
  }
  return figures;
}
