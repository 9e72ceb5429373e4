import { WebSocketClient as BareClient, type WebSocketClientOptions } from './client/websocket-client.ts';
import { checkObject } from './connection/check-options.ts';
import type { CompressionFactory } from './connection/compression.ts';
import {
  permessageDeflate as bareDeflate,
  type PermessageDeflateOptions,
} from './deflate/permessage-deflate.ts';
import type { ErrorId } from './errors.ts';
import { closeCodeOf as bareCode } from './frame/close-code.ts';
import type { ClientRequest } from './handshake/client.ts';
import { requestOf as bareRequest, type RequestOptions } from './handshake/request-options.ts';
import type { Host } from './host.ts';
import { readingOf, unreadable } from './reading-of.ts';

/*
 * What the library exports of functions that devices have, too. What an option throws when it is looked at becomes the cause of
 * an error with an id here; on a device that would be one more closure in flash.
 */

/**
 * Checks `options` once and for all: what it returns can be sent as it is. Throws a RingletError that names the option, and never
 * its value, which may be a secret.
 */
export function requestOf(options: RequestOptions): ClientRequest {
  return readingOf('an option of requestOf', () => bareRequest(options));
}

/**
 * permessage-deflate (RFC 7692) for the option `compression` of a connection: windows, tables and chains lie in
 * the connection's memory. One object serves any number of connections. Throws a RingletError.
 */
export function permessageDeflate(options: PermessageDeflateOptions = {}): CompressionFactory {
  return readingOf('an option of permessageDeflate', () => {
    checkObject(options as unknown, 'options');
    return bareDeflate(options);
  });
}

/**
 * The close code that a fault is answered with, RFC 6455 §7.4.1; 0 where no Close frame is due because the handshake is not done
 * or the transport cannot be trusted with one, and for what is no error id.
 */
export function closeCodeOf(id: ErrorId): number {
  return typeof id === 'number' && id === id ? bareCode(id) : 0;
}

/** {@link BareClient} for whoever brings a host of their own. */
export class WebSocketClient extends BareClient {
  constructor(options: WebSocketClientOptions, host: Host) {
    try {
      super(options, host);
    } catch (error) {
      throw unreadable('an option', error);
    }
  }
}
