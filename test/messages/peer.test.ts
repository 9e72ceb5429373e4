import { describe, expect, it, onTestFinished } from 'vitest';
import {
  connectPeer,
  type Message,
  type MessageHandlers,
  MessagePeer,
  peers,
} from '../../hosts/node/messages.ts';
import { serve } from '../../hosts/node/serve.ts';

/** A server and a client of whole messages; `talk` says what each of them does. */
async function pair(
  server: MessageHandlers,
  client: MessageHandlers,
  options: object = {},
): Promise<MessagePeer> {
  const { port, close } = await serve({ ...peers(server), port: 0 });
  const peer = await new Promise<MessagePeer>((resolve) => {
    const made = connectPeer(
      `ws://127.0.0.1:${port}/`,
      {
        ...client,
        onOpen: (opened) => {
          client.onOpen?.(opened);
          resolve(made);
        },
      },
      options,
    );
  });
  onTestFinished(async () => {
    peer.endpoint.drop();
    await close();
  });
  return peer;
}

const echo: MessageHandlers = {
  onMessage(peer, data, isBinary) {
    expect(isBinary).toBe(typeof data !== 'string');
    const fault = typeof data === 'string' ? peer.sendText(data) : peer.sendMessage(data);
    expect(fault).toBe(0);
  },
};

/** Collects `count` messages. */
function collect(count: number): { handlers: MessageHandlers; all: Promise<Message[]> } {
  const got: Message[] = [];
  let done!: (messages: Message[]) => void;
  const all = new Promise<Message[]>((resolve) => (done = resolve));
  return { handlers: { onMessage: (_, data) => void (got.push(data) === count && done(got)) }, all };
}

describe('whole messages', () => {
  it('of every kind and length come back as they were sent', async () => {
    const texts = ['', 'a', '\0\ufeff€😀', 'ä'.repeat(40_000), 'x'.repeat(200_000)];
    const binaries = [0, 1, 125, 126, 65_535, 65_536, 300_000].map((n) => new Uint8Array(n).fill(n & 255));
    const { handlers, all } = collect(texts.length + binaries.length);
    const peer = await pair(echo, handlers);
    for (const text of texts) expect(peer.sendText(text)).toBe(0);
    for (const bytes of binaries) expect(peer.sendMessage(bytes)).toBe(0);
    expect((await all).slice(0, texts.length)).toEqual(texts);
    expect((await all).slice(texts.length)).toEqual(binaries);
  });

  it('of parts of a buffer, as text too, taken as they are now', async () => {
    const { handlers, all } = collect(2);
    const peer = await pair(echo, handlers);
    const bytes = Buffer.from('xxhällo');
    const long = new Uint8Array(200_000).fill(1);
    expect(peer.sendMessage(bytes, 2, bytes.length, false)).toBe(0);
    expect(peer.sendMessage(long)).toBe(0);
    long.fill(2);
    expect(await all).toEqual(['hällo', new Uint8Array(200_000).fill(1)]);
  });

  it('need no method of events', async () => {
    const peer = await pair({}, {});
    expect(peer.sendText('nobody listens')).toBe(0);
  });
});

describe('the bound', () => {
  it('refuses what would make more wait, whole, and onDrain tells when all has left', async () => {
    let received = 0;
    let drained!: () => void;
    const empty = new Promise<void>((resolve) => (drained = resolve));
    const peer = await pair(
      { onMessage: (_, data) => void (received += data.length) },
      { onDrain: () => drained() },
      { maxBufferedAmount: 100_000 },
    );
    expect(peer.sendMessage(new Uint8Array(60_000))).toBe(0);
    expect(peer.sendMessage(new Uint8Array(90_000))).toBe(0);
    expect(peer.bufferedAmount).toBeGreaterThan(50_000);
    expect(peer.sendMessage(new Uint8Array(60_000))).toBe(611);
    expect(peer.sendText('x'.repeat(60_000))).toBe(611);
    await empty;
    expect(peer.bufferedAmount + peer.endpoint.bufferedAmount).toBe(0);
    expect(peer.sendMessage(new Uint8Array(60_000))).toBe(0);
    await expect.poll(() => received).toBe(210_000);
  });

  it.each([[-1], [NaN], ['many']])('%s is none', (maxBufferedAmount) => {
    expect(() =>
      connectPeer('ws://127.0.0.1:1/', {}, { maxBufferedAmount: maxBufferedAmount as number }),
    ).toThrow(/maxBufferedAmount/);
    expect(() => peers({}, { maxBufferedAmount: maxBufferedAmount as number })).toThrow(/maxBufferedAmount/);
  });
});

describe('the end', () => {
  it('comes behind all that was sent, with the code and the reason', async () => {
    const lengths: number[] = [];
    const ended = new Promise<unknown[]>((resolve) => {
      void pair(
        {
          onMessage: (_, { length }) => void lengths.push(length),
          onClose: (_, ...rest) => resolve(rest),
        },
        {
          onOpen(peer) {
            peer.sendMessage(new Uint8Array(500_000));
            expect(peer.close(3001, 'schön')).toBe(0);
            expect(peer.sendText('too late')).toBe(610);
            expect(peer.close()).toBe(610);
          },
        },
      );
    });
    expect(await ended).toEqual([3001, 'schön', 0]);
    expect(lengths).toEqual([500_000]);
  });

  it('before the connection is open, and with arguments that are none, nothing is sent', async () => {
    const alone = new MessagePeer({}, (await import('../../hosts/node/text.ts')).nodeText);
    expect(() => alone.endpoint).toThrow(/no connection/);
    expect(alone.sendText('x')).toBe(610);
    expect(alone.close()).toBe(610);
    const peer = await pair({}, {});
    expect(peer.sendMessage('text' as never)).toBe(601);
    expect(peer.sendMessage(new Uint8Array(4), 2, 1)).toBe(601);
    expect(peer.sendMessage(new Uint8Array(4), 0, 5)).toBe(601);
    expect(peer.sendMessage(new Uint8Array(4), NaN)).toBe(601);
  });
});
