import { Buffer } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ErrorId } from '../../../src/errors.ts';
import type { Transport, TransportFactory, TransportSink } from '../../../src/host.ts';
import type { Proxy } from '../proxy/proxy-option.ts';
import type { ConnectTransportOptions } from './connect.ts';
import { failureOf } from './failure.ts';
import { answeringOnce } from './lookup.ts';
import { NetTransport } from './net-transport.ts';

/** Longest head of a proxy's answer, octets. */
const HEAD_LIMIT = 16384;

/** The first line of the answer; proxies of HTTP/1.0 make tunnels, too. */
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [^\r\n]*)?\r?\n/;

/** The position behind the empty line that ends a head, looked for from `from` on; 0 if it has not come yet. */
function endOfHead(text: string, from: number): number {
  const strict = text.indexOf('\n\r\n', from);
  const lenient = text.indexOf('\n\n', from);
  if (strict < 0 && lenient < 0) return 0;
  return lenient < 0 || (strict >= 0 && strict < lenient) ? strict + 3 : lenient + 2;
}

/** What a proxy answered that made no tunnel. */
function answerError(status: number): Error {
  const phrase = STATUS_CODES[status];
  const message = `the proxy answered ${status}${phrase === undefined ? '' : ` ${phrase}`}`;
  return Object.assign(new Error(message), { statusCode: status });
}

/**
 * A transport through a proxy: connects to that, asks it for a tunnel by CONNECT (RFC 9110 §9.3.6; RFC 6455 §4.1 wants it for
 * ws, too), and is then the transport of what is behind it, in TLS or not. It opens when that does, so that the deadline of
 * a connection counts from the start.
 */
class TunnelTransport implements Transport {
  readonly #sink: TransportSink;
  readonly #options: ConnectTransportOptions;
  /** The way to the proxy. */
  readonly #socket: Socket;
  /** What is behind the tunnel; undefined until there is one. */
  #inner: NetTransport | undefined;
  #head = '';
  #isOver = false;

  constructor(sink: TransportSink, proxy: Proxy, options: ConnectTransportOptions) {
    this.#sink = sink;
    this.#options = options;
    const { host, port, secure, tls } = proxy;
    const name = isIP(host) === 0 ? { servername: host } : {};
    const lookup = options.lookup && answeringOnce(options.lookup);
    const socket = secure
      ? connectTls({ ...name, ...tls, host, port, lookup })
      : connectTcp({ host, port, noDelay: true, lookup });
    this.#socket = socket;
    socket.once(secure ? 'secureConnect' : 'connect', () => this.#ask(proxy.authorization));
    socket.on('data', this.#onData);
    socket.on('error', this.#onError);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    if (secure) this.#set(() => socket.setNoDelay(true));
  }

  /** Does something with the socket. What Node throws ends the connection, in a turn of its own. */
  #set(what: () => void): void {
    try {
      what();
    } catch (error) {
      setImmediate(() => this.#fail(ErrorId.proxyFailed, error as Error));
    }
  }

  #ask(authorization: string): void {
    const { host, port } = this.#options;
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const line = authorization === '' ? '' : `Proxy-Authorization: ${authorization}\r\n`;
    const request = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${line}\r\n`;
    this.#set(() => this.#socket.write(request, 'latin1'));
  }

  readonly #onData = (data: Buffer): void => {
    // The end of the head may have begun before.
    let from = Math.max(0, this.#head.length - 3);
    this.#head += data.toString('latin1');
    for (let end = endOfHead(this.#head, from); end > 0; end = endOfHead(this.#head, from)) {
      const [, digits] = STATUS_LINE.exec(this.#head) ?? [];
      if (digits === undefined) break;
      const status = Number(digits);
      this.#head = this.#head.slice(end);
      from = 0;
      // Another head follows an interim one.
      if (status < 200) continue;
      if (status < 300) return this.#open();
      const id = status === 407 ? ErrorId.proxyUnauthorized : ErrorId.proxyFailed;
      return this.#fail(id, answerError(status));
    }
    const isOther = endOfHead(this.#head, from) > 0 || !'HTTP/1.'.startsWith(this.#head.slice(0, 7));
    if (isOther || this.#head.length > HEAD_LIMIT)
      this.#fail(ErrorId.proxyFailed, new Error('the answer of the proxy is not HTTP/1.1'));
  };

  readonly #onError = (error: Error): void => this.#fail(ErrorId.proxyFailed, error);

  readonly #onEnd = (): void =>
    this.#fail(ErrorId.proxyFailed, new Error('the proxy ended the connection without an answer'));

  #leave(): Socket {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('error', this.#onError);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onEnd);
    return socket;
  }

  #fail(id: ErrorId, reason: Error): void {
    if (this.#isOver) return;
    this.close();
    this.#sink.transportClosed(id, reason);
  }

  /** There is a tunnel; what came behind the head is from its other end. */
  #open(): void {
    const { host, port, secure = false, tlsOptions, sendWindow } = this.#options;
    const socket = this.#leave();
    // A plain view, as transports hand over.
    const rest = new Uint8Array(Buffer.from(this.#head, 'latin1'));
    const inner = new NetTransport(this.#sink, sendWindow);
    try {
      socket.pause();
      if (!secure) {
        this.#inner = inner;
        inner.attach(socket, undefined, rest);
        return;
      }
      if (rest.length > 0) socket.unshift(rest);
      const name = isIP(host) === 0 ? { servername: host } : {};
      // It throws for certificates and keys that are none.
      const inside = connectTls({ ...name, ...tlsOptions, host, port, socket });
      // What ends the way to the proxy ends what is in it, and the other way round.
      socket.on('error', (error) => inside.destroy(error));
      inside.once('close', () => socket.destroy());
      this.#inner = inner;
      inner.attach(inside, 'secureConnect');
    } catch (error) {
      this.#fail(failureOf(error as Error), error as Error);
    }
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    return this.#inner === undefined ? 0 : this.#inner.write(bytes, start, end);
  }

  resume(): void {
    this.#inner?.resume();
  }

  end(): void {
    if (this.#inner === undefined) this.close();
    else this.#inner.end();
  }

  close(): void {
    this.#isOver = true;
    if (this.#inner !== undefined) {
      this.#inner.close();
      return;
    }
    this.#leave().on('error', () => {});
    this.#socket.destroy();
  }
}

/** A factory of transports to one peer by way of a proxy; see {@link connectTransport}. */
export function tunnelTransport(proxy: Proxy, options: ConnectTransportOptions): TransportFactory {
  return (sink) => new TunnelTransport(sink, proxy, options);
}
