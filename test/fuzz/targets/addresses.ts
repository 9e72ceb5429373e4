import { destinationOf } from '../../../hosts/node/destination.ts';
import { isExempt } from '../../../hosts/node/proxy/no-proxy.ts';
import { proxyOf } from '../../../hosts/node/proxy/proxy-option.ts';
import { followed, isRedirection } from '../../../hosts/node/redirection.ts';
import { addressOf as addressOnNode } from '../../../hosts/node/websocket/address.ts';
import { RingletError } from '../../../src/errors.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { PATH } from '../../../src/handshake/path.ts';
import { addressOf, type Address } from '../../../src/websocket/address.ts';
import type { Target } from './reading.ts';

/** Not `URL.canParse`: that of Node 20 takes no letters beyond ASCII once it has been called often. */
function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (/^(wss|https):$/.test(protocol) ? 443 : 80) : Number(port);

/** A URL that a device takes is one for the URL class of the web, too, and leads to the same place. */
export const url: Target = (octets) => {
  const text = Buffer.from(octets).toString('latin1');
  const address = addressOf(text);
  if (address === undefined) return;
  const { host: name, path } = address;
  try {
    requestOf({ host: name, path });
  } catch (error) {
    // A device escapes nothing: it says what is wrong.
    if (!(error instanceof RingletError) || PATH.test(path)) throw error;
  }
  const parsed = urlOf(text);
  // An address of IPv4 or IPv6 that is none, and escapes in a name: the resolver refuses them.
  if (parsed === undefined) return;
  const port = portOf(parsed);
  if (port !== address.port) throw new Error(`port ${address.port}, not ${port}`);
  const secure = /^(wss|https):$/.test(parsed.protocol);
  if (secure !== address.secure) throw new Error(`secure: ${address.secure}`);
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  // Of addresses the URL class makes the shortest form.
  if (/[g-z]/.test(host) && !/%|xn--/.test(address.host) && host !== address.host)
    throw new Error(`host ${address.host}, not ${host}`);
};

/** A URL of RingletWebSocket, as the standard has it: the same as by the URL class; and what it leads to can be sent. */
export const nodeUrl: Target = (octets) => {
  const text = Buffer.from(octets).toString();
  const parsed = urlOf(text);
  const address: Address | undefined = addressOnNode(text);
  const isOurs =
    parsed !== undefined && /^(wss?|https?):$/.test(parsed.protocol) && !parsed.href.includes('#');
  if (isOurs !== (address !== undefined)) throw new Error(`the URL class says ${parsed?.href}`);
  if (address === undefined || parsed === undefined) return;
  if (address.port !== portOf(parsed)) throw new Error(`port ${address.port}`);
  if (!PATH.test(address.path)) throw new Error(`the path ${JSON.stringify(address.path)} cannot be sent`);
  if (!/^wss?:/.test(address.url)) throw new Error(`its url is ${address.url}`);
  if (addressOnNode(address.url)?.path !== address.path) throw new Error('read again it leads elsewhere');
  const { host, port, path, secure } = address;
  let destination: ReturnType<typeof destinationOf>;
  try {
    destination = destinationOf(text);
  } catch (error) {
    if (!(error instanceof RingletError)) throw error;
    if (parsed.username === '' && parsed.password === '') throw new Error(`connect says ${error.message}`);
    return;
  }
  if (JSON.stringify(destination) !== JSON.stringify({ secure, host, port, path }))
    throw new Error(`connect goes to ${JSON.stringify(destination)}`);
};

/** A Location that is followed is a place to connect to, and never leads from TLS to none. */
export const location: Target = (octets) => {
  const text = Buffer.from(octets).toString('latin1');
  if (text === '') return;
  for (const from of ['wss://a.example/b/c', 'ws://a.example:81/?d']) {
    const start = destinationOf(from);
    const to = followed(start, text);
    if (to === undefined) continue;
    if (start.secure && !to.secure) throw new Error(`from ${from} to ${JSON.stringify(to)}`);
    if (!PATH.test(to.path)) throw new Error(`the path ${JSON.stringify(to.path)} cannot be sent`);
    if (!(to.port >= 0 && to.port <= 65535) || to.host === '') throw new Error(JSON.stringify(to));
    if (!isRedirection(302, text)) throw new Error('it is no redirection');
  }
};

/** Hosts that are asked about. */
const HOSTS = ['example.com', 'a.example.com.', 'notexample.com', '10.1.2.3', 'fe80::1', '::1', 'LOCALHOST'];

/** NO_PROXY: more entries exempt no fewer hosts, blanks and letter case mean nothing, and a list is what its entries are. */
export const noProxy: Target = (octets) => {
  const list = Buffer.from(octets).toString('latin1');
  for (const host of HOSTS) {
    const answer = isExempt(host, 443, list);
    const entries = list.split(/[\s,]+/);
    if (answer !== entries.some((entry) => isExempt(host, 443, entry)))
      throw new Error(`${host}: ${answer}, entry by entry ${!answer}`);
    if (
      answer !==
      isExempt(
        host,
        443,
        list.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
      )
    )
      throw new Error(`${host}: in capitals ${!answer}`);
    if (!isExempt(host, 443, `${list},${host.toLowerCase().replace(/\.$/, '')}`))
      throw new Error(`${host} itself is not exempt`);
    if (!isExempt(host, 443, `${list} *`)) throw new Error('* is not everything');
  }
};

const EXAMPLE = 'http://proxy.example:3128';

/** The URL of a proxy: a place, or an error that does not say what was given. */
export const proxy: Target = (octets) => {
  const text = Buffer.from(octets).toString();
  const target = { secure: true, host: 'example.com', port: 443 };
  for (const make of [
    () => proxyOf(target, text, {}),
    () => proxyOf(target, undefined, { HTTPS_PROXY: text }),
    () => proxyOf(target, { url: text }, {}),
  ]) {
    try {
      const found = make();
      if (found === undefined) continue;
      if (found.host === '' || !(found.port > 0 && found.port < 65536))
        throw new Error(JSON.stringify(found));
      if (!/^(Basic [A-Za-z\d+/]+=*)?$/.test(found.authorization)) throw new Error(found.authorization);
      const credentials = Buffer.from(found.authorization.slice(6), 'base64').toString();
      if (found.authorization !== '' && !credentials.includes(':')) throw new Error(credentials);
    } catch (error) {
      if (!(error instanceof RingletError)) throw error;
      if (text.length > 8 && error.message.replace(EXAMPLE, '').includes(text))
        throw new Error(error.message);
    }
  }
};
