import { describe, expect, it } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { next, record, serve, serveRaw, until } from './servers.ts';

const nameOf = (action: () => void): string => {
  try {
    action();
  } catch (error) {
    return (error as Error).name;
  }
  return 'nothing';
};

/** A server that keeps the codes and reasons of the Closes that it receives. */
async function closable(): Promise<{ url: string; closes: [number, string][] }> {
  const closes: [number, string][] = [];
  const url = await serve((peer) =>
    peer.on('close', (code, reason) => closes.push([code, reason.toString()])),
  );
  return { url, closes };
}

describe('a close', () => {
  it('is the first of several, behind what waits to be sent, too', async () => {
    const { url, closes } = await closable();
    const socket = new WebSocket(url, { maxBufferedAmount: 2 ** 24 });
    await next(socket, 'open');
    const { closed } = record(socket);
    socket.send(new Uint8Array(4_000_000));
    socket.close(3001, 'first');
    socket.close(3002, 'second');
    socket.close();
    expect(await closed).toEqual(['close 3001 clean first']);
    await until(() => closes.length === 1);
    expect(closes).toEqual([[3001, 'first']]);
  });
});

describe('the arguments of close', () => {
  it.each([
    [0],
    [500],
    [999],
    [1001],
    [1005],
    [2999],
    [5000],
    [NaN],
    ['string'],
    [null],
    [0x10000 + 1000],
    [Infinity],
  ])('the code %s is an InvalidAccessError, in every state', async (code) => {
    const socket = new WebSocket((await closable()).url);
    const attempt = (): void => socket.close(code as number);
    expect(nameOf(attempt)).toBe('InvalidAccessError');
    await next(socket, 'open');
    expect(nameOf(attempt)).toBe('InvalidAccessError');
    expect(socket.readyState).toBe(1);
    socket.close();
    expect(nameOf(attempt)).toBe('InvalidAccessError');
    await next(socket, 'close');
    expect(nameOf(attempt)).toBe('InvalidAccessError');
  });

  it.each([
    [undefined, undefined, 1005, ''],
    [1000, undefined, 1000, ''],
    [3000, 'Clean Close', 3000, 'Clean Close'],
    [4999, 'x'.repeat(123), 4999, 'x'.repeat(123)],
    [undefined, 'only a reason', 1000, 'only a reason'],
    [1000, '\ud807', 1000, '\ufffd'],
    ['3001', 12, 3001, '12'],
    // Web IDL's [Clamp] rounds a half to the even number.
    [3000.5, undefined, 3000, ''],
    [3001.5, undefined, 3002, ''],
  ])('close(%s, %s) sends %s', async (code, reason, sentCode, sentReason) => {
    const { url, closes } = await closable();
    const socket = new WebSocket(url);
    await next(socket, 'open');
    const { closed } = record(socket);
    socket.close(code as number, reason as string);
    expect(await closed).toEqual([`close ${sentCode} clean ${sentReason}`.trim()]);
    await until(() => closes.length === 1);
    expect(closes).toEqual([[sentCode, sentReason]]);
  });

  it('a reason of more than 123 octets is a SyntaxError', async () => {
    const socket = new WebSocket((await closable()).url);
    await next(socket, 'open');
    expect(nameOf(() => socket.close(1000, 'x'.repeat(124)))).toBe('SyntaxError');
    expect(nameOf(() => socket.close(1000, 'ö'.repeat(62)))).toBe('SyntaxError');
    expect(socket.readyState).toBe(1);
  });
});

describe('readyState', () => {
  it('goes from 0 to 3, and never back', async () => {
    const socket = new WebSocket((await closable()).url);
    const states = [socket.readyState];
    socket.onopen = () => {
      states.push(socket.readyState);
      socket.close();
      states.push(socket.readyState);
      socket.close();
      states.push(socket.readyState);
    };
    await next(socket, 'close');
    states.push(socket.readyState);
    socket.close();
    states.push(socket.readyState);
    expect(states).toEqual([0, 1, 2, 2, 3, 3]);
    expect(() => Object.assign(socket, { readyState: 1 })).toThrow(TypeError);
  });

  it('while connecting: close gives up, with an error and a close event, later', async () => {
    const socket = new WebSocket((await closable()).url);
    const { closed, events } = record(socket);
    socket.close(3000, 'unheard');
    expect(socket.readyState).toBe(2);
    expect(events).toEqual([]);
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(events).toHaveLength(2);
  });

  it('in the close event: close does nothing, and the event comes once', async () => {
    const { url } = await closable();
    const socket = new WebSocket(url);
    let count = 0;
    socket.onclose = () => {
      count++;
      socket.close();
      expect(socket.readyState).toBe(3);
    };
    socket.onopen = () => socket.close();
    await next(socket, 'close');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(count).toBe(1);
  });
});

describe('what is sent and received around the close', () => {
  it('sends everything that was sent before it', async () => {
    const got: number[] = [];
    let code = 0;
    const url = await serve((peer) => {
      peer.on('message', (data) => got.push((data as Buffer).length));
      peer.on('close', (closeCode) => (code = closeCode));
    });
    const socket = new WebSocket(url);
    await next(socket, 'open');
    for (const size of [1, 1_000_000, 0, 300_000]) socket.send(new Uint8Array(size));
    socket.send(new Blob([new Uint8Array(70_000)]));
    socket.close(4000);
    await next(socket, 'close');
    await until(() => code !== 0);
    expect(got).toEqual([1, 1_000_000, 0, 300_000, 70_000]);
    expect(code).toBe(4000);
  });

  it('delivers no message any more', async () => {
    const url = await serve((peer) => {
      peer.on('message', () => {
        for (let i = 0; i < 3; i++) peer.send(String(i));
      });
    });
    const socket = new WebSocket(url);
    const texts: unknown[] = [];
    socket.onmessage = ({ data }) => {
      texts.push(data);
      socket.close();
    };
    await next(socket, 'open');
    socket.send('go');
    await next(socket, 'close');
    expect(texts).toEqual(['0']);
  });

  it('tells what a server closes with', async () => {
    const url = await serve((peer) => peer.close(4321, 'gr\u00fcn'));
    const { closed } = record(new WebSocket(url));
    expect(await closed).toEqual(['open', 'close 4321 clean gr\u00fcn']);
  });

  it('is CLOSING for the listeners of what comes in between, and 1005 without a code', async () => {
    const { closed } = record(new WebSocket(await serveRaw(() => {}, '\x88\x00')));
    expect(await closed).toEqual(['open', 'close 1005 clean']);
  });

  it.each([
    ['an end without a Close', ''],
    ['a frame with a reserved opcode', '\x83\x03LOL'],
    ['text that is no UTF-8', '\x81\x01\xff'],
    ['a masked frame', '\x81\x80abcd'],
  ])('%s is an error and 1006', async (_, octets) => {
    const url = await serveRaw((socket) => {
      socket.write(Buffer.from(`\x81\x02ok${octets}`, 'latin1'));
      setTimeout(() => socket.end(), 30);
    });
    const { closed } = record(new WebSocket(url));
    expect(await closed).toEqual(['open', 'message ok', 'error at 3', 'close 1006 unclean']);
  });

  it('an error says what happened', async () => {
    // A port that is not blocked, and where nobody listens.
    const socket = new WebSocket('ws://127.0.0.1:2/');
    const event = await next<{ error: Error & { id: number; reason: { code: string } }; message: string }>(
      socket,
      'error',
    );
    expect(String(event)).toBe('[object Event]');
    expect(event.error.id).toBe(503);
    expect(event.error.reason.code).toBe('ECONNREFUSED');
    expect(event.message).toBe(event.error.message);
  });
});
