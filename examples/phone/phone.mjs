// A phone's browser talks to this machine as it would to the device: node examples/phone/phone.mjs [--port 8081]
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { Listener, TCP, Timer, WebSocketClient } from 'ringlet/node';
import { serverHandshake } from 'ringlet/server-handshake';
import { Gauge } from './gauge.js';
import { html } from './page.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8081' },
    page: { type: 'string', default: '8080' },
    seconds: { type: 'string', default: 'Infinity' },
  },
});
const began = Date.now();
let light = 'off';
const gauge = new Gauge({
  io: { Listener, TCP, Timer, WebSocketClient, serverHandshake },
  port: Number(values.port),
  pagePort: Number(values.page),
  html,
  sample: () => ({ seconds: ((Date.now() - began) / 1000).toFixed(1), light }),
  onCommand: (text) => {
    if (text === 'on' || text === 'off') light = text;
    console.log(`the phone says ${JSON.stringify(text)}`);
  },
  onError: (error) => {
    console.error(`${error.message}; --page and --port name other ports`);
    gauge.close();
    process.exitCode = 1;
  },
});
for (const { address, family } of Object.values(networkInterfaces()).flat())
  if (family === 'IPv4') console.log(`open http://${address}:${values.page}/ on the phone`);
if (Number(values.seconds) < Infinity) setTimeout(() => gauge.close(), Number(values.seconds) * 1000);
