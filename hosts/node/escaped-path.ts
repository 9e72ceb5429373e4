/** What the URL standard lets stand in a path, and the grammar of HTTP does not (RFC 3986 §3.3); and a `%` that escapes nothing. */
const UNESCAPED = /[[\]^|`{}"<>\\]/g;
const PERCENT = /%(?![\da-f]{2})/gi;

const escaped = (text: string): string => `%${text.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * Path and query of a URL as a request may have them: the URL standard leaves some characters as they are that a strict server
 * refuses.
 */
export const pathOf = ({ pathname, search }: URL): string =>
  pathname.replace(UNESCAPED, escaped).replace(PERCENT, '%25') + search.replace(PERCENT, '%25');
