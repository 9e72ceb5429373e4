import { Buffer } from 'node:buffer';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import { DEFAULT_LIMITS } from '../../../src/connection/limits.ts';
import { limitsOf, sizeOf } from '../../../src/connection/options.ts';
import { check, ErrorId } from '../../../src/errors.ts';
import type { Failed } from '../../../src/failure-text.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import type { Address } from '../../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../../src/websocket/client-link.ts';
import { pairsOf, type WebSocketOptions } from '../../../src/websocket/options.ts';
import type { Link } from '../../../src/websocket/runtime.ts';
import type { WebSocket } from '../../../src/websocket/websocket.ts';
import { isBlockedPort } from '../blocked-ports.ts';
import { connect } from '../connect.ts';
import { checkCompression, checkKnown, checkTls, readingOf } from '../options.ts';
import { device } from '../device.ts';
import { failureOf } from '../errors.ts';
import type { ProxyOption } from '../proxy/proxy-option.ts';

const NAMES: readonly string[] = [
  ...Object.keys(DEFAULT_LIMITS),
  'url',
  'protocols',
  'protocol',
  'headers',
  'responseHeaders',
  'tls',
  'proxy',
  'redirects',
  'compression',
  'maxBufferedAmount',
  'receiveBuffer',
  'transmitBuffer',
  'requireProtocol',
  'attach',
  'ws',
  'wss',
];

const events: EndpointEvents<WebSocket> = Object.freeze({
  onOpen: (socket: WebSocket) => socket._onOpen((socket._link as Endpoint<WebSocket>).extensions),
  onData: (socket: WebSocket, bytes: Uint8Array, start: number, end: number, span: number) =>
    socket._onData(bytes, start, end, span),
  onControl: (socket: WebSocket, opcode: number) => socket._onControl(opcode),
  onWritable: (socket: WebSocket) => socket._onWritable(),
  onClose: (socket: WebSocket, code: number, error: number) => {
    const failed = socket._link as Endpoint<WebSocket>;
    socket._onClose(code, error, error === ErrorId.none ? undefined : failureOf(error, failed));
  },
});

/** Begins to connect a WebSocket, see {@link WebSocketRuntime.connect}. */
export function connectSocket(
  socket: WebSocket,
  address: Address,
  protocol: string,
  options: WebSocketOptions,
): Link {
  return readingOf('an option', () => begin(socket, address, protocol, options));
}

/** Refuses, with a RingletError, options that can be seen to be wrong without a URL. Returns the headers. */
export function checkOptions(options: WebSocketOptions): [string, string][] {
  const { maxBufferedAmount: most = Infinity, attach, ws, wss } = options;
  check(typeof most === 'number' && most >= 0 && (most % 1 === 0 || most === Infinity), 'maxBufferedAmount');
  checkCompression(options.compression);
  checkTls(options.tls);
  // Options of ECMA-419 may have any names beside.
  if (attach === undefined && ws === undefined && wss === undefined) checkKnown('WebSocket', options, NAMES);
  return pairsOf(options.headers);
}

function begin(socket: WebSocket, address: Address, protocol: string, options: WebSocketOptions): Link {
  const { url, port, credentials } = address;
  const { compression, receiveBuffer, transmitBuffer, requireProtocol } = options;
  const headers = checkOptions(options);
  if (credentials !== '' && !headers.some(([name]) => name.toLowerCase() === 'authorization')) {
    headers.push(['Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]);
  }
  const { attach, ws, wss } = options;
  const given = (address.secure ? wss : ws) as Provider | undefined;
  const { proxy, redirects } = options;
  if (attach !== undefined || given !== undefined) {
    // They belong to the fast transport; not to do what they say could be a leak.
    check(proxy === undefined || proxy === false, 'proxy');
    check(redirects === undefined || redirects === 0, 'redirects');
    const { network } = device;
    const own = (address.secure ? network.wss : network.ws) as unknown as Provider;
    return connectClient(socket, address, protocol, { ...options, headers }, given ?? own, '', setImmediate);
  }
  const limits: Record<string, number> = {};
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof typeof DEFAULT_LIMITS)[]) {
    const value = options[name];
    if (value !== undefined) limits[name] = value;
  }
  const fault = faultOfPort(port);
  if (fault !== ErrorId.none) {
    // As `connect` checks them.
    requestOf({ host: address.host, port: 1, path: address.path, protocol, headers });
    limitsOf(limits);
    sizeOf('receiveBuffer', receiveBuffer ?? 256);
    sizeOf('transmitBuffer', transmitBuffer ?? 256);
    setImmediate(() => socket._onClose(CloseCode.abnormal, fault, failureOf(fault, NOWHERE)));
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
    proxy: proxy as ProxyOption,
    redirects,
    compression,
    responseHeaders: options.responseHeaders,
    receiveBuffer,
    transmitBuffer,
  });
}

/** Why there is no connection to `port`, or 0. A URL may have the port 0, where no server can be. */
function faultOfPort(port: number): ErrorId {
  if (isBlockedPort(port)) return ErrorId.portBlocked;
  return port === 0 ? ErrorId.connectFailed : ErrorId.none;
}

/** In place of an endpoint that cannot be. */
const NOWHERE: Link & Failed = Object.freeze({
  writable: 0,
  bufferedAmount: 0,
  protocol: '',
  closeReason: '',
  httpStatus: 0,
  closeCode: CloseCode.abnormal,
  location: '',
  retryAfter: '',
  transportReason: undefined,
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
