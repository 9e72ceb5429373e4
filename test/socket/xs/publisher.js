/* The example's publisher in the desk XS. Arguments: port, how many messages have to come back. */
import MQTTClient from 'mqtt-shape';
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import WebSocketClient from 'embedded:network/websocket/client';
import { Publisher } from 'publisher';
import { Socket } from 'ringlet/socket';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

export default function () {
  const [port, count] = args.map(Number);
  const dns = { io: Resolver };
  let reading = 0;
  let came = 0;
  new Publisher({
    MQTTClient,
    Timer,
    client: {
      host: 'localhost',
      port,
      id: 'device',
      dns,
      socket: {
        io: Socket,
        ws: { io: WebSocketClient, socket: { io: TCP }, dns },
        path: '/mqtt',
        protocol: 'mqtt',
      },
    },
    topic: 'ringlet/uptime',
    interval: 20,
    sample: () => String(reading++),
    onNote: (text) => print(text),
    onMessage(topic, text) {
      print(topic, text);
      if (++came === count) exit(0);
    },
  });
}
