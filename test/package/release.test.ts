/** What `npm run release` refuses, and what it makes of the changelog. */
import { describe, expect, test } from 'vitest';

interface Rules {
  faultOfTree(status: string, branch: string): string | undefined;
  faultOfRepository(url: string | undefined): string | undefined;
  faultOfProvenance(env: Record<string, string>): string | undefined;
  gathered(changelog: string): string;
  named(lock: string): string;
}

const rules = (await import('../../tools/release/rules.mjs' as string)) as Rules;
const { faultOfProvenance, faultOfRepository, faultOfTree, gathered, named } = rules;

describe('a release is refused', () => {
  test('from a tree with changes, and from another branch', () => {
    expect(faultOfTree(' M src/index.ts', 'main')).toContain('src/index.ts');
    expect(faultOfTree('', 'feature')).toContain('feature');
    expect(faultOfTree('', 'main')).toBeUndefined();
  });

  test('while the package names no real repository', () => {
    expect(faultOfRepository(undefined)).toBeDefined();
    expect(faultOfRepository('git+https://ringlet.example/ringlet.git')).toContain('placeholder');
    expect(faultOfRepository('git+https://code.ringlet.example/ringlet.git')).toContain('placeholder');
    expect(faultOfRepository('git+https://host.test/ringlet.git')).toBeUndefined();
  });

  test('where nobody can state where it was built', () => {
    expect(faultOfProvenance({})).toContain('--no-provenance');
    expect(faultOfProvenance({ GITHUB_ACTIONS: 'true' })).toBeDefined();
    expect(faultOfProvenance({ GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: 'x' })).toBeUndefined();
    expect(faultOfProvenance({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: 'x' })).toBeUndefined();
  });
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

test('a lock file names no address', () => {
  const lock =
    '{\n  "a": {\n    "version": "1.0.0",\n    "resolved": "https://r.test/a.tgz",\n    "integrity": "x"\n  }\n}\n';
  expect(named(lock)).toBe('{\n  "a": {\n    "version": "1.0.0",\n    "integrity": "x"\n  }\n}\n');
});
