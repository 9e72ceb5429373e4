import { Rule, wellFormed } from './grammar.ts';
import { lowerOf } from './lower.ts';

/** Where a request leads to. */
export interface RequestTarget {
  /** Path and query. */
  readonly path: string;
  /** Host and port in place of those in the Host header (RFC 9112 §3.2.2); undefined where the target has none. */
  readonly authority: string | undefined;
}

const SCHEMES: readonly string[] = Object.freeze(['ws', 'wss', 'http', 'https']);

/** Where the authority ends that begins at `start`: the path or the query follows. */
function authorityEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== '/' && text[end] !== '?') end++;
  return end;
}

/**
 * Reads a request target: origin-form, or absolute-form, which is reduced to its path. undefined for the other forms and
 * what is none.
 */
export function targetOf(text: string): RequestTarget | undefined {
  if (text[0] === '/')
    return wellFormed(Rule.path, text) === undefined ? undefined : { path: text, authority: undefined };
  const colon = text.indexOf('://');
  if (colon < 0 || SCHEMES.indexOf(lowerOf(text.slice(0, colon))) < 0) return undefined;
  const end = authorityEnd(text, colon + 3);
  const authority = text.slice(colon + 3, end);
  const path = (text[end] === '/' ? '' : '/') + text.slice(end);
  if (wellFormed(Rule.authority, authority) === undefined || wellFormed(Rule.path, path) === undefined)
    return undefined;
  return { path, authority };
}
