import { Buffer } from 'node:buffer';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import type { CompressionFactory } from '../../../src/connection/compression.ts';
import { DEFAULT_LIMITS } from '../../../src/connection/limits.ts';
import { limitsOf, sizeOf } from '../../../src/connection/options.ts';
import { describeError } from '../../../src/error-text.ts';
import { check, ConnectionError, ErrorId, type Failure } from '../../../src/errors.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import type { Address } from '../../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../../src/websocket/client-link.ts';
import { pairsOf, type WebSocketOptions } from '../../../src/websocket/options.ts';
import type { Link } from '../../../src/websocket/runtime.ts';
import type { WebSocket } from '../../../src/websocket/websocket.ts';
import { connect } from '../connect.ts';
import { checkCompression, checkTls } from '../options.ts';
import { device } from '../device.ts';

/** The extensions that were agreed on, of connections that offered some. */
const agreed = new WeakMap<WebSocket, string>();

const events: EndpointEvents<WebSocket> = Object.freeze({
  onOpen: (socket: WebSocket) => socket._onOpen(agreed.get(socket) ?? ''),
  onData: (socket: WebSocket, bytes: Uint8Array, start: number, end: number, span: number) =>
    socket._onData(bytes, start, end, span),
  onControl: (socket: WebSocket, opcode: number) => socket._onControl(opcode),
  onWritable: (socket: WebSocket) => socket._onWritable(),
  onClose: (socket: WebSocket, code: number, error: number) => {
    const failure =
      error === ErrorId.none ? undefined : failureOf(error, socket._link as Endpoint<WebSocket>);
    socket._onClose(code, error, failure);
  },
});

function failureOf(error: number, endpoint: Endpoint<WebSocket>): ConnectionError {
  return new ConnectionError(error, endpoint, describeError(error), endpoint.transportReason);
}

/** Begins to connect a WebSocket, see {@link WebSocketRuntime.connect}. */
export function connectSocket(
  socket: WebSocket,
  address: Address,
  protocol: string,
  options: WebSocketOptions,
): Link {
  const { url, port, credentials } = address;
  const {
    maxBufferedAmount: most = Infinity,
    compression,
    receiveBuffer,
    transmitBuffer,
    requireProtocol,
  } = options;
  check(typeof most === 'number' && most >= 0 && (most % 1 === 0 || most === Infinity), 'maxBufferedAmount');
  checkCompression(compression);
  checkTls(options.tls);
  const headers = pairsOf(options.headers);
  if (credentials !== '' && !headers.some(([name]) => name.toLowerCase() === 'authorization')) {
    headers.push(['Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]);
  }
  const { attach, ws, wss } = options;
  const given = (address.secure ? wss : ws) as Provider | undefined;
  if (attach !== undefined || given !== undefined) {
    const { network } = device;
    const own = (address.secure ? network.wss : network.ws) as unknown as Provider;
    return connectClient(socket, address, protocol, { ...options, headers }, given ?? own, '', setImmediate);
  }
  const limits: Record<string, number> = {};
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof typeof DEFAULT_LIMITS)[]) {
    const value = options[name];
    if (value !== undefined) limits[name] = value;
  }
  if (port === 0) {
    // A URL may say so, and no server can be there.
    const { host } = address;
    requestOf({ host, port: 1, path: address.path, protocol, headers });
    limitsOf(limits);
    sizeOf('receiveBuffer', receiveBuffer ?? 256);
    sizeOf('transmitBuffer', transmitBuffer ?? 256);
    setImmediate(() => {
      const failure = new ConnectionError(
        ErrorId.connectFailed,
        NOWHERE,
        describeError(ErrorId.connectFailed),
      );
      socket._onClose(CloseCode.abnormal, ErrorId.connectFailed, failure);
    });
    return NOWHERE;
  }
  return connect<WebSocket>(withoutCredentials(url), {
    ...limits,
    events,
    target: socket,
    protocol,
    headers,
    requireProtocol,
    tls: options.tls as TlsOptions | undefined,
    compression: compression && recording(compression, socket),
    receiveBuffer,
    transmitBuffer,
  });
}

/** In place of an endpoint that cannot be. */
const NOWHERE: Link & Failure = Object.freeze({
  writable: 0,
  bufferedAmount: 0,
  protocol: '',
  closeReason: '',
  httpStatus: 0,
  closeCode: CloseCode.abnormal,
  location: '',
  retryAfter: '',
  send: () => ErrorId.notOpen,
  close: () => ErrorId.notOpen,
  drop: () => {},
  pause: () => {},
  resume: () => {},
});

function withoutCredentials(href: string): string {
  const url = new URL(href);
  url.username = url.password = '';
  return url.href;
}

/** The same compression, of which is known what the server answers to its offer. */
function recording(compression: CompressionFactory, socket: WebSocket): CompressionFactory {
  return {
    memory: compression.memory,
    create: (memory, at) => {
      const made = compression.create(memory, at);
      const answered = made.answered.bind(made);
      made.answered = (extensions) => {
        agreed.set(socket, extensions);
        return answered(extensions);
      };
      return made;
    },
  };
}
