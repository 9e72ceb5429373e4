import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import type { ClientRequest } from '../../src/handshake/client.ts';
import type { ServerPolicy } from '../../src/handshake/server.ts';
import { Driver, type DriverOptions, type Hooks } from './driver.ts';
import { head } from './frames.ts';
import { wordsFrom } from './random.ts';

/** The key and the Accept of RFC 6455 §1.3; the key is the base64 of this text. */
export const KEY_TEXT = 'the sample nonce';
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

export const REQUEST: ClientRequest = {
  host: 'server.example.com',
  path: '/chat',
  protocol: '',
  headers: [],
  requireProtocol: false,
};

export const POLICY: ServerPolicy = { protocols: [], requestHeaders: [], onRequest: undefined };

/** A client that has sent its request, with the key above. */
export function newClient(
  request: Partial<ClientRequest> = {},
  options: DriverOptions = {},
  hooks: Hooks = {},
): Driver {
  const random = wordsFrom(new TextEncoder().encode(KEY_TEXT));
  return new Driver(
    { role: 'client', random, opening: clientOpening({ ...REQUEST, ...request }), ...options },
    hooks,
  ).open();
}

/** A server that waits for a request. */
export function newServer(
  policy: Partial<ServerPolicy> = {},
  options: DriverOptions = {},
  hooks: Hooks = {},
): Driver {
  return new Driver(
    { role: 'server', opening: serverOpening({ ...POLICY, ...policy }), ...options },
    hooks,
  ).open();
}

/** The lines of a sound response; `changes` replaces or (by undefined) leaves out a line by its name. */
export function response(changes: Changes = {}, status = 'HTTP/1.1 101 Switching Protocols'): Uint8Array {
  const lines = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': SAMPLE_ACCEPT };
  return head(...changed(status, lines, changes));
}

/** The same for a sound request. */
export function request(changes: Changes = {}, line = 'GET /chat HTTP/1.1'): Uint8Array {
  const lines = {
    Host: 'server.example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': SAMPLE_KEY,
    'Sec-WebSocket-Version': '13',
  };
  return head(...changed(line, lines, changes));
}

type Changes = Readonly<Record<string, string | readonly string[] | undefined>>;

function changed(first: string, lines: Readonly<Record<string, string>>, changes: Changes): string[] {
  const all: Changes = { ...lines, ...changes };
  const result = [first];
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined) continue;
    for (const each of typeof value === 'string' ? [value] : value) result.push(`${name}: ${each}`);
  }
  return result;
}
