/** The blocks of code of a page, and what the comment in front of each says about running it. */
import { readFileSync } from 'node:fs';

/** A fenced block of code. */
export interface Snippet {
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The first word behind the fence: `js`, `sh`, `json`; empty if there is none. */
  readonly language: string;
  /** The words behind it: `device` for a program that runs on XS. */
  readonly words: readonly string[];
  readonly code: string;
  readonly directions: Directions;
}

/** What the comment `<!-- snippet … -->` in front of a block says, one direction a line. */
export interface Directions {
  /** `shows: text`: the program has to print this. It is ended when all of it has come. */
  readonly shows: readonly string[];
  /** `as: name`: other blocks of the page find it under this name, in the folder that they run in. */
  readonly as?: string;
  /** `with: name`: runs while this other block of the page runs. */
  readonly with?: string;
  /** `unless: reason`: is not run, for a reason that a reader of the source is told. */
  readonly unless?: string;
}

const KNOWN = ['shows', 'as', 'with', 'unless'];

function directionsOf(comment: string, where: string): Directions {
  const directions: { shows: string[]; as?: string; with?: string; unless?: string } = { shows: [] };
  for (const line of comment.trim().split('\n')) {
    const [, key, value] = /^\s*([a-z]+):\s*(.+?)\s*$/.exec(line) ?? [];
    if (!KNOWN.includes(key)) throw new Error(`${where}: a snippet has no direction "${line.trim()}"`);
    if (key === 'shows') directions.shows.push(value);
    else directions[key as 'as' | 'with' | 'unless'] = value;
  }
  return directions;
}

/** A fence, indented or not, with the comment in front of it. */
const FENCE = /(?:<!--\s*snippet\s+([^]*?)-->\s*)?^([ \t]*)(`{3,})([^\n`]*)\n([^]*?)^[ \t]*\3[ \t]*$/gm;

/** All blocks of code of the page at `path`; `page` is its name in messages. */
export function snippetsOf(page: string, path: string): Snippet[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(FENCE)].map((match) => {
    const [whole, comment, indent, , info, code] = match;
    const before = text.slice(0, match.index + whole.indexOf('```'));
    const line = before.split('\n').length;
    const [language = '', ...words] = info.trim().split(/\s+/);
    return {
      page,
      line,
      language,
      words,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      directions: comment === undefined ? { shows: [] } : directionsOf(comment, `${page}:${line}`),
    };
  });
}
