/**
 * A process that runs scenarios for `simulate.mjs`: takes jobs as messages, answers each with what was found.
 */
import { queryObjects } from 'node:v8';
import { checkScript, ScriptError } from './check-script.ts';
import { runScenario } from './run-scenario.ts';
import { linesOf, scenarioIn, type Script, scriptOf } from './plain.ts';
import { PROFILES, scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';

export interface Job {
  readonly seed: string;
  readonly hours: number;
  readonly clients: number;
  readonly profile: string;
  /** Milliseconds to shrink what fails. */
  readonly shrinking: number;
  /** What is run instead of the scenario that the seed means. */
  readonly script?: Script;
  /** Entries of the trace to give back. */
  readonly trace: number;
}

/** For the shrinking of one seed. */
const MOST_RUNS = 300;

const collect = (globalThis as { gc?: () => void }).gc;

/** Whatever is left of a world when this has returned has leaked. */
function work(job: Job): object {
  const { seed, hours, clients, profile, shrinking, trace } = job;
  if (job.script !== undefined) checkScript(job.script);
  const scenario =
    job.script === undefined ? scenarioOf(seed, hours, clients, PROFILES[profile]) : scenarioIn(job.script);
  const began = process.cpuUsage().user;
  const { faults, statistics, digest, world } = runScenario(scenario, trace);
  const seconds = (process.cpuUsage().user - began) / 1e6;
  const isShrunk = faults.length > 0 && shrinking > 0;
  const shrunk = isShrunk ? shrink(scenario, faults[0], { runs: MOST_RUNS, time: shrinking }) : undefined;
  const script = shrunk === undefined ? undefined : scriptOf(shrunk.scenario);
  const lines = script === undefined ? undefined : linesOf(script);
  const text = trace > 0 ? world.text() : undefined;
  const page = trace > 0 ? world.page(`Seed ${seed}`, trace) : undefined;
  return {
    seed,
    faults,
    statistics: { ...statistics },
    digest,
    seconds,
    script,
    lines,
    runs: shrunk?.runs,
    text,
    page,
  };
}

/** What a process holds when nothing of a world is reachable. */
export interface Left {
  /** JavaScript objects, functions and arrays included; exact, whatever the compiler keeps beside them. */
  readonly objects: number;
  /** Octets of the heap that are in use, and of buffers beside it; includes code and feedback of the compiler's. */
  readonly octets: number;
}

function left(): Left {
  collect?.();
  const objects = Number(queryObjects(Object, { format: 'count' }));
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { objects, octets: heapUsed + arrayBuffers };
}

process.on('message', (job: Job) => {
  let answer: object;
  try {
    answer = work(job);
  } catch (error) {
    const crash = String((error as Error)?.stack ?? error);
    answer = error instanceof ScriptError ? { wrong: error.message } : { seed: job.seed, crash };
  }
  // In a turn of its own: the engine's stack may still point at the world.
  setImmediate(() => process.send!({ ...answer, left: left() }));
});
process.on('disconnect', () => process.exit());
