/** The link of a WebSocket over an ECMA-419 client that does what a test says: what it writes, reads and tells. */
import { describe, expect, test } from 'vitest';
import { type Delivery, Span } from '../../src/connection/events.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import type { Address } from '../../src/websocket/address.ts';
import { ClientLink, connectClient } from '../../src/websocket/client-link.ts';
import type { WebSocket } from '../../src/websocket/websocket.ts';
import { counting, utf8 } from '../support/octets.ts';

interface Options {
  readonly target: unknown;
  onReadable(count: number, delivery: Delivery): void;
  onWritable(count: number): void;
  onControl(opcode: number): void;
  onClose(): void;
  onError(error?: unknown): void;
  readonly [option: string]: unknown;
}

class Client {
  static last: Client;
  readonly target: unknown;
  readonly options: Options;
  closeCode: number | undefined;
  closeReason: string | undefined;
  protocol: string | undefined;
  readonly writes: string[] = [];
  room = 1000;
  failure: unknown;
  isClosed = false;
  #came: Uint8Array = new Uint8Array(0);
  /** Called from inside `read`, behind what it does. */
  insideRead: () => void = () => {};

  constructor(options: Options) {
    this.options = options;
    this.target = options.target;
    Client.last = this;
  }

  write(data: Uint8Array, options?: { binary?: boolean; more?: boolean; opcode?: number }): number {
    if (this.failure !== undefined) throw this.failure;
    this.writes.push(`${JSON.stringify(options ?? {})} ${data.join()}`);
    return (this.room -= data.length);
  }

  read(buffer: Uint8Array): number | undefined {
    const count = Math.min(buffer.length, this.#came.length);
    buffer.set(this.#came.subarray(0, count));
    this.#came = this.#came.slice(count);
    this.insideRead();
    return count === 0 ? undefined : count;
  }

  close(): void {
    this.isClosed = true;
  }

  get unread(): number {
    return this.#came.length;
  }

  comes(octets: Uint8Array, binary: boolean, more: boolean): void {
    this.#came = octets;
    this.options.onReadable.call(this, octets.length, { binary, more });
  }
}

interface Setup {
  readonly link: ClientLink;
  readonly client: Client;
  readonly told: string[];
  /** Lets what was put off happen. */
  turn(): void;
}

function setup(onData: (link: ClientLink) => void = () => {}): Setup {
  const told: string[] = [];
  const later: (() => void)[] = [];
  const socket = {
    _onOpen: (extensions: string) => void told.push(`open ${extensions}`),
    _onData: (bytes: Uint8Array, start: number, end: number, span: number) => {
      told.push(`data ${span} ${bytes.slice(start, end).join()}`);
      onData(link);
    },
    _onControl: (opcode: number) => void told.push(`control ${opcode}`),
    _onWritable: () => void told.push('writable'),
    _onClose: (code: number, error: number, failure?: Error) =>
      void told.push(`close ${code} ${error} ${failure === undefined ? '' : failure.message}`.trim()),
  };
  const link: ClientLink = new ClientLink(
    socket as unknown as WebSocket,
    Client as never,
    { path: '/x' },
    (callback) => void later.push(callback),
  );
  const turn = (): void => {
    for (const callback of later.splice(0)) callback();
  };
  return { link, client: Client.last, told, turn };
}

function opened(onData?: (link: ClientLink) => void, room = 1000): Setup {
  const made = setup(onData);
  made.client.options.onWritable.call(made.client, (made.client.room = room));
  made.turn();
  made.told.length = 0;
  return made;
}

const {
  first: FIRST,
  more: MORE,
  binary: BINARY,
} = { first: Span.first, more: Span.more, binary: Span.binary };

describe('the beginning', () => {
  test('is told in a turn of its own, and room only behind it', () => {
    const { client, told, turn, link } = setup();
    expect(client.options).toMatchObject({ path: '/x', target: link });
    expect([link.writable, link.bufferedAmount, link.protocol, link.closeReason]).toEqual([0, 0, '', '']);
    client.protocol = 'chat';
    client.options.onWritable.call(client, 100);
    expect(told).toEqual([]);
    turn();
    expect([told, link.writable, link.protocol]).toEqual([['open '], 100, 'chat']);
    client.options.onWritable.call(client, 50);
    expect([told, link.writable, link.bufferedAmount]).toEqual([['open ', 'writable'], 50, 50]);
    client.options.onWritable.call(client, 100);
    expect(link.bufferedAmount).toBe(0);
    turn();
    expect(told).toEqual(['open ', 'writable', 'writable']);
  });

  test('comes before a message that was there at once', () => {
    const { client, told, turn } = setup();
    client.options.onWritable.call(client, 100);
    client.comes(counting(3), true, false);
    expect(told).toEqual([]);
    turn();
    expect(told).toEqual(['open ', `data ${FIRST | BINARY} 0,1,2`]);
  });

  test('is told, and then the end, where both come in one turn', () => {
    const { client, told, turn } = setup();
    client.options.onWritable.call(client, 100);
    client.closeCode = 4000;
    client.options.onClose.call(client);
    turn();
    expect(told).toEqual(['open ', 'close 4000 0']);
  });
});

describe('the end', () => {
  test.each([
    ['without a code', (client: Client) => client.options.onClose.call(client), 'close 1005 0'],
    [
      'by an error',
      (client: Client) =>
        client.options.onError.call(client, new RingletError(ErrorId.connectTimeout, 'late')),
      `close 1006 ${ErrorId.connectTimeout} late`,
    ],
    [
      'by an error without an id',
      (client: Client) => client.options.onError.call(client, new Error('strange')),
      `close 1006 ${ErrorId.transportFailed} strange`,
    ],
    [
      'by no error at all',
      (client: Client) => client.options.onError.call(client),
      `close 1006 ${ErrorId.transportFailed} the connection has failed`,
    ],
  ])('%s is told in a turn of its own, without a beginning that there was not', (_how, end, line) => {
    const { client, told, turn } = setup();
    end(client);
    expect(told).toEqual([]);
    turn();
    expect(told).toEqual([line]);
  });

  test('has the reason that the client knows', () => {
    const { client, link } = opened();
    client.closeReason = 'enough';
    expect(link.closeReason).toBe('enough');
  });

  test('of ours releases the client, and what it still held is not read', () => {
    const { client, link, told } = opened((self) => self.drop());
    client.comes(counting(300), true, false);
    expect(client.isClosed).toBe(true);
    expect(told).toHaveLength(1);
    link.resume();
    expect(told).toHaveLength(1);
  });
});

describe('what is sent', () => {
  test.each([
    [BINARY, '{}'],
    [BINARY | MORE, '{"more":true}'],
    [0, '{"binary":false}'],
    [MORE, '{"binary":false,"more":true}'],
  ])('with the span %d has these options: %s', (span, options) => {
    const { client, link } = opened();
    expect(link.send(counting(5), 0, 5, span)).toBe(0);
    expect(link.send(counting(5), 1, 5, span)).toBe(0);
    expect(link.send(counting(5), 0, 4, span)).toBe(0);
    expect(client.writes).toEqual([`${options} 0,1,2,3,4`, `${options} 1,2,3,4`, `${options} 0,1,2,3`]);
    expect([link.writable, link.bufferedAmount]).toEqual([1000 - 13, 13]);
  });

  test('fits to the octet', () => {
    const { client, link } = opened(undefined, 10);
    expect(link.send(counting(11), 0, 11, BINARY)).toBe(ErrorId.writeTooLong);
    expect(client.writes).toEqual([]);
    expect(link.send(counting(11), 1, 11, BINARY)).toBe(0);
    expect(link.writable).toBe(0);
  });

  test('a client that throws says by which error, as far as it has an id', () => {
    const { client, link } = opened();
    for (const [failure, id] of [
      [new RingletError(ErrorId.randomFailed, 'x'), ErrorId.randomFailed],
      [new Error('strange'), ErrorId.notOpen],
    ] as const) {
      client.failure = failure;
      expect(link.send(counting(1), 0, 1, BINARY)).toBe(id);
      expect(link.close(1000, new Uint8Array(0))).toBe(id);
    }
  });

  test('a Close has its code and reason, or nothing', () => {
    const { client, link } = opened();
    expect(link.close(4001, utf8('ab'))).toBe(0);
    expect(link.close(1000, new Uint8Array(0))).toBe(0);
    expect(link.close(0, utf8('ab'))).toBe(0);
    expect(client.writes).toEqual(['{"opcode":8} 15,161,97,98', '{"opcode":8} 3,232', '{"opcode":8} ']);
  });
});

describe('what comes', () => {
  test.each([
    [true, BINARY],
    [false, 0],
  ])('is read in pieces of at most 256 octets, binary: %s', (binary, kind) => {
    for (const length of [1, 255, 256, 257, 511, 512, 513, 1000]) {
      const { client, told } = opened();
      const octets = counting(length);
      client.comes(octets, binary, true);
      client.comes(octets, binary, false);
      client.comes(Uint8Array.of(9), binary, false);
      const pieces: string[] = [];
      for (const [isFirst, isLast] of [
        [true, false],
        [false, true],
      ])
        for (let at = 0; at < length; at += 256) {
          const span = kind | (isFirst && at === 0 ? FIRST : 0) | (isLast && at + 256 >= length ? 0 : MORE);
          pieces.push(`data ${span} ${octets.slice(at, at + 256).join()}`);
        }
      expect(told).toEqual([...pieces, `data ${kind | FIRST} 9`]);
    }
  });

  test('may be the end of a message alone, which is told at once, even to who has paused', () => {
    const { client, link, told } = opened();
    client.comes(counting(2), false, true);
    link.pause();
    client.options.onReadable.call(client, 0, { binary: false, more: true });
    client.options.onReadable.call(client, 0, { binary: false, more: false });
    client.options.onReadable.call(client, 0, { binary: true, more: false });
    expect(told).toEqual([`data ${FIRST | MORE} 0,1`, `data ${MORE} `, 'data 0 ', `data ${FIRST | BINARY} `]);
  });

  test('waits with the client while the socket has paused', () => {
    const { client, link, told } = opened((self) => self.pause());
    client.comes(counting(600), true, false);
    expect([told.length, client.unread]).toEqual([1, 600 - 256]);
    link.resume();
    expect([told.length, client.unread]).toEqual([2, 600 - 512]);
    link.resume();
    expect([told.length, client.unread]).toEqual([3, 0]);
    link.resume();
    expect(told).toHaveLength(3);
  });

  test('that a client brings from inside read is read in its turn, once', () => {
    const { client, told } = opened();
    let times = 0;
    client.insideRead = () => {
      if (client.unread === 0 && times++ < 2) client.comes(Uint8Array.of(times), true, false);
    };
    client.comes(Uint8Array.of(0), true, false);
    expect(told).toEqual([0, 1, 2].map((octet) => `data ${FIRST | BINARY} ${octet}`));
  });

  test('whoever goes on from inside is not told twice', () => {
    const { client, told } = opened((self) => {
      self.pause();
      self.resume();
    });
    client.comes(counting(600), true, false);
    expect(told.map((line) => line.split(',').length)).toEqual([256, 256, 88]);
  });

  test('of control frames the kind is told', () => {
    const { client, told } = opened();
    for (const opcode of [8, 9, 10]) client.options.onControl.call(client, opcode);
    expect(told).toEqual(['control 8', 'control 9', 'control 10']);
  });
});

describe('where it connects to', () => {
  const address = { host: 'x.example', port: 81, path: '/p' } as Address;
  const made = (options: object, authorization = '', provider: unknown = { io: Client, own: 1 }): Options => {
    connectClient({} as WebSocket, address, 'chat', options, provider as never, authorization, () => {});
    return Client.last.options;
  };

  test('is the address, with what the request has more', () => {
    const names = [...Object.keys(DEFAULT_LIMITS), 'compression', 'receiveBuffer', 'transmitBuffer'];
    const options = Object.fromEntries([...names, 'requireProtocol'].map((name) => [name, { of: name }]));
    expect(made(options)).toMatchObject({
      ...{ ...options, own: 1, host: 'x.example', port: 81, path: '/p', protocol: 'chat', headers: [] },
    });
    expect(made({ headers: { A: 'b' } }, 'Basic x').headers).toEqual([
      ['A', 'b'],
      ['Authorization', 'Basic x'],
    ]);
    expect(made({}, '').headers).toEqual([]);
  });

  test('is a stream that is connected already, and then nothing of an address', () => {
    const attach = { stream: true };
    const options = made({ attach, headers: { A: 'b' } }, 'Basic x');
    expect(options.attach).toBe(attach);
    for (const name of ['host', 'port', 'path', 'protocol', 'headers', 'own'])
      expect(options).not.toHaveProperty(name);
    expect(made({})).not.toHaveProperty('attach');
  });

  test.each([-1, NaN, 'x', {}])('not with %o as the bound of what waits', (maxBufferedAmount) => {
    expect(() => made({ maxBufferedAmount })).toThrow(
      expect.objectContaining({ id: ErrorId.optionInvalid, message: 'invalid maxBufferedAmount' }),
    );
  });

  test.each([undefined, null, {}, { io: 5 }])('not by the class %o', (provider) => {
    expect(() => made({ maxBufferedAmount: 0 }, '', provider ?? null)).toThrow(
      expect.objectContaining({ id: ErrorId.optionInvalid, message: 'invalid ws' }),
    );
    expect(() => made({ maxBufferedAmount: Infinity })).not.toThrow();
  });
});
