// A sensor of Home Assistant: node examples/home-assistant/sensor.mjs ws://homeassistant.local:8123/api/websocket --token …
// Sets a number helper to this machine's load. Without a URL a stand-in for Home Assistant is there.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import ReconnectingWebSocket from 'ringlet/reconnecting';
import { startHome } from './home.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    token: { type: 'string', default: process.env.HASS_TOKEN ?? '' },
    entity: { type: 'string', default: 'input_number.load' },
    interval: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
  },
});
const home = positionals.length === 0 ? await startHome() : undefined;
const token = home?.token ?? values.token;
const socket = new ReconnectingWebSocket(positionals[0] ?? home.url);
let id = 0;
let timer;

function update() {
  const value = Number(loadavg()[0].toFixed(2));
  // Ids grow from 1 on each connection.
  const message = {
    id: ++id,
    type: 'call_service',
    domain: values.entity.split('.')[0],
    service: 'set_value',
    service_data: { value },
    target: { entity_id: values.entity },
  };
  socket.send(JSON.stringify(message));
}

socket.addEventListener('message', ({ data }) => {
  const { type, message, success, error } = JSON.parse(data);
  if (type === 'auth_required') {
    id = 0;
    socket.send(JSON.stringify({ type: 'auth', access_token: token }));
  } else if (type === 'auth_invalid') {
    console.error(`Home Assistant refuses the token: ${message}`);
    process.exitCode = 1;
    end();
  } else if (type === 'auth_ok') {
    console.log('connected');
    update();
    clearInterval(timer);
    timer = setInterval(update, Number(values.interval) * 1000);
  } else if (type === 'result') {
    console.log(success ? `${values.entity} is set` : `not set: ${error.message}`);
  }
});
socket.addEventListener('error', ({ error }) => console.error(error.message));
socket.addEventListener('close', () => clearInterval(timer));

const ending = setTimeout(end, Number(values.seconds) * 1000);
function end() {
  clearTimeout(ending);
  clearInterval(timer);
  socket.close();
  home?.close();
}
