/** How a client comes to its stream: names resolved in both styles of ECMA-419, addresses tried in turn. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { ClientSetup } from '../support/client-setup.ts';
import { ScriptedStream } from '../support/scripted-stream.ts';

const HOST = 'server.example.com';

interface Question {
  readonly host: string;
  readonly onResolved: (...parameters: unknown[]) => void;
  readonly onError: (...parameters: unknown[]) => void;
}
type Callback = (error: unknown, ...parameters: unknown[]) => void;

/** A resolver that answers when a test says so. */
class Resolver {
  static last: Resolver;
  readonly options: unknown;
  question!: Question;
  callback!: Callback;
  isClosed = false;

  constructor(options: unknown) {
    this.options = options;
    Resolver.last = this;
  }

  resolve(question: Question, callback: Callback): void {
    this.question = question;
    this.callback = callback;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** What every stream was made with, in order; a class of its own, and one that refuses some addresses. */
let made: string[] = [];
class Stream extends ScriptedStream {
  constructor(options: ConstructorParameters<typeof ScriptedStream>[0]) {
    super(options);
    made.push(String(options.address));
    if (options.address === 'throws') throw new Error('no route');
  }
}

const dns = { io: Resolver, servers: ['192.0.2.53'] };

function setup(changes: object = {}): ClientSetup {
  const options = { dns, socket: { io: Stream, nodelay: true }, port: 8080, ...changes };
  return new ClientSetup(options as unknown as Partial<WebSocketClientOptions>);
}

beforeEach(() => {
  made = [];
});

test('without a resolver the host is the address', () => {
  const self = setup({ dns: undefined });
  const { address, host, port, nodelay } = self.stream.options;
  expect({ address, host, port, nodelay }).toEqual({ address: HOST, host: HOST, port: 8080, nodelay: true });
});

test('a stream that fails with an id before it is open ends the connection with that, else with its own', () => {
  for (const [error, id] of [
    [undefined, ErrorId.connectFailed],
    [new Error('refused'), ErrorId.connectFailed],
    [Object.assign(new Error('refused'), { id: 'strange' }), ErrorId.connectFailed],
    [Object.assign(new Error('refused'), { id: ErrorId.tlsFailed }), ErrorId.tlsFailed],
  ] as const) {
    const self = setup();
    Resolver.last.question.onResolved(HOST, '192.0.2.1', ['192.0.2.1', '192.0.2.2']);
    const [first, options] = [self.stream, self.stream.options];
    options.onError.call(first, Object.assign(new Error('first'), { id: ErrorId.transportReset }));
    expect([first.isClosed, self.error]).toEqual([true, undefined]);
    self.stream.options.onError.call(self.stream, ...(error === undefined ? [] : [error]));
    expect([self.error?.id, self.error?.reason]).toEqual([id, error]);
  }
});

test('a resolver needs no method to close it: it is let go while it is asked, and when it has answered', () => {
  class Asked extends Resolver {}
  Object.defineProperty(Asked.prototype, 'close', { value: undefined });
  const self = setup({ dns: { io: Asked } });
  self.client.close();
  Resolver.last.question.onResolved(HOST, '192.0.2.1');
  expect(made).toEqual([]);
  setup({ dns: { io: Asked } });
  Resolver.last.question.onResolved(HOST, '192.0.2.1');
  expect(made).toEqual(['192.0.2.1']);
});

test('without a resolver, what the class throws is thrown', () => {
  expect(() => setup({ dns: undefined, host: 'throws' })).toThrow('no route');
});

describe.each([
  ['Moddable\u2019s', (...all: unknown[]) => Resolver.last.question.onResolved(HOST, ...all)],
  [
    'the standard\u2019s text',
    (first?: unknown, all?: unknown) => Resolver.last.callback(null, first, HOST, all),
  ],
  ['the standard\u2019s annex', (...all: unknown[]) => Resolver.last.callback(undefined, HOST, ...all)],
])('a resolver in %s style', (_name, answer) => {
  test('is asked, and its address connected to', () => {
    const self = setup();
    expect(Resolver.last.options).toBe(dns);
    expect(Resolver.last.question.host).toBe(HOST);
    expect(made).toEqual([]);
    answer('192.0.2.1');
    expect(made).toEqual(['192.0.2.1']);
    expect(Resolver.last.isClosed).toBe(true);
    const { host, port, nodelay } = self.stream.options;
    expect({ host, port, nodelay }).toEqual({ host: HOST, port: 8080, nodelay: true });
    self.opened();
    expect(self.told).toEqual([]);
  });

  test('tells several addresses: each is tried, until one answers', () => {
    const self = setup();
    answer('192.0.2.1', ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    const first = self.stream;
    first.fail();
    expect([made, first.isClosed]).toEqual([['192.0.2.1', '192.0.2.2'], true]);
    self.opened();
    ScriptedStream.last.fail();
    expect(made).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(self.error?.id).toBe(ErrorId.transportEnded);
  });

  test('tells several addresses, and none answers', () => {
    const self = setup();
    answer('192.0.2.1', ['192.0.2.1', '192.0.2.2']);
    self.stream.fail();
    expect(self.told).toEqual([]);
    ScriptedStream.last.fail();
    expect([self.told, self.error?.id]).toEqual([['error'], ErrorId.connectFailed]);
    self.expectReleased();
  });

  test('a class that throws then is tried with the next address', () => {
    const self = setup();
    answer('192.0.2.1', ['throws', '192.0.2.2']);
    expect([self.told, made.at(-1)]).toEqual([[], '192.0.2.2']);
  });

  test('a class that throws for the last address fails the client', () => {
    const self = setup();
    answer('192.0.2.1', ['throws']);
    expect([self.told, self.error?.id]).toEqual([['error'], ErrorId.connectFailed]);
    expect((self.error?.reason as Error).message).toBe('no route');
  });

  test('tells an empty list: the name has no address', () => {
    const self = setup();
    answer('192.0.2.1', []);
    expect([self.told, self.error?.id]).toEqual([['error'], ErrorId.resolveFailed]);
  });

  test('tells the host alone, which is an address then, and only its first answer counts', () => {
    setup({ host: HOST });
    Resolver.last.question.onResolved(HOST);
    answer('192.0.2.1');
    Resolver.last.question.onError();
    expect(made).toEqual([HOST]);
  });
});

test.each([
  ['Moddable\u2019s', () => Resolver.last.question.onError(HOST)],
  ['the standard\u2019s', () => Resolver.last.callback(new Error('no such name'))],
  ['no address at all', () => Resolver.last.callback(null)],
])('a name that cannot be resolved fails the client: %s', (_name, fail) => {
  const self = setup();
  fail();
  expect([self.told, self.error?.id, made]).toEqual([['error'], ErrorId.resolveFailed, []]);
  expect(Resolver.last.isClosed).toBe(true);
  Resolver.last.question.onResolved(HOST, '192.0.2.1');
  expect(made).toEqual([]);
});

// The runtime's own error is handed on where there is one; that there is none is no error of its own.
test.each([
  ['Moddable\u2019s', (error?: unknown) => Resolver.last.question.onError(HOST, error)],
  ['the standard\u2019s', (error?: unknown) => Resolver.last.callback(error)],
])('the reason of a name that cannot be resolved is what the resolver says: %s', (_name, fail) => {
  const reason = new Error('no such name');
  const told = setup();
  fail(reason);
  expect([told.error?.id, told.error?.reason]).toEqual([ErrorId.resolveFailed, reason]);
  const untold = setup();
  fail();
  expect([untold.error?.id, untold.error?.reason]).toEqual([ErrorId.resolveFailed, undefined]);
});

test('an error of the resolver is one, whatever else it tells', () => {
  const self = setup();
  Resolver.last.callback(new Error('no such name'), HOST, '192.0.2.1', ['192.0.2.1']);
  expect([self.told, self.error?.id, made]).toEqual([['error'], ErrorId.resolveFailed, []]);
});

test('the resolver is closed with the client; what it tells then is nobody\u2019s', () => {
  const self = setup();
  self.client.close();
  expect(Resolver.last.isClosed).toBe(true);
  Resolver.last.question.onResolved(HOST, '192.0.2.1');
  expect([made, self.told]).toEqual([[], []]);
});
