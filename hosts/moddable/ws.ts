/** `ringlet/ws`: sets `device.network.ws`. Preloaded, after the device itself. */
import 'system';
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import UDP from 'embedded:io/socket/udp';
import WebSocketClient from 'ringlet';
import { provide, resolverOf } from './provide.ts';

provide('ws', WebSocketClient, {
  dns: resolverOf(Resolver, UDP),
  socket: Object.freeze({ io: TCP, nodelay: true }),
});
