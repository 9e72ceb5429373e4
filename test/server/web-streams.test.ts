/** Messages as streams of the web. */
import { afterEach, expect, test } from 'vitest';
import { connect } from '../../hosts/node/connect.ts';
import type { OwnEndpoint } from '../../hosts/node/endpoint/node-endpoint.ts';
import { type ListeningServer, serve } from '../../hosts/node/serve.ts';
import { webStreams } from '../../hosts/node/web-streams.ts';
import { State } from '../../src/connection/record.ts';
import type { Message } from '../../src/messages/message-peer.ts';

let server: ListeningServer<OwnEndpoint>;
afterEach(() => server.close());

const open = (): ReturnType<typeof connect<OwnEndpoint>> =>
  connect<OwnEndpoint>(`ws://127.0.0.1:${server.port}/`);

test('what is written comes back, text as text and octets as octets; close closes', async () => {
  server = await serve<OwnEndpoint>({
    events: { onOpen: (endpoint) => void pipe(endpoint) },
  });
  const pipe = (endpoint: OwnEndpoint): Promise<void> => {
    const { readable, writable } = webStreams(endpoint);
    return readable.pipeTo(writable);
  };
  const endpoint = open();
  const { readable, writable } = webStreams(endpoint);
  const writer = writable.getWriter();
  const sent: (string | Uint8Array)[] = ['one', Uint8Array.of(2), '', new Uint8Array(300_000).fill(3)];
  const heard: Message[] = [];
  const reader = readable.getReader();
  for (const message of sent) {
    void writer.write(message);
    heard.push((await reader.read()).value!);
  }
  expect(heard).toEqual(sent);
  await writer.close();
  expect((await reader.read()).done).toBe(true);
  await expect
    .poll(() => [endpoint.state, endpoint.error, endpoint.closeCode])
    .toEqual([State.closed, 0, 1000]);
});

test('who does not read stops a writer', async () => {
  const accepted: OwnEndpoint[] = [];
  server = await serve<OwnEndpoint>({ events: { onOpen: (endpoint) => void accepted.push(endpoint) } });
  const endpoint = open();
  const { writable } = webStreams(endpoint);
  await endpoint.ready;
  const { readable } = webStreams(accepted[0]);
  const writer = writable.getWriter();
  const chunk = new Uint8Array(1 << 20);
  let written = 0;
  for (let i = 0; i < 64; i++) void writer.write(chunk).then(() => (written += 1));
  await expect.poll(() => accepted[0].paused).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 200));
  // The buffers of the kernel hold some of it.
  expect(written).toBeLessThan(32);
  const reader = readable.getReader();
  let length = 0;
  while (length < 64 << 20) length += (await reader.read()).value!.length;
  await expect.poll(() => written).toBe(64);
});

test('a failure is the error of both; to cancel closes, to abort drops', async () => {
  const accepted: OwnEndpoint[] = [];
  server = await serve<OwnEndpoint>({ events: { onOpen: (endpoint) => void accepted.push(endpoint) } });
  const first = open();
  const streams = webStreams(first);
  await first.ready;
  accepted[0].drop();
  await expect(streams.readable.getReader().read()).rejects.toMatchObject({
    name: expect.any(String) as string,
    id: 506,
  });
  await expect(streams.writable.getWriter().write('x')).rejects.toMatchObject({ id: 506 });
  const second = open();
  await second.ready;
  await webStreams(second).readable.cancel();
  await expect.poll(() => [second.state, second.closeCode]).toEqual([State.closed, 1000]);
  const third = open();
  await third.ready;
  await webStreams(third).writable.abort();
  expect(third.state).toBe(State.closed);
});

test('an AbortSignal is the error of both at once, and the connection is closed in order', async () => {
  const closes: unknown[] = [];
  server = await serve<OwnEndpoint>({
    events: { onClose: (_endpoint, code, error) => closes.push([code, error]) },
  });
  const controller = new AbortController();
  const endpoint = connect<OwnEndpoint>(`ws://127.0.0.1:${server.port}/`, { signal: controller.signal });
  const { readable, writable } = webStreams(endpoint);
  const writer = writable.getWriter();
  await writer.write('before');
  const written = writer.write(new Uint8Array(32 << 20));
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(written).rejects.toMatchObject({ id: 615, cause: reason });
  await expect(readable.getReader().read()).rejects.toMatchObject({ id: 615, cause: reason });
  await expect.poll(() => closes).toEqual([[1000, 0]]);
});
