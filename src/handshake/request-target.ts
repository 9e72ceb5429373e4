import { isAuthority } from './authority.ts';
import { PATH } from './path.ts';

/** Where a request leads to. */
export interface RequestTarget {
  /** Path and query. */
  readonly path: string;
  /** Host and port in place of those in the Host header (RFC 9112 §3.2.2); undefined where the target has none. */
  readonly authority: string | undefined;
}

const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?]*)(.*)$/i;

/**
 * Reads a request target: origin-form, or absolute-form, which is reduced to its path. undefined for the other forms and
 * what is none.
 */
export function targetOf(text: string): RequestTarget | undefined {
  if (text[0] === '/') return PATH.test(text) ? { path: text, authority: undefined } : undefined;
  const [, authority = '', rest = ''] = ABSOLUTE.exec(text) ?? [];
  const path = rest[0] === '/' ? rest : `/${rest}`;
  return isAuthority(authority) && PATH.test(path) ? { path, authority } : undefined;
}
