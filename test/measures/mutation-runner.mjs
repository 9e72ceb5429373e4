// How Stryker runs the tests of a room: in its own process, in which everything is loaded once and only the file of a test is
// evaluated again for each mutant. With a run of vitest's for each, a mutant takes a second and more; so it takes a few
// milliseconds, and all of `src/` can be measured.
// Of the tests that reach a mutant, those that noticed others of its file come first, then the quickest; and a mutant gets
// no more than `BUDGET` of the processor. Times are those of the processor, not of the clock, because the machine may be busy.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { glob } from 'tinyglobby';
import { ROOMS } from './rooms.mjs';

/**
 * Milliseconds by the clock that a test may take without a mutant; with one, `times` as many as the slowest test of its file
 * took, and `more`: a mutant that never answers is noticed by that.
 */
const PATIENCE = { first: 60_000, times: 5, more: 5_000 };
/** Milliseconds of the processor for one mutant: when they are over, no further test is begun, and it counts as a survivor. */
const BUDGET = 3_000;
/** Milliseconds of the processor of a test that is tried before all those that take longer. */
const QUICK_TEST = 20;
/** How many of the tests that last noticed a mutant of a file are tried before the others. */
const KILLERS = 8;
/** In Stryker's copy of the tree: times of the tests, for a process that takes the place of one that looped and was ended. */
const TIMES = 'test-times.json';
/**
 * How many times as often as without a mutant its place may be reached, before it is taken for a loop. Stryker says a hundred
 * times, which a loop over octets takes minutes for.
 */
const HITS = { times: 5, more: 10_000, stryker: 100 };
/** A test that failed in less time by the clock is run again with the mutant. */
const QUICK = 2_000;

/** What vitest's own modules look for in a process of its own. */
const WORKER = {
  config: {
    root: process.cwd(),
    expect: { poll: { timeout: 10_000, interval: 20 } },
    snapshotOptions: { expand: false },
    fakeTimers: {},
  },
  ctx: { pool: 'threads' },
  environment: { name: 'node' },
  providedContext: {},
  onCancel: () => {},
  onCleanup: () => {},
};

/** Runs the tests of a file that are wanted, in order, until one fails. */
class Pass {
  config = {
    root: process.cwd(),
    setupFiles: [],
    name: '',
    passWithNoTests: true,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: PATIENCE.first,
    hookTimeout: PATIENCE.first,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };
  pool = 'threads';
  results = [];
  failed;

  constructor(runner, wanted, patience) {
    this.runner = runner;
    this.wanted = wanted;
    this.config.testTimeout = this.config.hookTimeout = patience;
  }

  importFile(path) {
    return this.runner.load(path);
  }

  onBeforeRunTask(test) {
    const id = idOf(test);
    const isWanted = this.wanted === undefined || this.wanted.has(id);
    if (this.failed !== undefined || !isWanted || cpuTime() > this.runner.deadline) test.mode = 'skip';
    else this.runner.begin(test, id);
    this.begun = cpuTime();
  }

  onAfterRunTask(test) {
    const { state, errors, duration = 0 } = test.result;
    if (state === 'skip') return;
    const result = {
      id: idOf(test),
      name: idOf(test),
      fileName: test.file.filepath,
      timeSpentMs: Math.ceil(cpuTime() - this.begun),
      status: state === 'pass' ? 0 : 1,
      failureMessage: errors?.[0]?.message ?? state,
      duration,
    };
    const stray = this.runner.strays.shift();
    if (stray !== undefined) Object.assign(result, { status: 1, failureMessage: String(stray) });
    this.results.push(result);
    if (result.status === 1) this.failed = result;
  }

  extendTaskContext(context) {
    return context;
  }
}

/** Milliseconds that this process has had of the processor. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A test by its file and its names. */
function idOf(test) {
  const names = [];
  for (let task = test; task !== undefined && task !== task.file; task = task.suite) names.unshift(task.name);
  return `${relative(process.cwd(), test.file.filepath)}#${names.join(' > ')}`;
}

const isFailure = ({ hits, failed }) => hits !== undefined || failed !== undefined;

/** The times that a process before this one measured, if there was one. */
function timesOfBefore() {
  try {
    return JSON.parse(readFileSync(TIMES, 'utf8'));
  } catch {
    return { times: [], patience: [] };
  }
}

class RoomRunner {
  static inject = [commonTokens.options, commonTokens.logger];
  /** What a promise or a callback threw that no test awaited. */
  strays = [];
  /** Until which `cpuTime` tests are begun. */
  deadline = Infinity;
  /** For each file of `src/` the tests that noticed mutants of it, the last one first. */
  killers = new Map();
  isLoaded = false;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    globalThis.__vitest_worker__ = WORKER;
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, (error) => this.strays.push(error));
    const [{ createServer, createServerModuleRunner }, { startTests }, { expect }] = await Promise.all([
      import('vite'),
      import('@vitest/runner'),
      import('vitest'),
    ]);
    this.startTests = startTests;
    this.expect = expect;
    this.server = await createServer({
      root: process.cwd(),
      configFile: false,
      logLevel: 'error',
      appType: 'custom',
      server: { middlewareMode: true, hmr: false, ws: false, watch: null },
      optimizeDeps: { noDiscovery: true },
    });
    this.modules = createServerModuleRunner(this.server.environments.ssr, { hmr: false });
    const { tests, anew = [] } = ROOMS[process.env.RINGLET_ROOM];
    this.anew = anew.map((file) => join(process.cwd(), file));
    this.files = (await glob(tests, { cwd: process.cwd(), absolute: true })).sort();
    const { times, patience } = timesOfBefore();
    this.times = new Map(times);
    this.patience = new Map(patience);
  }

  load(path) {
    // What a module does when it is loaded belongs to no test.
    this.namespace[INSTRUMENTER_CONSTANTS.CURRENT_TEST_ID] = undefined;
    for (const file of [path, ...this.anew])
      for (const node of this.modules.evaluatedModules.getModulesByFile(file) ?? [])
        this.modules.evaluatedModules.invalidateModule(node);
    return this.modules.import(path);
  }

  begin(test, id) {
    this.expect.setState({ assertionCalls: 0, currentTestName: test.name });
    this.namespace[INSTRUMENTER_CONSTANTS.CURRENT_TEST_ID] = id;
  }

  get namespace() {
    return (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
  }

  /** Runs tests of `files`: all, or those that are wanted until one fails. */
  async run(files, wanted) {
    const results = [];
    for (const file of files) {
      if (cpuTime() > this.deadline) break;
      const pass = new Pass(this, wanted, this.patience.get(file) ?? PATIENCE.first);
      const [{ result }] = await this.startTests([file], pass);
      results.push(...pass.results);
      if (pass.failed !== undefined) return { results, failed: pass.failed };
      if (result?.state !== 'fail') continue;
      const failed = {
        id: file,
        name: file,
        fileName: file,
        timeSpentMs: 0,
        duration: 0,
        status: 1,
        failureMessage: result.errors?.[0]?.message ?? 'a hook failed',
      };
      return { results: [...results, failed], failed };
    }
    return { results };
  }

  async dryRun() {
    this.isLoaded = true;
    const { results, failed } = await this.run(this.files);
    if (failed !== undefined)
      return {
        status: 'error',
        errorMessage: `${failed.name} fails without a mutant: ${failed.failureMessage}`,
      };
    for (const { id, fileName, timeSpentMs, duration } of results) {
      this.times.set(id, timeSpentMs);
      const patience = PATIENCE.more + PATIENCE.times * duration;
      if (patience > (this.patience.get(fileName) ?? 0)) this.patience.set(fileName, patience);
    }
    writeFileSync(TIMES, JSON.stringify({ times: [...this.times], patience: [...this.patience] }));
    return { status: 'complete', tests: results, mutantCoverage: this.namespace.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit: most }) {
    const hitLimit = most && Math.min(most, (most / HITS.stryker) * HITS.times + HITS.more);
    // A process that takes the place of another loads everything first, which is no mutant's fault.
    if (!this.isLoaded) await this.run(this.files, new Set());
    this.isLoaded = true;
    this.deadline = cpuTime() + BUDGET;
    const first = await this.firstFailure(activeMutant, hitLimit, testFilter ?? [...this.times.keys()]);
    this.deadline = Infinity;
    if (first.hits !== undefined) return first.hits;
    const { failed, results } = first;
    if (failed !== undefined && failed.id !== failed.fileName) {
      // What an earlier mutant left behind is no reason: it fails again, and without the mutant it does not.
      const it = new Set([failed.id]);
      const isSure =
        failed.duration >= QUICK ||
        isFailure(await this.with(activeMutant.id, hitLimit, [failed.fileName], it));
      if (!isSure || isFailure(await this.run([failed.fileName], it)))
        throw new Error(`${failed.name}: ${failed.failureMessage}, but not only with the mutant`);
    }
    if (failed !== undefined) this.remember(activeMutant.fileName, failed.id);
    return toMutantRunResult({ status: 'complete', tests: results }, false);
  }

  /** Runs the tests `ids` with a mutant until one fails: first those that noticed others of the same file. */
  async firstFailure({ id, fileName }, hitLimit, ids) {
    const others = new Set(ids);
    const likely = new Set();
    for (const killer of this.killers.get(fileName) ?? []) if (others.delete(killer)) likely.add(killer);
    const ran = await this.with(id, hitLimit, this.filesOf(likely), likely);
    if (isFailure(ran)) return ran;
    // What takes long comes last: by then a mutant may have used up its share.
    const quick = new Set([...others].filter((other) => (this.times.get(other) ?? 0) <= QUICK_TEST));
    const results = [...ran.results];
    for (const other of quick) others.delete(other);
    for (const wanted of [quick, others]) {
      const { results: more, ...rest } = await this.with(id, hitLimit, this.filesOf(wanted), wanted);
      results.push(...more);
      if (isFailure(rest)) return { ...rest, results };
    }
    return { results };
  }

  /** A test noticed a mutant of a file: it is among the first that are tried for the next one, unless it takes long. */
  remember(fileName, id) {
    if ((this.times.get(id) ?? 0) * KILLERS > BUDGET) return;
    const killers = this.killers.get(fileName) ?? [];
    this.killers.set(fileName, [id, ...killers.filter((other) => other !== id)].slice(0, KILLERS));
  }

  /** Runs with a mutant; `hits` says that it ran too often. */
  async with(id, hitLimit, files, wanted) {
    const { namespace } = this;
    Object.assign(namespace, { activeMutant: id, hitCount: hitLimit ? 0 : undefined, hitLimit });
    this.strays.length = 0;
    try {
      const ran = await this.run(files, wanted);
      return { ...ran, hits: determineHitLimitReached(namespace.hitCount, hitLimit) };
    } finally {
      namespace.activeMutant = undefined;
      namespace.hitLimit = undefined;
    }
  }

  /** The files of the tests that are wanted, the quickest first. */
  filesOf(wanted) {
    const times = new Map();
    for (const id of wanted) {
      const file = join(process.cwd(), id.slice(0, id.indexOf('#')));
      times.set(file, (times.get(file) ?? 0) + (this.times.get(id) ?? 0));
    }
    return [...times].sort(([, a], [, b]) => a - b).map(([file]) => file);
  }

  async dispose() {
    await this.server?.close();
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'room', RoomRunner)];
