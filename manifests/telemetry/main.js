/*
 * Streams a sensor over a WebSocket for as long as there is power. Wi-Fi and the time are there before this runs
 * (manifest_net.json), so that certificates can be checked. Configuration: host, port, path, rate (samples a
 * second), network ("wss", or "ws" for a device too small for TLS).
 */
import config from 'mc/config';
import Resource from 'Resource';
import Time from 'time';
import Timer from 'timer';
import { openSensors } from 'sensors';
import { Outbox, Uplink } from 'ringlet/uplink';
import { Streamer } from 'telemetry';

/* A gateway of Ringlet's chooses the second; with others, an echo acknowledges. */
const PROTOCOLS = 'telemetry.ringlet, outbox.ringlet';
/* Records wait here until the gateway has written them. */
const OUTBOX = { memory: 2048, keep: 'acknowledged' };

/* The certificate authority that signed the gateway's certificate, DER. */
const AUTHORITY = 'gateway-ca.der';

function start(defaults) {
  const { host, port, path, rate, name } = config;
  const place = { ...defaults, host, port: Number(port), path, name, protocol: PROTOCOLS };
  new Streamer({
    uplink: (callbacks) => new Uplink({ ...place, ...callbacks, outbox: new Outbox(OUTBOX) }),
    sensors: openSensors(),
    rate: Number(rate),
    clock: () => Time.ticks >>> 0,
    Timer,
    onOpen: () => trace('connected\n'),
    onLoss: (loss, delay) => trace(`lost (${loss?.error ?? 0}), again in ${delay | 0} ms\n`),
    onEnd: (_wasOpen, loss) => trace(`ended (${loss?.error ?? 0})\n`),
  }).start();
}

export default function () {
  const defaults = device.network[config.network];
  if (config.network === 'ws') return start(defaults);
  const secure = { verify: true, certificate: new Resource(AUTHORITY) };
  start({ ...defaults, socket: { ...defaults.socket, secure } });
}
