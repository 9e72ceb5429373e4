/**
 * Every block of code of every page, run as it is printed: programs on Node, programs that say `device` in the desktop
 * build of XS and in a simulated world, commands in a shell. What a block has to show, or why it is not run, stands in a
 * comment in front of it (support/markdown.ts).
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isMissing } from '../xs/support/desk.ts';
import { runInWorld, runOnDevice } from './support/device-run.ts';
import { type Snippet, snippetsOf } from './support/markdown.ts';
import { pages, root } from './support/pages.ts';
import { type Outcome, type Program, type Running, runToItsEnd, start } from './support/run.ts';
import { startWorld, type World } from './support/world.ts';

const folder = join(root, 'build', 'docs', 'snippets');
const stage = (name: string): string => join(root, 'test', 'docs', 'support', 'stage', name);

/** Languages of blocks that are no programs. */
const DATA = ['json', 'diff', 'http', 'text', 'cpp', 'c', 'html', 'csv', ''];

// A program that hangs is ended before that, with its output.
vi.setConfig({ testTimeout: 150_000 });

let world: World;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  world = await startWorld(folder);
  const commands = join(folder, 'commands');
  mkdirSync(commands, { recursive: true });
  const script = (name: string, line: string): void =>
    writeFileSync(join(commands, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  for (const name of ['npm', 'npx', 'mcconfig', 'mcpack'])
    script(name, `exec '${process.execPath}' '${stage('commands.mjs')}' ${name} "$@"`);
  script('ringlet', `exec '${process.execPath}' '${join(root, 'hosts/node/cli/ringlet.mjs')}' "$@"`);
});

afterAll(() => world.close());

/** What a program of a page sees of the world. */
function environmentIn(place: string): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return {
    ...env,
    PATH: [join(folder, 'commands'), process.env.PATH].join(delimiter),
    NODE_OPTIONS: `--import=${stage('preload.mjs')}`,
    NODE_EXTRA_CA_CERTS: world.authority,
    NO_COLOR: '1',
    RINGLET_STAGE: place,
    RINGLET_STAGE_ECHO: String(world.port),
  };
}

/** How a block is started that runs on this machine. */
function programOf(snippet: Snippet, place: string): Program {
  const common = { cwd: place, env: environmentIn(place) };
  if (snippet.language === 'sh')
    return { command: 'bash', args: ['-eo', 'pipefail', '-c', snippet.code], ...common };
  const name = snippet.directions.as ?? 'program.mjs';
  writeFileSync(join(place, name), snippet.code);
  const isTest = name.endsWith('.test.mjs');
  return { command: process.execPath, args: [...(isTest ? ['--test'] : []), name], ...common };
}

/** Puts what the page has under names into the folder. */
function furnish(place: string, all: readonly Snippet[]): void {
  // It may have been tried before.
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  // Readers are in a clone, or beside what they have installed.
  symlinkSync(join(root, 'examples'), join(place, 'examples'));
  for (const { directions, code } of all)
    if (directions.as !== undefined) writeFileSync(join(place, directions.as), code);
}

async function runHere(snippet: Snippet, all: readonly Snippet[], place: string): Promise<Outcome> {
  furnish(place, all);
  const companion = all.find(({ directions }) => directions.as === snippet.directions.with);
  let running: Running | undefined;
  try {
    if (snippet.directions.with !== undefined) {
      expect(companion, `a block that is called ${snippet.directions.with}`).toBeDefined();
      running = start(programOf(companion!, place), companion!.directions.shows);
      expect(await running.shown).toMatchObject({ hasShown: true });
    }
    return await runToItsEnd(programOf(snippet, place), snippet.directions.shows);
  } finally {
    running?.stop();
  }
}

function expectGood({ output, code, hasShown, isTooLong }: Outcome, { directions }: Snippet): void {
  expect(isTooLong, `neither ended nor showed what it has to:\n${output}`).toBe(false);
  expect(hasShown, `has to show ${JSON.stringify(directions.shows)}, and says:\n${output}`).toBe(true);
  if (directions.shows.length === 0) expect(code, output).toBe(0);
}

for (const page of pages) {
  const all = snippetsOf(page, join(root, page));
  if (all.length === 0) continue;
  describe(page, () => {
    for (const [at, snippet] of all.entries()) {
      const { language, words, code, line, directions } = snippet;
      const place = join(folder, page.replaceAll(/[^\w]+/g, '-'), String(at));
      const name = `line ${line}: ${language} ${words.join(' ')}`;
      if (directions.unless !== undefined) test.skip(`${name}, not run: ${directions.unless}`, () => {});
      else if (language === 'json') test(name, () => void JSON.parse(code));
      else if (DATA.includes(language))
        test(`${name} is no command`, () => {
          expect(code, 'commands are blocks of the language sh').not.toMatch(
            /^(npm|npx|ringlet|node|mcconfig|mcpack) /m,
          );
        });
      else if (language === 'js' && words.includes('device')) {
        (isMissing ? test.skip : test.concurrent)(name, async () => {
          expectGood(await runOnDevice({ code, folder: place, port: world.port }, directions.shows), snippet);
        });
        test.concurrent(`${name}, in a simulated world`, async () => {
          expectGood(await runInWorld({ code, folder: place }, directions.shows), snippet);
        });
      } else if (language === 'js' || language === 'sh')
        test.concurrent(name, async () => {
          expectGood(await runHere(snippet, all, place), snippet);
        });
      else
        test(name, () => {
          throw new Error(`${page}:${line}: blocks of ${language} cannot be run: say how, or which language`);
        });
    }
  });
}
