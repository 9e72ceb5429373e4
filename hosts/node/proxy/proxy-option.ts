import { Buffer } from 'node:buffer';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { ErrorId, RingletError } from '../../../src/errors.ts';
import { unescaped } from '../unescaped.ts';
import { isExempt } from './no-proxy.ts';

/**
 * The proxy of a connection: `false` for none; where it is, as a URL (`http://user:password@host:port`, or https), also with
 * options of its own for TLS; undefined for the one that the environment names.
 */
export type ProxyOption =
  string | URL | false | { readonly url: string | URL; readonly tls?: TlsOptions | undefined } | undefined;

/** A proxy that makes tunnels by CONNECT, RFC 9110 §9.3.6. */
export interface Proxy {
  /** TLS on the way to it. */
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Value of Proxy-Authorization; empty for none. */
  readonly authorization: string;
  readonly tls: TlsOptions | undefined;
}

/** As much of a destination as a proxy is chosen by. */
interface Target {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What names the proxy of a scheme, the best first. A name is looked for in lower case, then in upper case. */
const SECURE: readonly string[] = ['wss_proxy', 'https_proxy', 'all_proxy'];
const PLAIN: readonly string[] = ['ws_proxy', 'http_proxy', 'all_proxy'];

/** Reads the URL of a proxy. Throws a RingletError that says what `name` must be, never what it is. */
function read(given: unknown, name: string, tls?: TlsOptions): Proxy {
  let url: URL | undefined;
  const text = String(given).trim();
  try {
    url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    // Said below.
  }
  const secure = url?.protocol === 'https:';
  const isProxy = url !== undefined && (secure || url.protocol === 'http:') && url.port !== '0';
  if (text === '' || !isProxy) {
    throw new RingletError(
      ErrorId.optionInvalid,
      `${name} must be the URL of an http: or https: proxy, such as http://proxy.example:3128`,
    );
  }
  const { hostname, username, password } = url!;
  const credentials = `${unescaped(username)}:${unescaped(password)}`;
  return {
    secure,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: Number(url!.port || (secure ? 443 : 80)),
    authorization: credentials === ':' ? '' : `Basic ${Buffer.from(credentials).toString('base64')}`,
    tls,
  };
}

/** The proxy that the environment names for `target`. */
function fromEnvironment(target: Target, environment: Environment): Proxy | undefined {
  const valueOf = (name: string): string | undefined => environment[name] || undefined;
  const { host, port, secure } = target;
  if (isExempt(host, port, valueOf('no_proxy') ?? valueOf('NO_PROXY') ?? '')) return undefined;
  for (const name of secure ? SECURE : PLAIN) {
    const upper = name.toUpperCase();
    const lowerValue = valueOf(name);
    // To a CGI program a client can give a variable of that name, by the header `Proxy`.
    const isForged = upper === 'HTTP_PROXY' && valueOf('REQUEST_METHOD') !== undefined;
    const value = lowerValue ?? (isForged ? undefined : valueOf(upper));
    if (value !== undefined)
      return read(value, `the environment variable ${lowerValue === undefined ? upper : name}`);
  }
  return undefined;
}

/** The proxy on the way to `target`, if there is one. Throws a RingletError for what names none. */
export function proxyOf(
  target: Target,
  option: ProxyOption,
  environment: Environment = process.env,
): Proxy | undefined {
  if (option === undefined) return fromEnvironment(target, environment);
  if (option === false) return undefined;
  if (typeof option === 'string' || option instanceof URL) return read(option, 'proxy');
  if (typeof option !== 'object' || option === null || !('url' in option)) return read('', 'proxy');
  return read(option.url, 'proxy.url', option.tls);
}
