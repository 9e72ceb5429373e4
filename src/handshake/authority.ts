/**
 * Names and addresses of hosts. A name is one that DNS can have (RFC 3986 §3.2.2: names for DNS follow RFC 1034 §3.5 and
 * RFC 1123 §2.1), with the underscore that many have.
 */

/** A name, each label at most 63 characters. */
const NAME = /^((?!-)[\w-]{1,63}(?<!-)(\.|$))+$/;
/** What ends in a number is an address, or nothing. */
const NUMERIC = /(^|\.)\d+\.?$/;
const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;
/** The groups of an IPv6 address, an `f` each: eight, or at most seven around one `::`. */
const GROUPS = /^((?=(:*f){0,7}:*$)(f(:f)*)?::(f(:f)*)?|(f:){7}f)$/;

const enum Longest {
  /** Most characters of a name in DNS, with the dot at its end. */
  name = 254,
}

/** Whether `text` is an IPv6 address without brackets and zone, RFC 4291 §2.2. */
function isIPv6(text: string): boolean {
  const last = text.lastIndexOf(':') + 1;
  // An IPv4 address at the end is two groups.
  const groups = IPV4.test(text.slice(last)) ? `${text.slice(0, last)}f:f` : text;
  return GROUPS.test(groups.replace(/[\da-f]{1,4}/gi, 'f'));
}

/** Whether `text` is a host as it stands in a URL: a name, an IPv4 address, or an IPv6 address in brackets. */
function isHost(text: string): boolean {
  if (text[0] === '[') return text.endsWith(']') && isIPv6(text.slice(1, -1));
  return text.length <= Longest.name && (NUMERIC.test(text) ? IPV4.test(text) : NAME.test(text));
}

/**
 * The host that an application gives, as it stands in a URL; '' for what is neither a name nor an address. An IPv6 address
 * may have brackets and a zone (RFC 4007 §11), which nobody else understands: it is left out.
 */
export function hostOf(text: string): string {
  if (!text.includes(':')) return isHost(text) ? text : '';
  const bare = text[0] === '[' && text.endsWith(']') ? text.slice(1, -1) : text;
  const host = `[${bare.replace(/%[\w.~-]+$/, '')}]`;
  return isHost(host) ? host : '';
}

/**
 * Whether `text` is the value of a Host header: a host, and a port if there is a colon (RFC 9110 §7.2). It may be left out
 * behind that (RFC 3986 §3.2.3), and is one that can be connected to, which 0 is not.
 */
export function isAuthority(text: string): boolean {
  const [, host = '', port = ''] = /^(.*?)(?::(?!0+$)(\d{0,5}))?$/.exec(text) ?? [];
  return isHost(host) && Number(port) <= 65535;
}
