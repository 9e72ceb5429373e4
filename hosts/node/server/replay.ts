import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/**
 * The octets of a request that an `http.Server` has read, as they would come to a server of ours, and what came behind them:
 * so its request is judged by the same rules, each of which stands in one place.
 */
export function octetsOf(request: IncomingMessage, behind: Uint8Array): Uint8Array {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  const octets = Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), behind]);
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
}
