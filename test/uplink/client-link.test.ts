/** An uplink's link over a client of ECMA-419, which takes whole buffers and throws where there is no room. */
import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { ClientLink } from '../../src/uplink/client-link.ts';
import type { LinkSink } from '../../src/uplink/link.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import { words } from '../support/random.ts';

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);
const outbox = (resizable: boolean): Outbox =>
  new Outbox({ memory: 256, staging: 32 }, { now: () => 0, random: words(1), resizable });

/** A client that notes what is written, and has no room when a test says so. */
class Client {
  static last: Client;
  readonly options: Record<string, unknown>;
  readonly protocol = 'mine';
  readonly written: [number[], object][] = [];
  /** Octets of the buffer that was given last, at that time. */
  memory = 0;
  hasRoom = true;
  isClosed = false;
  closeCode = 1006;

  constructor(options: Record<string, unknown>) {
    this.options = options;
    Client.last = this;
  }

  get target(): unknown {
    return this.options.target;
  }

  write(bytes: Uint8Array, options: object): number {
    this.memory = bytes.buffer.byteLength;
    if (!this.hasRoom) throw new RingletError(ErrorId.writeTooLong, 'no room');
    this.written.push([[...bytes], options]);
    return 100;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Calls one of the callbacks that the link gave. */
  tell(name: string, ...values: unknown[]): void {
    (this.options[name] as (this: Client, ...rest: unknown[]) => void).call(this, ...values);
  }
}

/** What a link tells, by name. */
class Sink implements LinkSink {
  readonly told: unknown[][] = [];
  linkOpened = (...values: unknown[]): void => void this.told.push(['opened', ...values]);
  linkWritable = (...values: unknown[]): void => void this.told.push(['writable', ...values]);
  linkReceived = (...values: unknown[]): void => void this.told.push(['received', ...values]);
  linkClosed = (...values: unknown[]): void => void this.told.push(['closed', ...values]);
}

function make(box: Outbox | undefined, sink: LinkSink = new Sink()): ClientLink {
  return new ClientLink(Client as never, { host: 'there' } as never, box, sink);
}

const isBinary = (options?: { binary?: boolean }): boolean => options?.binary !== false;
const isMore = (options?: { more?: boolean }): boolean => options?.more === true;
const writtenBy = (client: Client): unknown[] =>
  client.written.map(([data, options]) => [data, isBinary(options), isMore(options)]);

describe('without memory that is resized', () => {
  test('sends parts and wholes, text and binary, as fragments and as messages', () => {
    const link = make(outbox(false));
    expect(link.longest).toBe(Infinity);
    const bytes = octets(1, 2, 3);
    expect(link.send(bytes, 0, 3, true, false)).toBe(100);
    expect(link.send(bytes, 1, 2, false, false)).toBe(100);
    expect(link.send(bytes, 1, 3, true, true)).toBe(100);
    expect(link.send(bytes, 0, 1, false, true)).toBe(100);
    expect(link.sendWhole(bytes, true)).toBe(100);
    expect(link.sendWhole(bytes, false)).toBe(100);
    expect(writtenBy(Client.last)).toEqual([
      [[1, 2, 3], true, false],
      [[2], false, false],
      [[2, 3], true, true],
      [[1], false, true],
      [[1, 2, 3], true, false],
      [[1, 2, 3], false, false],
    ]);
  });

  test('closes with its code, RFC 6455 §5.5.1', () => {
    const link = make(outbox(false));
    link.close(1012);
    expect(Client.last.written).toMatchObject([[[3, 244], { opcode: 8 }]]);
  });

  test('says so where there is no room', () => {
    const link = make(outbox(false));
    Client.last.hasRoom = false;
    expect(link.send(octets(1), 0, 1, true, false)).toBe(-1);
    expect(link.sendWhole(octets(1), true)).toBe(-1);
    expect(() => link.close(1000)).not.toThrow();
  });
});

describe('with memory that is resized', () => {
  /** A record of an outbox, and where it is. */
  const posted = (box: Outbox, ...values: number[]): [Uint8Array, number, number] => {
    box.post(octets(...values));
    const record = box._ring._next();
    return [box._ring._bytes, record + 16, record + 16 + values.length];
  };

  test('a record leaves from behind the others by a view of its length, and nothing else moves', () => {
    const box = outbox(true);
    const link = make(box);
    const all = box._buffer!.byteLength;
    expect(link.longest).toBe(all - 256);
    const [bytes, start, end] = posted(box, 5, 6, 7);
    const before = [...bytes.subarray(0, 256)];
    expect(link.send(bytes, start, end, true, false)).toBe(100);
    expect(link.send(bytes, start + 1, end, false, true)).toBe(100);
    expect(writtenBy(Client.last)).toEqual([
      [[5, 6, 7], true, false],
      [[6, 7], false, true],
    ]);
    expect(Client.last.memory).toBe(256 + 2);
    expect(box._buffer!.byteLength).toBe(all);
    expect([...bytes.subarray(0, 256)]).toEqual(before);
  });

  test('a client without room leaves the memory as it was', () => {
    const box = outbox(true);
    const link = make(box);
    const all = box._buffer!.byteLength;
    const [bytes, start, end] = posted(box, 1);
    Client.last.hasRoom = false;
    expect(link.send(bytes, start, end, true, false)).toBe(-1);
    expect([Client.last.memory, box._buffer!.byteLength]).toEqual([257, all]);
    Client.last.hasRoom = true;
    expect(link.send(bytes, start, end, true, false)).toBe(100);
  });

  test('what is not the outbox’s leaves from where it is', () => {
    const box = outbox(true);
    const link = make(box);
    const mine = octets(1, 2);
    link.send(mine, 0, 2, true, false);
    expect([Client.last.memory, writtenBy(Client.last)]).toEqual([2, [[[1, 2], true, false]]]);
  });
});

describe('what the client tells', () => {
  test('its first room is that the connection is open, later ones are room', () => {
    const sink = new Sink();
    make(undefined, sink);
    Client.last.tell('onWritable', 80);
    Client.last.tell('onWritable', 50);
    expect(sink.told).toEqual([
      ['opened', 80],
      ['writable', 50],
    ]);
  });

  test('all is taken when there is as much room as in the beginning', () => {
    const link = make(undefined);
    Client.last.tell('onWritable', 120);
    expect(link.isFlushed).toBe(true);
    link.send(octets(1), 0, 1, true, false);
    expect(link.isFlushed).toBe(false);
    Client.last.tell('onWritable', 120);
    expect(link.isFlushed).toBe(true);
    link.sendWhole(octets(1), true);
    expect(link.isFlushed).toBe(false);
    Client.last.tell('onWritable', 120);
    Client.last.hasRoom = false;
    link.send(octets(1), 0, 1, true, false);
    expect(link.isFlushed).toBe(false);
    Client.last.tell('onWritable', 120);
    link.sendWhole(octets(1), true);
    expect(link.isFlushed).toBe(false);
  });

  test('octets of messages go on with their kind', () => {
    const sink = new Sink();
    make(undefined, sink);
    const bytes = octets(1, 2, 3);
    Client.last.tell('onSpan', bytes, 1, 3, { binary: true, more: false });
    Client.last.tell('onSpan', bytes, 0, 1, { binary: false, more: true });
    expect(sink.told).toEqual([
      ['received', bytes, 1, 3, true, false],
      ['received', bytes, 0, 1, false, true],
    ]);
  });

  test('a clean close has the peer’s code, a failure all that is known of it', () => {
    const sink = new Sink();
    make(undefined, sink);
    Client.last.closeCode = 1012;
    Client.last.tell('onClose');
    const reason = new Error('refused');
    const failure = { closeCode: 1006, httpStatus: 503, retryAfter: '9', location: '/there', reason };
    Client.last.tell('onError', { id: ErrorId.httpStatus, ...failure });
    const none = { httpStatus: 0, retryAfter: '', location: '', reason: undefined };
    expect(sink.told).toEqual([
      ['closed', { error: 0, closeCode: 1012, ...none }],
      ['closed', { error: ErrorId.httpStatus, ...failure }],
    ]);
  });
});

test('it gives the client its options, tells its subprotocol, and drops it', () => {
  const link = make(undefined);
  expect([Client.last.options.host, link.protocol, Client.last.isClosed]).toEqual(['there', 'mine', false]);
  link.drop();
  expect(Client.last.isClosed).toBe(true);
});
