import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SAMPLE_KEY } from '../../support/handshake.ts';

/** A request that every server accepts, with `lines` more. */
export const requestOf = (...lines: string[]): string =>
  [
    'GET /chat HTTP/1.1',
    'Host: server.example.com',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
    'Sec-WebSocket-Version: 13',
    ...lines,
    '',
    '',
  ].join('\r\n');

/** A peer that speaks TCP or TLS and nothing else. */
export class RawClient {
  readonly socket: Socket;
  received = '';
  /** The other side has sent FIN. */
  hasEnded = false;
  /** All is over, with this error code if there was an error. */
  isClosed = false;
  errorCode: string | undefined;

  /** TLS takes any certificate. */
  constructor(port: number, isSecure = false) {
    const options = { port, host: '127.0.0.1', allowHalfOpen: true };
    this.socket = isSecure ? connectTls({ ...options, rejectUnauthorized: false }) : connectTcp(options);
    this.socket.on('data', (data: Buffer) => (this.received += data.toString('latin1')));
    this.socket.on('end', () => (this.hasEnded = true));
    this.socket.on('close', () => (this.isClosed = true));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.errorCode = error.code));
  }

  send(text: string): this {
    this.socket.write(Buffer.from(text, 'latin1'));
    return this;
  }

  /** Status of the response, 0 before there is one. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3}) /.exec(this.received)?.[1] ?? 0);
  }

  /** Everything behind the head of the response, octets as characters. */
  get frames(): string {
    return this.received.slice(this.received.indexOf('\r\n\r\n') + 4);
  }
}
