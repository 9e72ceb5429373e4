import {
  type ByteBuffer,
  WebSocketClient as PortableWebSocketClient,
  type WebSocketClientOptions,
  type WriteOptions,
} from '../../src/client/websocket-client.ts';
import { CALLBACKS, checkCallbacks } from '../../src/client/check-callbacks.ts';
import { checkObject, checkOption } from '../../src/connection/check-options.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { sizeOf } from '../../src/connection/options.ts';
import { nodeHost } from './host.ts';
import { checkedOctets } from './io/byte-buffer.ts';
import { checkCompression, checkFlags, HEAD_SIZE, unreadable } from './options.ts';

/** Options of `write` that are true or false. */
const FLAGS: readonly string[] = ['binary', 'more'];

const BUFFERS: readonly string[] = ['receiveBuffer', 'transmitBuffer'];

const OPTIONS: readonly string[] = [
  ...Object.keys(DEFAULT_LIMITS),
  ...CALLBACKS,
  ...[
    'attach',
    'handshake',
    'socket',
    'dns',
    'host',
    'port',
    'secure',
    'path',
    'protocol',
    'headers',
    'requireProtocol',
  ],
  ...BUFFERS,
  ...['format', 'target', 'compression'],
];

/**
 * What there is of the options, each read once wherever it comes from (ECMA-419 §5), and checked as the class on a device
 * does with fewer words; with a head of the server's as long as Node allows, unless they say how long.
 */
function optionsOf(options: unknown): WebSocketClientOptions {
  checkObject(options, 'options');
  const given: Record<string, unknown> = { maxHeadSize: HEAD_SIZE };
  for (const name of OPTIONS) {
    const value = options[name];
    if (value !== undefined) given[name] = value;
  }
  // ECMA-419 has it among the options of the socket; here it would be of no effect, which nobody would see.
  checkOption(options.tls === undefined, 'tls', 'an option of socket: { ...device.network.wss.socket, tls }');
  checkCallbacks(given);
  checkCompression(given.compression);
  for (const name of BUFFERS) if (given[name] !== undefined) sizeOf(name, given[name] as number);
  return given as WebSocketClientOptions;
}

/** The ECMA-419 WebSocket client on Node: what `embedded:network/websocket/client` is on a device. */
export class WebSocketClient extends PortableWebSocketClient {
  constructor(options: WebSocketClientOptions) {
    try {
      super(optionsOf(options), nodeHost);
    } catch (error) {
      throw unreadable('an option', error);
    }
  }

  override write(data: ByteBuffer | number, options?: WriteOptions): number {
    if (options !== undefined) checkFlags('write', options, FLAGS);
    return super.write(typeof data === 'number' ? data : checkedOctets(data), options);
  }

  override read(): ArrayBuffer | number | undefined;
  override read(n: number): ArrayBuffer | number | undefined;
  override read(buffer: ByteBuffer): number | undefined;
  override read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const isCount = wanted === undefined || typeof wanted === 'number';
    return super.read((isCount ? wanted : checkedOctets(wanted)) as number);
  }
}
