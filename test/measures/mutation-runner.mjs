// How Stryker runs the tests of a room: in its own process, in which everything is loaded once and only the file of a test is
// evaluated again for each mutant. With a run of vitest's for each, a mutant takes a second and more; so it takes a few
// milliseconds, and all of `src/` can be measured.
import { join, relative } from 'node:path';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { glob } from 'tinyglobby';
import { ROOMS } from './rooms.mjs';

/** Milliseconds that a test may take, and that something is waited for in one: a mutant that never answers is noticed by it. */
const LIMITS = { testTimeout: 60_000, poll: 10_000 };
/**
 * How many times as often as without a mutant its place may be reached, before it is taken for a loop. Stryker says a hundred
 * times, which a loop over octets takes minutes for.
 */
const HITS = { times: 5, more: 10_000, stryker: 100 };
/** A test that failed in less time is run again, with the mutant and without it. */
const QUICK = 2_000;

/** What vitest's own modules look for in a process of its own. */
const WORKER = {
  config: {
    root: process.cwd(),
    expect: { poll: { timeout: LIMITS.poll, interval: 20 } },
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
    testTimeout: LIMITS.testTimeout,
    hookTimeout: LIMITS.testTimeout,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };
  pool = 'threads';
  results = [];
  failed;

  constructor(runner, wanted) {
    this.runner = runner;
    this.wanted = wanted;
  }

  importFile(path) {
    return this.runner.load(path);
  }

  onBeforeRunTask(test) {
    const id = idOf(test);
    if (this.failed !== undefined || (this.wanted !== undefined && !this.wanted.has(id))) test.mode = 'skip';
    else this.runner.begin(test, id);
  }

  onAfterRunTask(test) {
    const { state, errors, duration } = test.result;
    if (state === 'skip') return;
    const result = {
      id: idOf(test),
      name: idOf(test),
      fileName: test.file.filepath,
      timeSpentMs: Math.ceil(duration ?? 0),
      status: state === 'pass' ? 0 : 1,
      failureMessage: errors?.[0]?.message ?? state,
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

/** A test by its file and its names. */
function idOf(test) {
  const names = [];
  for (let task = test; task !== undefined && task !== task.file; task = task.suite) names.unshift(task.name);
  return `${relative(process.cwd(), test.file.filepath)}#${names.join(' > ')}`;
}

class RoomRunner {
  static inject = [commonTokens.options, commonTokens.logger];
  /** What a promise or a callback threw that no test awaited. */
  strays = [];

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
    const { tests } = ROOMS[process.env.RINGLET_ROOM];
    this.files = (await glob(tests, { cwd: process.cwd(), absolute: true })).sort();
    this.times = new Map();
  }

  load(path) {
    // What a module does when it is loaded belongs to no test.
    this.namespace[INSTRUMENTER_CONSTANTS.CURRENT_TEST_ID] = undefined;
    for (const node of this.modules.evaluatedModules.getModulesByFile(path) ?? [])
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
      const pass = new Pass(this, wanted);
      const [{ result }] = await this.startTests([file], pass);
      results.push(...pass.results);
      if (pass.failed !== undefined) return { results, failed: pass.failed };
      if (result?.state !== 'fail') continue;
      const failed = {
        id: file,
        name: file,
        fileName: file,
        timeSpentMs: 0,
        status: 1,
        failureMessage: result.errors?.[0]?.message ?? 'a hook failed',
      };
      return { results: [...results, failed], failed };
    }
    return { results };
  }

  async dryRun() {
    const { results, failed } = await this.run(this.files);
    if (failed !== undefined)
      return {
        status: 'error',
        errorMessage: `${failed.name} fails without a mutant: ${failed.failureMessage}`,
      };
    for (const { id, fileName, timeSpentMs } of results) this.times.set(id, { fileName, timeSpentMs });
    return { status: 'complete', tests: results, mutantCoverage: this.namespace.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit: most }) {
    const hitLimit = most && Math.min(most, (most / HITS.stryker) * HITS.times + HITS.more);
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const files = this.filesOf(wanted);
    const first = await this.with(activeMutant.id, hitLimit, files, wanted);
    if (first.hits !== undefined) return first.hits;
    const { failed, results } = first;
    if (failed !== undefined && failed.timeSpentMs < QUICK && failed.id !== failed.fileName) {
      // What an earlier mutant left behind is no reason: it fails again, and without the mutant it does not.
      const again = await this.with(activeMutant.id, hitLimit, [failed.fileName], new Set([failed.id]));
      const without = await this.run([failed.fileName], new Set([failed.id]));
      if ((again.hits ?? again.failed) === undefined || without.failed !== undefined)
        throw new Error(`${failed.name}: ${failed.failureMessage}, but not only with the mutant`);
    }
    return toMutantRunResult({ status: 'complete', tests: results }, false);
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
    if (wanted === undefined) return this.files;
    const times = new Map();
    for (const id of wanted) {
      const file = join(process.cwd(), id.slice(0, id.indexOf('#')));
      times.set(file, (times.get(file) ?? 0) + (this.times.get(id)?.timeSpentMs ?? 0));
    }
    return [...times].sort(([, a], [, b]) => a - b).map(([file]) => file);
  }

  async dispose() {
    await this.server?.close();
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'room', RoomRunner)];
