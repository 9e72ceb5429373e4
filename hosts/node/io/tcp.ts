import { connectTransport } from '../transport/connect.ts';
import { addressOf, optionsOf, portOf, type Options } from './options.ts';
import { IOSocket, socketSettings, takeStream, type SocketOptions, type SocketSettings } from './socket.ts';
import { SocketStream } from './socket-stream.ts';

/** Options of {@link TCP}: ECMA-419 §10. */
export interface TCPOptions extends SocketOptions<TCP> {
  /** IPv4 or IPv6 literal. */
  address?: string | undefined;
  /** 0 … 65535. */
  port?: number | undefined;
  /**
   * A connected socket whose connection and unread data are taken over: it is closed by that. `address`, `port`
   * and the windows are ignored then. (A {@link SocketStream} is what a Listener passes here.)
   */
  from?: TCP | SocketStream | undefined;
}

/** Checks where the stream of a socket is to come from, and returns what gets it. */
function streamSource(options: Options, settings: SocketSettings): () => SocketStream {
  const { from } = options;
  if (from instanceof SocketStream) return () => from;
  if (from instanceof TCP) return () => takeStream(from);
  if (from !== undefined) throw new TypeError('from: not a TCP socket');
  const host = addressOf(options.address);
  const port = portOf(options.port);
  const { noDelay = false, sendWindow, receiveWindow } = settings;
  return () => new SocketStream(connectTransport({ host, port, noDelay }), sendWindow, receiveWindow);
}

/** ECMA-419 TCP socket (`embedded:io/socket/tcp`) over `node:net`, with the windows of a device. */
export class TCP extends IOSocket {
  /** Throws TypeError or RangeError for options that are none; whatever else fails is reported to `onError`. */
  constructor(options: TCPOptions) {
    const given = optionsOf(options);
    const settings = socketSettings(given);
    super(settings, streamSource(given, settings));
  }
}
