/** Every example's command, as its README has it, against the peer that it brings along. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Run {
  readonly output: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;
}

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

function run(...args: string[]): Run {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (errors += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output, errors }));
  return { output: () => output, ended };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.concurrent('an example', () => {
  test('MQTT over wss: what is published comes back', async () => {
    const { code, output, errors } = await run('examples/mqtt/mqtt.mjs', '--seconds', '2').ended;
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^connected to wss:/);
    expect(output).toMatch(/ringlet\/load \d+\.\d\d/);
    const [, published, received] = /published (\d+), received (\d+)\n$/.exec(output)!;
    expect(Number(published)).toBeGreaterThan(0);
    expect(received).toBe(published);
  });

  test('Home Assistant: the sensor is set; a wrong token is said', async () => {
    const { code, output, errors } = await run('examples/home-assistant/sensor.mjs', '--seconds', '2').ended;
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^connected\n(input_number\.load is set\n)+$/);
  });

  test('OCPP 1.6: boots, beats, meters, in the order and form that the schemas allow', async () => {
    const { code, output, errors } = await run('examples/ocpp/charge-point.mjs', '--seconds', '3').ended;
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^BootNotification {"status":"Accepted","interval":1,.*\nMeterValues {}\n/);
    expect(output.match(/^Heartbeat {"currentTime":".*"}$/gm)!.length).toBeGreaterThan(0);
    expect(output).toMatch(/closed 1000\n$/);
  });

  test('audio: a frame each 20 ms goes out, and each comes back', async () => {
    const { code, output, errors } = await run('examples/audio/audio.mjs', '--seconds', '2').ended;
    expect([code, errors]).toEqual([0, '']);
    const last = output.trim().split('\n').at(-1)!;
    const [, sent, dropped, played, late, jitter] =
      /^sent (\d+), dropped (\d+), played (\d+), late (\d+), jitter (\d+\.\d\d) ms, round trip [\d.]+ ms$/.exec(
        last,
      )!;
    expect(Number(sent)).toBeGreaterThan(0);
    expect(Number(sent)).toBeLessThanOrEqual(100);
    // What a busy machine slept through was never made.
    expect(Number(played) + Number(late) + Number(dropped)).toBeLessThanOrEqual(Number(sent));
    expect(Number(played) + Number(late)).toBeGreaterThan(0);
    expect(Number(jitter)).toBeGreaterThanOrEqual(0);
  });

  test('phone: a port that another program has is said, and how to name another', async () => {
    const other = createServer().listen(0);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const gauge = run('examples/phone/phone.mjs', '--page', String(port), '--port', String(await freePort()));
    const { code, errors } = await gauge.ended;
    other.close();
    expect(code).toBe(1);
    expect(errors).toMatch(/^listen EADDRINUSE: .*; --page and --port name other ports\n$/);
  });

  test('phone: the page is there, and its WebSocket; the page of another is refused', async ({ expect }) => {
    const [port, page] = [await freePort(), await freePort()];
    const gauge = run('examples/phone/phone.mjs', '--port', String(port), '--page', String(page));
    await expect.poll(gauge.output).toContain('on the phone');
    const response = await fetch(`http://127.0.0.1:${page}/`);
    const html = await response.text();
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/script>\n$/);
    expect(html).toContain(`:${port}/'`);
    const foreign = new WebSocket(`ws://127.0.0.1:${port}/`, { origin: 'http://evil.example' });
    const [refused] = await once(foreign, 'error');
    expect(String(refused)).toContain('403');
    const phone = new WebSocket(`ws://127.0.0.1:${port}/`, { origin: `http://127.0.0.1:${page}` });
    const said: string[] = [];
    phone.on('message', (data) => said.push((data as Buffer).toString()));
    await once(phone, 'open');
    await expect.poll(() => said.length).toBeGreaterThan(0);
    expect(JSON.parse(said[0])).toEqual({ seconds: expect.any(String), light: 'off' });
    phone.send('on');
    await expect.poll(() => said.at(-1)).toContain('"light":"on"');
    expect(gauge.output()).toContain('the phone says "on"');
    phone.close();
  });
});
