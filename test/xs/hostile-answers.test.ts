/** Answers of a hostile server that are as long as a head may be do not fill the memory of the smallest device. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { nodeProof } from '../../hosts/node/proof.ts';
import { BLOCK, isMissing, library, runInDesk } from './support/desk.ts';

const app = fileURLToPath(new URL('fixtures/apps/answer.js', import.meta.url));

/** A server that answers every request with `lines`, and the proof where one is due. */
async function answering(lines: readonly string[]): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const key = /Sec-WebSocket-Key: (.*)\r/.exec(data.toString('latin1'))![1];
      const head = [...lines, `Sec-WebSocket-Accept: ${nodeProof.acceptOf(key)}`, '', ''];
      socket.write(head.join('\r\n'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function saidTo(...lines: string[]): Promise<string> {
  const { status, stdout, stderr } = await runInDesk({
    modules: { ...library, app },
    args: [String(await answering(lines))],
    options: ['--memory', String(BLOCK)],
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

const UPGRADE = ['HTTP/1.1 101 x', 'Upgrade: websocket', 'Connection: Upgrade'];
const four = (name: string, value: string): string[] => new Array<string>(4).fill(`${name}: ${value}`);

test
  .skipIf(isMissing)
  .each([
    'Upgrade',
    'Connection',
    'Sec-WebSocket-Accept',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Extensions',
    'Location',
    'Retry-After',
  ])('four long lines of %s', async (name) => {
  expect(await saidTo(...UPGRADE, ...four(name, 'a,'.repeat(950)))).toBe(`error ${ErrorId.headTooLarge}`);
});

test.skipIf(isMissing)('one long line is read, and what nobody wants is not kept', async () => {
  expect(await saidTo('HTTP/1.1 302 x', `Location: /${'a'.repeat(1900)}`)).toBe(
    `error ${ErrorId.httpStatus}`,
  );
  expect(await saidTo(...UPGRADE, ...four('X-Other', 'a'.repeat(1900)))).toBe('open');
});
