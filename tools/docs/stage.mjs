// Puts the pages together that the site is made of, in build/site/source: docs/, the README as the first page, those of
// manifests/ and examples/, the changelog, and the reference that typedoc writes.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from '../setup.mjs';
import { SECTIONS } from './sections.mjs';

export const source = join(root, 'build', 'site', 'source');

/** Pages that stand elsewhere in the tree, and where they are on the site. */
const ELSEWHERE = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changes.md',
  'manifests/README.md': 'manifests.md',
  'manifests/telemetry/README.md': 'manifests-telemetry.md',
  'examples/README.md': 'examples.md',
  'examples/telemetry/README.md': 'telemetry.md',
  'hosts/xs/README.md': 'desktop-xs.md',
  'hosts/xs/rv32/README.md': 'emulated-board.md',
};

/** Where a file of the tree is on the site; undefined if it is not there. */
function placeOf(path) {
  if (ELSEWHERE[path] !== undefined) return ELSEWHERE[path];
  if (existsSync(join(root, path, 'README.md'))) return placeOf(`${path.replace(/\/$/, '')}/README.md`);
  if (!path.startsWith('docs/')) return undefined;
  return path.slice('docs/'.length).replace(/README\.md$/, 'index.md');
}

const { bugs } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Where a file or folder that is not on the site is shown. */
function addressOf(path) {
  const isFolder = statSync(join(root, path)).isDirectory();
  return `${bugs.url.replace(/issues$/, isFolder ? 'tree' : 'blob')}/main/${path}`;
}

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)/g;

/** The text of the page `path` with links that lead to the same places on the site. */
function withLinks(path, text) {
  const from = posix.dirname(placeOf(path));
  return text.replace(LINK, (_, isImage, words, target, hash = '') => {
    const file = posix.join(posix.dirname(path), target).replace(/\/$/, '');
    const place = placeOf(file);
    if (place === undefined) return `${isImage}[${words}](${addressOf(file)}${hash})`;
    const relative = posix.relative(from, place);
    return `${isImage}[${words}](${relative.startsWith('.') ? relative : `./${relative}`}${hash})`;
  });
}

function put(path) {
  const to = join(source, placeOf(path));
  mkdirSync(dirname(to), { recursive: true });
  if (!path.endsWith('.md')) return cpSync(join(root, path), to);
  writeFileSync(to, withLinks(path, readFileSync(join(root, path), 'utf8')));
}

/** Pages of docs/, and what they show. */
const pages = () =>
  readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join((entry.parentPath ?? entry.path).slice(root.length + 1), entry.name));

/** Pages that a reader of the site would not find, since they stand in no section. */
export function pagesInNoSection() {
  const known = SECTIONS.flatMap(({ items }) => items.map(([, page]) => `docs/${page}.md`));
  return pages().filter((path) => /^docs\/[^/]+\.md$/.test(path) && !known.includes(path));
}

/** Everything but the reference. */
export function stage() {
  rmSync(source, { recursive: true, force: true });
  for (const path of [...pages(), ...Object.keys(ELSEWHERE)]) put(path);
}
