/** `ringlet/wss`: sets `device.network.wss`. Preloaded, after the device itself. */
import 'system';
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import TLSSocket from 'embedded:io/socket/tcp/tls';
import UDP from 'embedded:io/socket/udp';
import WebSocketClient from 'ringlet';
import { provide, resolverOf } from './provide.ts';

provide('wss', WebSocketClient, {
  dns: resolverOf(Resolver, UDP),
  port: 443,
  // TLSSocket hands its own options on to the class in `TCP`, and looks into nothing else there.
  socket: Object.freeze({ io: TLSSocket, TCP: Object.freeze({ io: TCP }), nodelay: true }),
});
