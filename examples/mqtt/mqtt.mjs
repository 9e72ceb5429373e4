// Publishes this machine's load by MQTT over a WebSocket: node examples/mqtt/mqtt.mjs [wss://broker/mqtt] [--seconds 5]
// Without a URL a broker of its own (aedes) is there, over TLS with a certificate made for it.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { WebSocket } from 'ringlet/websocket';
import { startBroker } from './broker.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    topic: { type: 'string', default: 'ringlet/load' },
    seconds: { type: 'string', default: '5' },
  },
});
const broker = positionals.length === 0 ? await startBroker() : undefined;
const url = positionals[0] ?? broker.url;
const tls = broker === undefined ? undefined : { ca: broker.certificate };

const client = mqtt.connect(url, {
  reconnectPeriod: 1000,
  // The WebSocket is ours; mqtt.js speaks MQTT over it, and comes back by itself.
  createWebsocket: (address, protocols) =>
    Object.assign(new WebSocket(address, { protocols, tls }), { binaryType: 'arraybuffer' }),
});
let published = 0;
let received = 0;
client.on('error', ({ message }) => console.error(message));
client.on('message', (topic, payload) => {
  received++;
  console.log(`${topic} ${payload.toString()}`);
});
await new Promise((resolve) => client.once('connect', resolve));
console.log(`connected to ${url}`);
await client.subscribeAsync(values.topic, { qos: 1 });
const timer = setInterval(async () => {
  await client.publishAsync(values.topic, loadavg()[0].toFixed(2), { qos: 1 });
  published++;
}, 500);
await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
clearInterval(timer);
await client.endAsync();
broker?.close();
console.log(`published ${published}, received ${received}`);
