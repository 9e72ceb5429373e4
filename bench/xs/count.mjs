/**
 * Counts what a message costs in the desk XS: bytecodes by the engine's own meter, and instructions by callgrind where
 * valgrind is. The run is made with N and with 2N messages, and what the second has more is N messages' own: starting,
 * connecting and closing cancel out.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BLOCK, runInDesk } from '../memory/desk.mjs';
import { startServer } from '../../tools/peer/server.mjs';

const MESSAGES = 1000;
/** Milliseconds after which a server sends whose messages have to come read by read as they were cut. */
const SETTLED = 300;
const PROGRAM = fileURLToPath(new URL('programs/messages.js', import.meta.url));
const CALLGRIND = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null'];

/** Why instructions cannot be counted here, or undefined. */
export function withoutInstructions() {
  const { error } = spawnSync('valgrind', ['--version']);
  return error === undefined ? undefined : 'there is no valgrind';
}

async function runOnce(program, server, { work, kind, octets, window }, messages, settings) {
  const after = window === undefined ? 0 : SETTLED;
  const { app = PROGRAM, options = [], ...others } = settings;
  const windows = window === undefined ? [] : ['--receive-window', String(window)];
  const args = [server.port, work, octets, messages, kind, after];
  const outcome = await runInDesk(program, app, args, { ...others, options: [...options, ...windows] });
  const { status, output, errors } = outcome;
  if (status !== 0) throw new Error(`the program ended with status ${status}: ${(errors || output).trim()}`);
  const { computrons, collections } = JSON.parse(output);
  const instructions = /Collected *: *(\d+)/.exec(errors);
  return { computrons, collections, instructions: Number(instructions?.[1]) };
}

const perMessage = (one, two, key) => (two[key] - one[key]) / MESSAGES;

/**
 * What one message of `work` costs: `{ bytecodes, instructions, collections, spread }`; `spread` are the instructions
 * of each repetition. `settings` may name another library to preload, another app and a block of another size.
 */
export async function countWork(program, work, { repeat = 2, ...settings } = {}) {
  const server = await startServer();
  const run = (messages, under) =>
    runOnce(program, server, work, messages, { block: BLOCK, ...settings, under });
  try {
    const one = await run(MESSAGES);
    const two = await run(2 * MESSAGES);
    const counted = [];
    for (let time = 0; withoutInstructions() === undefined && time < repeat; time++) {
      const once = await run(MESSAGES, CALLGRIND);
      counted.push(perMessage(once, await run(2 * MESSAGES, CALLGRIND), 'instructions'));
    }
    counted.sort((a, b) => a - b);
    return {
      bytecodes: Math.round(perMessage(one, two, 'computrons')),
      instructions: counted.length === 0 ? null : Math.round(counted[counted.length >> 1]),
      spread: counted.length === 0 ? [] : [counted[0], counted.at(-1)].map(Math.round),
      collections: perMessage(one, two, 'collections'),
    };
  } finally {
    server.close();
  }
}
