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
import { Streamer } from 'telemetry';

/* The certificate authority that signed the gateway's certificate, DER. */
const AUTHORITY = 'gateway-ca.der';

function start(defaults) {
  const { host, port, path, rate } = config;
  const place = { ...defaults, host, port: Number(port), path };
  new Streamer({
    open: (callbacks) => new defaults.io({ ...place, ...callbacks }),
    sensors: openSensors(),
    rate: Number(rate),
    clock: () => Time.ticks >>> 0,
    Timer,
    random: Math.random,
    onOpen: () => trace('connected\n'),
    onLoss: (error, delay) => trace(`lost (${error?.id ?? 'closed'}), again in ${delay | 0} ms\n`),
    onEnd: () => trace('ended\n'),
  }).start();
}

export default function () {
  const defaults = device.network[config.network];
  if (config.network === 'ws') return start(defaults);
  const secure = { verify: true, certificate: new Resource(AUTHORITY) };
  start({ ...defaults, socket: { ...defaults.socket, secure } });
}
