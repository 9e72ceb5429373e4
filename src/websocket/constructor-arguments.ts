import { trim } from '../handshake/reading.ts';
import type { Address } from './address.ts';
import { isOptions, protocolsOf, type WebSocketOptions, type WebSocketOptionsWithUrl } from './options.ts';
import type { WebSocketRuntime } from './runtime.ts';
import { textOf } from './text-of.ts';

/** What the constructor of a WebSocket was given. */
export interface Arguments {
  readonly address: Address;
  /** Subprotocols as the request has them. */
  readonly offer: string;
  readonly options: WebSocketOptions;
}

/** The URL of a WebSocket that was given a connection. */
const ATTACHED = 'ws://attached/';

/** Reads the arguments of the constructor, the URL first. Throws a SyntaxError as the standard says. */
export function argumentsOf(
  url: string | URL | WebSocketOptionsWithUrl,
  protocols: string | Iterable<string> | WebSocketOptions | undefined,
  runtime: WebSocketRuntime<never>,
): Arguments {
  const isDictionary = typeof url === 'object' && url !== null && !('href' in url);
  const options: WebSocketOptions = isDictionary ? url : isOptions(protocols) ? protocols : {};
  const text = textOf(isDictionary ? (url.url ?? (options.attach ? ATTACHED : '')) : url);
  const address = runtime.addressOf(text);
  if (address === undefined) {
    throw runtime.exception('SyntaxError', 'the URL is not one of a WebSocket');
  }
  const offer =
    options.protocol !== undefined
      ? protocolsOf(
          String(options.protocol)
            .split(',')
            .map((one) => trim(one)),
        )
      : protocolsOf(options.protocols ?? (isOptions(protocols) ? undefined : protocols));
  if (offer === undefined) {
    throw runtime.exception('SyntaxError', 'a subprotocol is not a token, or there is one twice');
  }
  return { address, offer, options };
}
