/** What a link tells its uplink: each event of its connection, as it is. */
import { describe, expect, test } from 'vitest';
import type { Loss } from '../../src/uplink/failure.ts';
import { ClientLink } from '../../src/uplink/client-link.ts';
import { EndpointLink } from '../../src/uplink/endpoint-link.ts';
import type { LinkSink } from '../../src/uplink/link.ts';

const BYTES = Uint8Array.of(1, 2, 3, 4);

/** A sink that notes what it is told. */
class Told implements LinkSink {
  readonly all: unknown[] = [];

  linkOpened(room: number): void {
    this.all.push(['opened', room]);
  }

  linkWritable(room: number): void {
    this.all.push(['writable', room]);
  }

  linkReceived(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    this.all.push([...bytes.subarray(start, end), binary, more]);
  }

  linkClosed(loss: Loss): void {
    this.all.push(loss);
  }
}

describe('a link over an endpoint', () => {
  const events = EndpointLink.events;
  const reason = new Error('a cable');
  const endpoint = {
    writable: 50,
    httpStatus: 503,
    retryAfter: '7',
    location: '/x',
    transportReason: reason,
  };

  function made(): { readonly link: EndpointLink; readonly all: unknown[] } {
    const told = new Told();
    const link = Object.assign(new EndpointLink(told), { endpoint: endpoint as never });
    return { link, all: told.all };
  }

  test('tells that it is open, and of room', () => {
    const { link, all } = made();
    events.onOpen(link);
    events.onWritable(link, 9);
    expect(all).toEqual([
      ['opened', 50],
      ['writable', 9],
    ]);
  });

  test.each([
    [0, false, false],
    [1, true, false],
    [2, false, true],
    [3, true, true],
  ])('hands a span %d on as binary: %s, more: %s', (span, binary, more) => {
    const { link, all } = made();
    events.onData(link, BYTES, 1, 3, span);
    expect(all).toEqual([[2, 3, binary, more]]);
  });

  test('tells nothing of control frames', () => {
    const { link, all } = made();
    events.onControl(link, 9, BYTES, 0, 4);
    expect(all).toEqual([]);
  });

  test('tells why it is over', () => {
    const { link, all } = made();
    events.onClose(link, 1006, 301);
    expect(all).toEqual([
      { error: 301, closeCode: 1006, httpStatus: 503, retryAfter: '7', location: '/x', reason },
    ]);
  });
});

/** A client that hands a test the callbacks that it was made with. */
class Client {
  static last: Client;
  static closes = 0;
  readonly options: Record<string, (this: unknown, ...given: unknown[]) => void>;
  closeCode = 1001;

  constructor(options: never) {
    this.options = options;
    Client.last = this;
  }

  static endpointOf(): object {
    return {};
  }

  get target(): unknown {
    return this.options.target;
  }

  close(): void {
    Client.closes++;
  }

  does(name: string, ...given: unknown[]): void {
    this.options[name].apply(this, given);
  }
}

describe('a link over a client of ECMA-419', () => {
  function made(): { readonly link: ClientLink; readonly client: Client; readonly all: unknown[] } {
    const told = new Told();
    const link = new ClientLink(Client as never, { host: 'a.example' } as never, told);
    return { link, client: Client.last, all: told.all };
  }

  test('is open at the first room, and tells of more room later', () => {
    const { client, all } = made();
    for (const room of [100, 60, 100]) client.does('onWritable', room);
    expect(all).toEqual([
      ['opened', 100],
      ['writable', 60],
      ['writable', 100],
    ]);
  });

  test('makes its client with the options that were given', () => {
    expect(made().client.options.host).toBe('a.example');
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('hands on what is binary: %s, more: %s', (binary, more) => {
    const { client, all } = made();
    client.does('onSpan', BYTES, 1, 3, { binary, more });
    expect(all).toEqual([[2, 3, binary, more]]);
  });

  test('tells why it is over: closed in order, or failed', () => {
    const { client, all } = made();
    client.does('onClose');
    const reason = new Error('a cable');
    const more = { closeCode: 1006, httpStatus: 503, retryAfter: '7', location: '/x', reason };
    client.does('onError', { id: 301, ...more });
    const none = { httpStatus: 0, retryAfter: '', location: '', reason: undefined };
    expect(all).toEqual([
      { error: 0, closeCode: 1001, ...none },
      { error: 301, ...more },
    ]);
  });

  test('that is dropped closes its client', () => {
    const { link } = made();
    const before = Client.closes;
    link.drop();
    expect(Client.closes).toBe(before + 1);
  });
});
