import { isAuthority } from './authority.ts';

/** Where a request leads to. */
export interface RequestTarget {
  /** Path and query. */
  readonly path: string;
  /** Host and port in place of those in the Host header (RFC 9112 §3.2.2); undefined where the target has none. */
  readonly authority: string | undefined;
}

/** Visible ASCII without #: no form of a target has a fragment (RFC 9112 §3.2), and no WebSocket URL (RFC 6455 §3). */
const VISIBLE = /^[!"$-~]+$/;

const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?]*)(.*)$/i;

/**
 * Reads a request target: origin-form, or absolute-form, which is reduced to its path. undefined for the other forms and
 * what is none.
 */
export function targetOf(text: string): RequestTarget | undefined {
  if (!VISIBLE.test(text)) return undefined;
  if (text[0] === '/') return { path: text, authority: undefined };
  const [, authority = '', path = ''] = ABSOLUTE.exec(text) ?? [];
  if (!isAuthority(authority)) return undefined;
  return { path: path[0] === '/' ? path : `/${path}`, authority };
}
