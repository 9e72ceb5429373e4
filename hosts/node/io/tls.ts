import { connectTransport } from '../transport/connect.ts';
import { addressOf, optionsOf, portOf, type Options } from './options.ts';
import { IOSocket, socketSettings, type SocketOptions, type SocketSettings } from './socket.ts';
import { SocketStream } from './socket-stream.ts';
import { connectionOptions, type TLSSettings } from './tls-options.ts';

/** Options of {@link TLS}: those of a TCP socket, and what `tls.connect` takes. */
export interface TLSOptions extends SocketOptions<TLS> {
  /** IPv4 or IPv6 literal. */
  address: string;
  /** 0 … 65535. */
  port: number;
  /** The standard's TLS options. */
  tls?: TLSSettings | undefined;
  /** Moddable's TLS options; used without `tls`. */
  secure?: TLSSettings | undefined;
  /** Name of the peer where the TLS options have none, as in Moddable. */
  host?: string | undefined;
}

function streamSource(options: Options, settings: SocketSettings): () => SocketStream {
  const host = addressOf(options.address);
  const port = portOf(options.port);
  const tlsOptions = connectionOptions(options);
  const { noDelay = false, sendWindow, receiveWindow } = settings;
  const connect = connectTransport({ host, port, secure: true, tlsOptions, noDelay });
  return () => new SocketStream(connect, sendWindow, receiveWindow);
}

/**
 * ECMA-419 TLS client socket (`embedded:io/socket/tcp/tls`) over `node:tls`. The first `onWritable` comes after the
 * handshake, with the peer's certificate verified. Moddable's option `TCP`, the class to build on, is ignored:
 * Node has its own. `from` is not supported, nor the extension Maximum Fragment Length.
 */
export class TLS extends IOSocket {
  /** Throws TypeError or RangeError for options that are none; whatever else fails is reported to `onError`. */
  constructor(options: TLSOptions) {
    const given = optionsOf(options);
    const settings = socketSettings(given);
    super(settings, streamSource(given, settings));
  }
}
