/** Where the project is: one address, which every package states and every link keeps to. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What the repository holds; a folder is there where a file of it is. */
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const isTracked = (path: string): boolean =>
  tracked.some((file) => file === path || file.startsWith(`${path}/`));

const PAGE = 'https://github.com/ringlet/ringlet';

describe.each(['', 'tools/artillery-engine-ringlet'])('the package in "%s"', (folder) => {
  const pkg = JSON.parse(read(posix.join(folder, 'package.json'))) as Record<string, unknown>;

  test('states the address', () => {
    const at = folder === '' ? '' : `/tree/main/${folder}`;
    expect(pkg.homepage).toBe(`${PAGE}${at}#readme`);
    expect(pkg.bugs).toEqual({ url: `${PAGE}/issues` });
    expect(pkg.repository).toEqual({
      type: 'git',
      url: `git+${PAGE}.git`,
      ...(folder === '' ? {} : { directory: folder }),
    });
  });

  // npm shows the README with its relative links resolved against this folder of the repository.
  test('links in its README lead to files of the repository', () => {
    const targets = [...read(posix.join(folder, 'README.md')).matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(
      ([, target]) => posix.join(folder, target).replace(/\/$/, ''),
    );
    expect(targets.filter((target) => !isTracked(target))).toEqual([]);
  });
});

test.each(tracked.filter((path) => path.endsWith('.md')))(
  'links of %s to the address lead to files',
  (path) => {
    const links = read(path).matchAll(
      /https:\/\/github\.com\/ringlet\/ringlet\/(?:blob|tree)\/main\/([^)#\s]+)/g,
    );
    expect([...links].map(([, target]) => target).filter((target) => !isTracked(target))).toEqual([]);
  },
);
