/* Comes back after each loss, with what was sent meanwhile. Argument: port. */
import ReconnectingWebSocket from 'ringlet/reconnecting';
import WebSocket from 'ringlet/websocket';
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { args, exit, print } from 'ringlet:xs/host';

export default function () {
  const socket = new ReconnectingWebSocket(() => `ws://127.0.0.1:${args[0]}/`, 'echo', {
    minReconnectionDelay: 5,
    maxReconnectionDelay: 20,
    connection: { ws: { io: WebSocketClient, socket: { io: TCP } } },
  });
  print(socket.readyState, socket instanceof WebSocket, typeof WebSocket);
  socket.send('queued');
  socket.onopen = () => print('open', socket.protocol, socket.readyState);
  socket.onmessage = ({ data }) => {
    print('message', data);
    if (data === 'last') socket.close(3001, 'done');
  };
  socket.onerror = () => print('error');
  socket.onclose = ({ code, reason, wasClean }) => {
    print('close', code, reason, wasClean, socket.readyState);
    if (code === 3001) exit(0);
    socket.send(code === 1012 ? 'second' : 'last');
  };
}
