/** The pages that people read. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const FOLDERS = ['docs', 'examples', 'manifests', 'hosts'];

function markdownIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Paths of all pages, relative to the tree. */
export const pages: readonly string[] = [
  'README.md',
  ...FOLDERS.flatMap((folder) => markdownIn(join(root, folder))).map((path) => relative(root, path)),
].sort();
