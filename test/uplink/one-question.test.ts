import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Uplink } from '../../hosts/node/uplink.ts';
import { OneQuestion } from '../../hosts/node/transport/one-question.ts';

interface Asked {
  readonly host: string;
  answer(error: NodeJS.ErrnoException | null, addresses: LookupAddress[]): void;
}

const HERE: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

function asking(): { asked: Asked[]; lookup: LookupFunction } {
  const asked: Asked[] = [];
  const { lookup } = new OneQuestion((host, _options, answer) => void asked.push({ host, answer }));
  return { asked, lookup };
}

test('who asks for the same waits for the same answer; another name waits its turn; only the last one counts', () => {
  const { asked, lookup } = asking();
  const answers: string[] = [];
  const ask = (host: string, name: string): void =>
    lookup(host, { all: true }, (error, found) =>
      answers.push(`${name} ${error?.message ?? JSON.stringify(found)}`),
    );
  ask('a', '1');
  ask('a', '2');
  ask('b', '3');
  ask('c', '4');
  expect(asked.map(({ host }) => host)).toEqual(['a']);
  asked[0].answer(null, HERE);
  expect(answers).toEqual([`1 ${JSON.stringify(HERE)}`, `2 ${JSON.stringify(HERE)}`]);
  expect(asked.map(({ host }) => host)).toEqual(['a', 'c']);
  asked[1].answer(new Error('no such name'), []);
  expect(answers[2]).toBe('4 no such name');
  ask('a', '5');
  expect(asked.length).toBe(3);
});

test('a question that throws is answered by that, later, and the next one is asked', async () => {
  let isBroken = true;
  const { lookup } = new OneQuestion((_host, _options, answer) => {
    if (isBroken) throw new RangeError('no thread');
    answer(null, HERE);
    // Nobody hears it twice.
    answer(null, HERE);
  });
  const answers: unknown[] = [];
  const ask = (): void => lookup('a', { all: true }, (error, found) => answers.push(error?.cause ?? found));
  ask();
  expect(answers).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  isBroken = false;
  ask();
  expect(answers).toEqual([new RangeError('no thread'), HERE]);
});

test('without `all` the first address is given', () => {
  const { asked, lookup } = asking();
  let given: unknown[] = [];
  lookup('a', {}, (...values) => (given = values));
  asked[0].answer(null, [{ address: '::1', family: 6 }, ...HERE]);
  expect(given).toEqual([null, '::1', 6]);
});

test('an uplink whose names are not answered asks once, however often it tries, and connects when the answer comes', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  const { asked, lookup } = asking();
  const { port } = server.address() as AddressInfo;
  let attempts = 0;
  const uplink = new Uplink(`ws://some.example:${port}/`, {
    connectTimeout: 10,
    backoffBase: 0,
    backoffLongest: 1,
    lookup,
    onChange({ state }) {
      if (state === 'connecting') attempts++;
      if (attempts === 5 && state === 'connecting') setImmediate(() => asked[0].answer(null, HERE));
    },
  });
  onTestFinished(() => uplink.stop());
  uplink.start();
  await expect.poll(() => uplink.state).toBe('open');
  expect(attempts).toBeGreaterThanOrEqual(5);
  expect(asked.length).toBe(1);
});

test('addresses are tried in turn', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  // Nobody listens there: refused at once.
  const refusing = createServer().listen(0, '127.0.0.2');
  await once(refusing, 'listening');
  refusing.close();
  const { lookup } = new OneQuestion((_host, _options, answer) =>
    answer(null, [{ address: '127.0.0.2', family: 4 }, { address: '127.0.0.3', family: 4 }, ...HERE]),
  );
  let attempts = 0;
  const uplink = new Uplink(`ws://some.example:${port}/`, {
    lookup,
    onChange: ({ state }) => void (state === 'connecting' && attempts++),
  });
  onTestFinished(() => uplink.stop());
  uplink.start();
  await expect.poll(() => uplink.state).toBe('open');
  expect(attempts).toBe(1);
});
