// An OCPP 1.6 charge point: boot, heartbeat, meter values. node examples/ocpp/charge-point.mjs [ws://central/] [--seconds 5]
// Without a URL a central system of its own (ocpp-rpc, which checks every message against OCPP's schemas) is there.
import { parseArgs } from 'node:util';
import ReconnectingWebSocket from 'ringlet/reconnecting';
import { Calls } from './calls.mjs';
import { startCentralSystem } from './central-system.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    identity: { type: 'string', default: 'CP-1' },
    seconds: { type: 'string', default: '5' },
  },
});
const central = positionals.length === 0 ? await startCentralSystem() : undefined;
const url = `${positionals[0] ?? central.url}${encodeURIComponent(values.identity)}`;

const socket = new ReconnectingWebSocket(url, 'ocpp1.6', { minReconnectionDelay: 500 });
const calls = new Calls(socket);
let timers = [];
let energy = 1000;

const report = (name, answer) => console.log(`${name} ${JSON.stringify(answer)}`);

/** Says what is measured: an answer that never comes is no reason to stop. */
async function meter() {
  energy += 25;
  const sampledValue = [
    { value: String(energy), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    { value: '6.1', measurand: 'Current.Import', unit: 'A' },
  ];
  const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
  report('MeterValues', await calls.call('MeterValues', { connectorId: 1, meterValue }));
}

async function heartbeat() {
  report('Heartbeat', await calls.call('Heartbeat', {}));
}

function repeat(task, interval) {
  timers.push(setInterval(() => task().catch(({ message }) => console.error(message)), interval));
}

socket.addEventListener('open', async () => {
  try {
    const boot = { chargePointVendor: 'Ringlet', chargePointModel: 'Example' };
    const answer = await calls.call('BootNotification', boot);
    report('BootNotification', answer);
    // Until it is accepted a charge point says nothing else; the interval is the central system's to choose.
    if (answer.status !== 'Accepted') return;
    await calls.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    await meter();
    repeat(heartbeat, answer.interval * 1000);
    repeat(meter, 2000);
  } catch ({ message }) {
    console.error(message);
  }
});
socket.addEventListener('error', ({ error }) => console.error(error.message));
socket.addEventListener('close', ({ code }) => {
  console.log(`closed ${code}`);
  for (const timer of timers.splice(0)) clearInterval(timer);
});

await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
for (const timer of timers.splice(0)) clearInterval(timer);
const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
if (socket.readyState === socket.CLOSED) process.exitCode = 1;
else {
  socket.close();
  await closed;
}
await central?.close();
