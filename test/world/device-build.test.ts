/**
 * The bundle for devices is what many passes make of the code. Here it is held to that code itself: both get the same options,
 * good and bad, and have to send the same request, or to refuse them by the same error.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadFirmware, SECOND, World } from '../../hosts/simulated/index.ts';

const manifest = fileURLToPath(new URL('../../manifests/echo/manifest.json', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringlet-build-'));
afterAll(() => rmSync(directory, { recursive: true }));

const LIMITS = [
  ...['connectTimeout', 'handshakeTimeout', 'closeTimeout', 'idleTimeout', 'keepalive', 'keepaliveTimeout'],
  ...['sendTimeout', 'maxMessageSize', 'maxFragments', 'maxHeadSize'],
];

/** Expressions, since an object of another class or with a getter does not survive JSON. */
const CHANGES: readonly (readonly [name: string, ...values: string[]])[] = [
  [
    'host',
    '"a"',
    '"127.0.0.1"',
    '"[::1]"',
    '""',
    '"a b"',
    '"a/b"',
    '"a\\r\\nX: y"',
    '5',
    'null',
    'undefined',
  ],
  ['port', '1', '80', '443', '65535', '0', '65536', '-1', '1.5', 'NaN', '"80"', 'null', 'undefined'],
  ['secure', 'true', 'false', '1', '"true"', 'null', 'undefined'],
  ['path', '"/"', '"/a?b=c%20d"', '"a"', '""', '"/a b"', '"/#a"', '"/é"', '5', 'null', 'undefined'],
  ['protocol', '"a"', '"a, b"', '["a", "b"]', '"a, a"', '"a b"', '[]', '[5]', '5', 'null', 'undefined'],
  ['requireProtocol', 'true', 'false', '1', 'null', 'undefined'],
  [
    'headers',
    '[["X-A", "b"], ["X-C", ""]]',
    'new Map([["X-A", "b"]])',
    '[["Host", "b.example:1"]]',
    'undefined',
  ],
  ['headers', '[["Host", "b"], ["host", "c"]]', '[["Host", "b c"]]', '[["X A", "b"]]', '[["X", "b\\r\\nc"]]'],
  ['headers', '[["Upgrade", "h2c"]]', '[["Sec-WebSocket-Key", "b"]]', '[["X"]]', '["X"]', '5', 'null', '[]'],
  ['receiveBuffer', '64', '2048', '1', '0', '-1', '1.5', '"64"', 'undefined'],
  ['transmitBuffer', '1024', '512', '1', '0', '-1', '1.5', '"64"', 'undefined'],
  ['format', '"buffer"', '"number"', '"text"', 'undefined'],
  ...LIMITS.map(
    (name) => [name, '0', '1', '60000', '-1', '1.5', 'NaN', 'Infinity', '"1"', 'undefined'] as const,
  ),
];
const TRIES = CHANGES.flatMap(([name, ...values]) => values.map((value) => `{ ${name}: ${value} }`));
// Two that each change the name of the server.
TRIES.push('{ port: 443, secure: true }', '{ port: 80, secure: true }', '{ port: 443, secure: false }');
TRIES.push('{ port: 443, headers: [["hOST", "c:2"], ["X-D", "e"]] }');

const PROGRAM = `
import WebSocketClient from 'ringlet';
import Timer from 'timer';

export default function () {
  const tries = [${TRIES.map((one) => `() => (${one})`).join(',\n')}];
  tries.forEach((changes, index) => {
    let sent = '';
    class Stream {
      constructor(options) { Timer.set(() => options.onWritable.call(this, 4096), 1); }
      write(octets) {
        const bytes = new Uint8Array(octets.buffer ?? octets, octets.byteOffset ?? 0, octets.byteLength);
        for (let i = 0; i < bytes.length; i++) sent += String.fromCharCode(bytes[i]);
      }
      read() {}
      close() {}
    }
    try {
      const options = Object.assign({ host: 'gateway.example', port: 8080, socket: { io: Stream } }, changes());
      const client = new WebSocketClient(options);
      Timer.set(() => {
        trace(index + ' ' + JSON.stringify(sent.replace(/(Key: )[^\\r]*/, '$1…')) + '\\n');
        client.close();
      }, 5);
    } catch (error) {
      trace(index + ' error ' + error.id + '\\n');
    }
  });
}
`;

async function outcomes(build: { manifest?: string }): Promise<string[]> {
  const file = join(directory, 'main.js');
  writeFileSync(file, PROGRAM);
  const world = new World({ seed: 1 });
  const device = world.host('device');
  await loadFirmware(device, file, build);
  world.run(SECOND);
  const told = world.events('trace').map(({ text }) => text);
  return told.sort((a, b) => parseInt(a, 10) - parseInt(b, 10)).map((text, i) => `${TRIES[i]} ${text}`);
}

test('the build for devices takes and refuses the same options as the code, and sends the same requests', async () => {
  const ofCode = await outcomes({});
  const ofBuild = await outcomes({ manifest });
  expect(ofCode).toHaveLength(TRIES.length);
  // Whoever refused all, or sent nothing, would be the same, too.
  expect(ofCode.filter((text) => text.includes('Host: gateway.example:8080')).length).toBeGreaterThan(40);
  expect(ofCode.filter((text) => /error \d+$/.test(text)).length).toBeGreaterThan(40);
  expect(ofBuild).toEqual(ofCode);
});
