/* The example's gauge in the desk XS. Arguments: port, page's port. */
import Listener from 'embedded:io/socket/listener';
import TCP from 'embedded:io/socket/tcp';
import WebSocketClient from 'embedded:network/websocket/client';
import { serverHandshake } from 'ringlet/server-handshake';
import { args, print } from 'ringlet:xs/host';
import Timer from 'timer';
import { Gauge } from 'gauge';
import { html } from 'page';

export default function () {
  let light = 'off';
  new Gauge({
    io: { Listener, TCP, Timer, WebSocketClient, serverHandshake },
    address: '127.0.0.1',
    port: Number(args[0]),
    pagePort: Number(args[1]),
    html,
    interval: 20,
    sample: () => ({ light }),
    onCommand(text) {
      light = text;
      print('told', text);
    },
  });
  print('listening');
}
