/*
 * Publishes how long the device has been running to a broker of MQTT, over a WebSocket: Moddable's own MQTT client on the
 * socket class of Ringlet. Wi-Fi and the time are there before this runs (manifest_net.json). Configuration: host, port,
 * path, id, topic, network ("wss", or "ws" for a device too small for TLS).
 */
import MQTTClient from 'embedded:network/mqtt/client';
import config from 'mc/config';
import Resource from 'Resource';
import Time from 'time';
import Timer from 'timer';
import { Publisher } from 'publisher';
import { Socket } from 'ringlet/socket';

/* The certificate authority that signed the broker's certificate, DER. */
const AUTHORITY = 'broker-ca.der';
const KEEPALIVE = 60_000;
const INTERVAL = 10_000;
/* Packets are small: so are the buffers below. */
const BUFFERS = { receiveBuffer: 512, transmitBuffer: 512 };

/* The WebSocket client of the device, which asks wss for a certificate that this authority has signed. */
function clientFor(network) {
  const provided = device.network[network];
  if (network === 'ws') return provided;
  const secure = { verify: true, certificate: new Resource(AUTHORITY) };
  return { ...provided, socket: { ...provided.socket, secure } };
}

export default function () {
  const { host, port, path, id, topic, network } = config;
  const ws = clientFor(network);
  new Publisher({
    MQTTClient,
    Timer,
    client: {
      host,
      port: Number(port),
      id,
      keepalive: KEEPALIVE,
      dns: ws.dns,
      socket: { io: Socket, ws, secure: network === 'wss', path, protocol: 'mqtt', ...BUFFERS },
    },
    topic,
    interval: INTERVAL,
    sample: () => (Time.ticks / 1000).toFixed(1),
    onNote: (text) => trace(`${text}\n`),
    onMessage: (name, text) => trace(`${name} ${text}\n`),
  });
}
