import { Resolver } from './io/resolver.ts';
import { TCP } from './io/tcp.ts';
import { TLS } from './io/tls.ts';
import { WebSocketClient } from './websocket-client.ts';

const dns = Object.freeze({ io: Resolver });

const ws = Object.freeze({ io: WebSocketClient, dns, socket: Object.freeze({ io: TCP }) });
const wss = Object.freeze({ io: WebSocketClient, dns, port: 443, socket: Object.freeze({ io: TLS }) });

/**
 * The part of ECMA-419's host provider that concerns WebSockets, in both of its shapes: Moddable has the default
 * options in `device.network.ws`, the standard in `device.network.ws.client`. Spread them into the options of
 * their class: `new device.network.ws.io({ ...device.network.ws, host, path, onReadable })`.
 */
export const device = Object.freeze({
  network: Object.freeze({
    dns: Object.freeze({ resolver: dns }),
    ws: Object.freeze({ ...ws, client: ws }),
    wss: Object.freeze({ ...wss, client: wss }),
  }),
});
