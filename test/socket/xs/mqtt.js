/**
 * A client of MQTT that takes a socket class, over a WebSocket: subscribes, publishes messages of growing length to itself, and
 * compares what comes back. Arguments: port, count.
 */
import MQTTClient from 'mqtt-client';
import { Socket } from 'ringlet/socket';
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { args, exit, print, printError } from 'ringlet:xs/host';

export default function () {
  const [port, countText] = args;
  const count = Number(countText);
  let got = 0;
  let acknowledged = 0;
  const payloadOf = (i) => new Uint8Array(i).fill(i);
  const client = new MQTTClient({
    address: '127.0.0.1',
    host: 'broker.example',
    port: Number(port),
    id: 'device',
    socket: {
      io: Socket,
      ws: { io: WebSocketClient, socket: { io: TCP } },
      path: '/mqtt',
      protocol: 'mqtt',
    },
    onReady() {
      print('ready');
      this.subscribe('a/b');
    },
    onControl(operation) {
      if (operation === 4) acknowledged++;
      else this.publish('a/b', payloadOf(0));
    },
    onMessage(topic, payload) {
      const expected = payloadOf(got);
      if (topic !== 'a/b' || payload.length !== got || payload.some((octet, i) => octet !== expected[i])) {
        printError(`another message came: ${topic} ${payload.length}`);
        exit(1);
      }
      if (++got < count) this.publish('a/b', payloadOf(got));
      else {
        print('got', got);
        this.disconnect();
      }
    },
    onError(error) {
      printError('error', error?.id, error?.message);
      exit(1);
    },
  });
  client.target = 0;
}
