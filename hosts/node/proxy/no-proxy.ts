import { BlockList, isIP } from 'node:net';

/** An entry of NO_PROXY: an IPv6 address or network as it is, else a host that may have a port behind it. */
const ENTRY = /^([^:[]*:[^:]*:[^]*)$|^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether `host`, an IP address, is `entry`, or in that network (`10.0.0.0/8`). */
function isInNetwork(host: string, entry: string): boolean {
  const [network, prefix] = entry.split('/');
  if (isIP(network) === 0) return false;
  const list = new BlockList();
  const longest = isIP(network) === 6 ? 128 : 32;
  const bits = prefix === undefined ? longest : /^\d+$/.test(prefix) ? Number(prefix) : longest + 1;
  if (bits > longest) return false;
  list.addSubnet(network, bits, familyOf(network));
  return list.check(host, familyOf(host));
}

/**
 * Whether `noProxy` (what NO_PROXY holds: entries between commas or blanks) exempts a host and port from the proxy. An entry
 * is a name, which stands for the names below it, too (`example.com`, `.example.com` and `*.example.com` are the same), an IP
 * address or network, each with a port if it says one; `*` is everything.
 */
export function isExempt(host: string, port: number, noProxy: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, address, inBrackets, plain, itsPort] = ENTRY.exec(entry) ?? [];
      const place = address ?? inBrackets ?? plain ?? '';
      if (place === '' || (itsPort !== undefined && Number(itsPort) !== port)) return false;
      if (isIP(name) !== 0) return isInNetwork(name, place);
      const domain = place.replace(/^\*?\./, '').replace(/\.$/, '');
      return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
    });
}
