/** The defaults for wss: with a host, a port and nothing else a client connects, if the machine trusts the certificate. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { device } from '../../hosts/node/device.ts';
import { ErrorId } from '../../src/errors.ts';
import { makeCertificates } from './support/certificates.ts';

const library = fileURLToPath(new URL('../../dist/node.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringlet-wss-'));
const authority = join(directory, 'ca.pem');
const program = join(directory, 'program.mjs');

let web: ReturnType<typeof createServer>;

beforeAll(async () => {
  const certificates = await makeCertificates();
  writeFileSync(authority, certificates.ca.cert);
  writeFileSync(
    program,
    `import { device } from ${JSON.stringify(library)};
const { wss } = device.network;
new wss.io({
  ...wss,
  host: 'localhost',
  port: Number(process.argv[2]),
  onWritable() {
    console.log('open');
    this.close();
  },
  onError(error) {
    console.log('error', error.id);
  },
});
`,
  );
  web = createServer(certificates.good);
  new WebSocketServer({ server: web });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  web.close();
  rmSync(directory, { recursive: true });
});

/** What a program of its own says that trusts `ca` besides what Node trusts. */
const connect = (ca?: string): Promise<string> =>
  new Promise((resolve) => {
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
    const port = String((web.address() as AddressInfo).port);
    execFile(
      process.execPath,
      [program, port],
      { env: { ...env, ...(ca !== undefined && { NODE_EXTRA_CA_CERTS: ca }) } },
      (_error, stdout, stderr) => resolve(`${stdout}${stderr}`.trim()),
    );
  });

test('a server whose authority is trusted', async () => {
  expect(await connect(authority)).toBe('open');
});

test('a server whose authority is not trusted is refused, by the id for it', async () => {
  expect(await connect()).toBe(`error ${ErrorId.certificateUntrusted}`);
});

test('TLS options that stand beside the socket, where they would be of no effect, are refused by their name', () => {
  const { wss } = device.network;
  const make = (): unknown => new wss.io({ ...wss, host: '127.0.0.1', tls: { ca: 'x' } } as never);
  expect(make).toThrow(
    expect.objectContaining({
      id: ErrorId.optionInvalid,
      message: expect.stringMatching(/^tls must be an option of socket/) as string,
    }),
  );
});
