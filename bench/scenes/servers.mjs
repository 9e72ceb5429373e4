import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import faye from 'faye-websocket';
import websocket from 'websocket';
import { WebSocketServer } from 'ws';
import { serve } from '../lib/ringlet.mjs';
import { response } from '../../tools/peer/handshake.mjs';

const nothing = () => {};

/** Counts the messages of all connections of a server. */
export const received = { messages: 0 };

const events = Object.freeze({
  onOpen: nothing,
  onData(_target, _bytes, _start, _end, span) {
    if ((span & 2) === 0) received.messages += 1;
  },
  onControl: nothing,
  onWritable: nothing,
  onClose: nothing,
});

const listening = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

const count = () => {
  received.messages += 1;
};

/** Each starts a server that takes messages and returns its port. */
const servers = {
  ringlet: async () => (await serve({ events, accept: () => ({}) })).port,

  ws() {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server.on('connection', (socket) => socket.on('message', count));
    return new Promise((resolve) => server.on('listening', () => resolve(server.address().port)));
  },

  websocket() {
    const server = createServer();
    const sockets = new websocket.server({ httpServer: server, autoAcceptConnections: true });
    sockets.on('connect', (connection) => connection.on('message', count));
    return listening(server);
  },

  'faye-websocket'() {
    const server = createServer();
    const sockets = new Set();
    server.on('upgrade', (request, socket, head) => {
      const own = new faye(request, socket, head);
      own.onmessage = count;
      sockets.add(own);
    });
    return listening(server);
  },

  net() {
    const server = createTcpServer((socket) => {
      socket.on('error', nothing);
      socket.once('data', (head) => {
        socket.write(response(head.latin1Slice()));
        socket.on('data', nothing);
      });
    });
    return listening(server);
  },
};

export const startServer = (peer) => servers[peer]();
