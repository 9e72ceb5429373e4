/** What was typed at the prompt of `ringlet connect`, from run to run. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { History, HISTORY_LENGTH } from '../../hosts/node/cli/connect/history.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringlet-history-'));
  path = join(folder, 'lines');
});

afterEach(() => rmSync(folder, { recursive: true }));

const history = (): History => new History({ RINGLET_HISTORY: path });

test('the last line comes first, each once, from all prompts of the same time', () => {
  const [one, other] = [history(), history()];
  one.add('a');
  other.add('b');
  one.add('a');
  one.add('c');
  expect(history().read()).toEqual(['c', 'a', 'b']);
});

test('empty lines are not kept', () => {
  history().add('  ');
  expect(history().read()).toEqual([]);
});

test('only the owner may read the file, whoever made it', () => {
  writeFileSync(path, 'old\n');
  chmodSync(path, 0o644);
  history().add('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file that has become too long is shortened to the latest lines', () => {
  const lines = Array.from({ length: 2 * HISTORY_LENGTH + 1 }, (_, i) => `line ${i}`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  const latest = lines.slice(-HISTORY_LENGTH);
  expect(history().read()).toEqual([...latest].reverse());
  expect(readFileSync(path, 'utf8')).toBe(`${latest.join('\n')}\n`);
});

test('RINGLET_HISTORY set to nothing keeps nothing, and a file that cannot be had is no fault', () => {
  const none = new History({ RINGLET_HISTORY: '' });
  none.add('a');
  expect(none.read()).toEqual([]);
  const impossible = new History({ RINGLET_HISTORY: join(folder, 'missing', 'lines') });
  impossible.add('a');
  expect(impossible.read()).toEqual([]);
  expect(existsSync(join(folder, 'missing'))).toBe(false);
});

test('lines that would drive the terminal are not had back', () => {
  writeFileSync(path, 'evil \x1b[2J\nbell \x07\nok\n');
  expect(history().read()).toEqual(['ok']);
});

test.runIf(existsSync('/dev/full'))('a device is no history: it is neither read nor changed', () => {
  // Read, it has no end; its mode is not ours.
  const { mode } = statSync('/dev/full');
  const device = new History({ RINGLET_HISTORY: '/dev/full' });
  device.add('a');
  expect(device.read()).toEqual([]);
  expect(statSync('/dev/full').mode).toBe(mode);
});
