/** What `npm run release` refuses, and what it makes of the changelog. */
import { describe, expect, test } from 'vitest';

interface Home {
  readonly homepage: string;
  readonly repository: { readonly type: string; readonly url: string; readonly directory?: string };
  readonly bugs: { readonly url: string };
}

interface Rules {
  faultOfTree(status: string, branch: string): string | undefined;
  faultOfHome(pkg: object, remote: string): string | undefined;
  faultOfProvenance(env: Record<string, string>): string | undefined;
  gathered(changelog: string): string;
  homeOf(remote: string, folder?: string): Home | undefined;
  locked(lock: string, version: string): string;
  withHome(pkg: object, home: Home): Record<string, unknown>;
}

const rules = (await import('../../tools/release/rules.mjs' as string)) as Rules;
const { faultOfHome, faultOfProvenance, faultOfTree, gathered, homeOf, locked, withHome } = rules;

describe('a release is refused', () => {
  test('from a tree with changes, and from another branch', () => {
    expect(faultOfTree(' M src/index.ts', 'main')).toContain('src/index.ts');
    expect(faultOfTree('', 'feature')).toContain('feature');
    expect(faultOfTree('', 'main')).toBeUndefined();
  });

  describe('from another address than package.json states', () => {
    const pkg = { repository: { url: 'git+https://host.test/me/ringlet.git' } };

    test.each(['https://host.test/me/ringlet', 'git@HOST.test:me/ringlet.git'])(
      '%s is the same',
      (remote) => {
        expect(faultOfHome(pkg, remote)).toBeUndefined();
      },
    );

    test.each([
      'https://host.test/you/ringlet',
      'https://host.test/me/ringlet-fork',
      'git@other.test:me/ringlet.git',
    ])('%s is another, which --move would write down', (remote) => {
      expect(faultOfHome(pkg, remote)).toContain('--move');
    });

    test.each(['', '/srv/git/ringlet.git'])('%j is none: --repository names it', (remote) => {
      expect(faultOfHome(pkg, remote)).toContain('--repository <url> names one');
    });

    test.each([{}, { repository: { url: '/srv/git/ringlet.git' } }])('and %j states none', (stated) => {
      expect(faultOfHome(stated, 'https://host.test/me/ringlet')).toContain('--repository <url> --move');
    });
  });

  test('where nobody can state where it was built', () => {
    expect(faultOfProvenance({})).toContain('--no-provenance');
    expect(faultOfProvenance({ GITHUB_ACTIONS: 'true' })).toBeDefined();
    expect(faultOfProvenance({ GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'x' })).toBeUndefined();
    expect(faultOfProvenance({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: 'x' })).toBeUndefined();
  });
});

test.each([
  'https://host.test/me/ringlet',
  'https://host.test/me/ringlet.git',
  'https://user:word@host.test/me/ringlet.git',
  'git+https://host.test/me/ringlet.git',
  'ssh://git@host.test:22/me/ringlet.git',
  'git@host.test:me/ringlet.git',
])('the address of the project is known from %s', (remote) => {
  expect(homeOf(remote)).toEqual({
    homepage: 'https://host.test/me/ringlet#readme',
    repository: { type: 'git', url: 'git+https://host.test/me/ringlet.git' },
    bugs: { url: 'https://host.test/me/ringlet/issues' },
  });
});

test('a package in a folder of the repository is shown there', () => {
  expect(homeOf('git@host.test:me/ringlet.git', 'tools/engine')).toEqual({
    homepage: 'https://host.test/me/ringlet/tree/main/tools/engine#readme',
    repository: { type: 'git', url: 'git+https://host.test/me/ringlet.git', directory: 'tools/engine' },
    bugs: { url: 'https://host.test/me/ringlet/issues' },
  });
});

test.each(['', '/srv/git/ringlet.git', '../ringlet', 'file:///srv/ringlet.git', 'C:\\ringlet'])(
  'and not from %j',
  (remote) => expect(homeOf(remote)).toBeUndefined(),
);

test('the fields stand behind the licence, once', () => {
  const home = homeOf('https://host.test/me/ringlet')!;
  const pkg = withHome({ name: 'a', bugs: { url: 'old' }, license: 'MIT', type: 'module' }, home);
  expect(Object.keys(pkg)).toEqual(['name', 'license', 'homepage', 'repository', 'bugs', 'type']);
  expect(pkg.bugs).toEqual({ url: 'https://host.test/me/ringlet/issues' });
});

const INTRODUCTION = 'All notable changes to this project are written here.\n\n';

test('the changelog has the new version behind its introduction, with what was unreleased', () => {
  const after = `# Changelog\n\n## 0.2.0\n\n- noted\n\n${INTRODUCTION}## [Unreleased]\n\n### Added\n\n- by hand\n\n## 0.1.0\n`;
  expect(gathered(after)).toBe(
    `# Changelog\n\n${INTRODUCTION}## 0.2.0\n\n- noted\n\n### Added\n\n- by hand\n\n## 0.1.0\n`,
  );
});

test('without anything unreleased the older versions follow', () => {
  const after = `# Changelog\n\n## 0.3.0\n\n- noted\n\n${INTRODUCTION}## 0.2.0\n\n- old\n`;
  expect(gathered(after)).toBe(`# Changelog\n\n${INTRODUCTION}## 0.3.0\n\n- noted\n\n## 0.2.0\n\n- old\n`);
});

test('the lock file has the new version of the package, and of nothing else', () => {
  const lock = {
    name: 'a',
    version: '0.1.0',
    packages: { '': { name: 'a', version: '0.1.0' }, 'node_modules/b': { version: '0.1.0' } },
  };
  expect(JSON.parse(locked(JSON.stringify(lock), '0.2.0'))).toEqual({
    name: 'a',
    version: '0.2.0',
    packages: { '': { name: 'a', version: '0.2.0' }, 'node_modules/b': { version: '0.1.0' } },
  });
});
