/** An endpoint of Node's borrows its memory: when it has some, what is in it, and that nobody else's octets are. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../../hosts/node/connect.ts';
import { memoryWith } from '../../hosts/node/endpoint/memory-pool.ts';
import type { OwnEndpoint } from '../../hosts/node/endpoint/node-endpoint.ts';
import { SharedFrame } from '../../hosts/node/endpoint/shared-frame.ts';
import { serve } from '../../hosts/node/serve.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { ErrorId } from '../../src/errors.ts';
import { acceptOf } from '../../src/handshake/accept.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { POLICY, request, REQUEST, response } from '../support/handshake.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { RECORD, rest, SIZE, Subject, takeRings, turn } from './support/resting.ts';

const subjects: Subject[] = [];

function subject(options: ConstructorParameters<typeof Subject>[0] = {}): Subject {
  const made = new Subject(options);
  subjects.push(made);
  return made;
}

// The pools look when a test says so, and not when a busy machine comes to it between two turns.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));

afterEach(() => {
  for (const { endpoint } of subjects.splice(0)) endpoint.drop();
  rest();
  vi.useRealTimers();
});

const rings = memoryWith(SIZE);
const text = (words: string): Uint8Array => peerFrame('server', { opcode: 1, payload: utf8(words) });
const secret = new Uint8Array(100).fill(0x5e);
const has = (bytes: Uint8Array, octet: number): boolean => bytes.includes(octet);

describe('the stages', () => {
  test('open and idle it has no memory; to receive it has its record, to send a ring', async () => {
    const { endpoint, transport, ...rested } = subject();
    expect(subjects[0].stage).toBe('record');
    rest();
    expect(subjects[0].stage).toBe('rest');
    transport.deliver(text('in'));
    expect(subjects[0].stage).toBe('record');
    rest();
    expect(endpoint.sendText('out')).toBe(0);
    expect(subjects[0].stage).toBe('ring');
    await turn();
    expect(framesOf(transport.taken()).map(({ payload }) => payload)).toEqual([utf8('out')]);
    takeRings();
    expect(subjects[0].stage).toBe('record');
    rest();
    expect(subjects[0].stage).toBe('rest');
    expect(rested.trace.lines).toEqual(['open', 'text "in"']);
  });

  test('who is busy keeps its memory', async () => {
    const { endpoint, transport } = subject();
    endpoint.sendText('first');
    await turn();
    const { memory } = endpoint;
    for (let times = 0; times < 10; times++) {
      rings.look();
      endpoint.sendText('again');
      await turn();
      expect(endpoint.memory).toBe(memory);
    }
    expect(framesOf(transport.taken())).toHaveLength(11);
    rest();
    transport.deliver(text('first'));
    const record = endpoint.memory;
    for (let times = 0; times < 10; times++) {
      memoryWith(0).look();
      transport.deliver(text('again'));
      expect(endpoint.memory).toBe(record);
    }
  });

  test.each(['client', 'server'] as const)('a %s sends as it does with memory', async (role) => {
    const { endpoint, transport } = subject({ role });
    for (const length of [0, 1, 125, 126, 1000, SIZE - 139]) {
      rest();
      expect(endpoint.send(counting(length), 0, length, 1)).toBe(0);
      await turn();
      const [{ payload, first, key }] = framesOf(transport.taken());
      expect([first, payload, key !== undefined]).toEqual([0x82, counting(length), role === 'client']);
    }
    rest();
    expect(endpoint.sendControl(9, secret, 0, 100)).toBe(0);
    await turn();
    expect(framesOf(transport.taken()).map(({ first, payload }) => [first, payload])).toEqual([
      [0x89, secret],
    ]);
  });

  test('a client masks no frame with the key of the one before it', async () => {
    const { endpoint, transport } = subject({ role: 'client' });
    endpoint.sendText('first');
    await turn();
    const [{ key }] = framesOf(transport.taken());
    rest();
    expect(subjects[0].stage).toBe('rest');
    endpoint.resume();
    const { memory } = endpoint;
    expect([...memory.slice(0, RECORD)].join().includes([...key!].join())).toBe(true);
  });

  test('how much fits does not depend on it', async () => {
    const { endpoint } = subject();
    const { writable } = endpoint;
    expect(writable).toBeGreaterThan(SIZE - 200);
    rest();
    expect([endpoint.writable, endpoint.bufferedAmount]).toEqual([writable, 0]);
    expect(endpoint.send(new Uint8Array(SIZE), 0, SIZE, 1)).toBe(ErrorId.writeTooLong);
    expect(endpoint.send(new Uint8Array(writable), 0, writable, 1)).toBe(0);
    await turn();
    expect(endpoint.writable).toBe(writable);
  });

  test('what is wrong or comes too late is refused as ever', () => {
    const { endpoint, transport } = subject();
    rest();
    expect(endpoint.sendControl(8, secret, 0, 1)).toBe(ErrorId.argumentInvalid);
    rest();
    expect(endpoint.send(secret, 5, 1, 1)).toBe(ErrorId.argumentInvalid);
    rest();
    expect(endpoint.close(1005)).toBe(ErrorId.closeCodeRefused);
    transport.sink.transportClosed(0);
    rest();
    expect(endpoint.send(secret, 0, 1, 1)).toBe(ErrorId.notOpen);
    expect(endpoint.sendControl(9, secret, 0, 1)).toBe(ErrorId.notOpen);
    expect(rings.lent).toBe(0);
  });

  test('one with compression keeps its own', async () => {
    const { endpoint } = subject({ compression: permessageDeflate() });
    const { memory } = endpoint;
    expect(memory.length).toBeGreaterThan(RECORD + SIZE);
    rest();
    endpoint.sendText('out');
    await turn();
    rest();
    expect(endpoint.memory).toBe(memory);
    expect(rings.lent).toBe(0);
  });

  test.each([0, 255, 1000, NaN, '4096', 2 ** 31])(
    'a ring of %o octets is refused by its name',
    (transmitBuffer) => {
      expect(() => subject({ transmitBuffer: transmitBuffer as number })).toThrow(/transmitBuffer/);
    },
  );

  test('a server that has answered its request needs no ring; one that answers a Ping keeps it', async () => {
    const { endpoint, transport } = subject({ opening: serverOpening(POLICY) });
    const whole = request();
    transport.deliver(whole.subarray(0, 20));
    expect(subjects[0].stage).toBe('record');
    transport.deliver(whole.subarray(20));
    expect([subjects[0].stage, rings.lent, subjects[0].lines]).toEqual(['record', 0, ['open']]);
    expect(new TextDecoder().decode(transport.taken())).toMatch(/^HTTP\/1\.1 101 /);
    rest();
    transport.deliver(peerFrame('server', { opcode: 9, payload: [1, 2] }));
    expect(subjects[0].stage).toBe('ring');
    expect(framesOf(transport.taken())).toMatchObject([{ opcode: 10, payload: Uint8Array.of(1, 2) }]);
    endpoint.sendText('out');
    await turn();
    expect(subjects[0].stage).toBe('ring');
  });

  test('a client whose response comes late has its record when it has come', async () => {
    const made = subject({ role: 'client', opening: clientOpening(REQUEST) });
    const sent = new TextDecoder().decode(made.transport.taken());
    const [, key] = /^Sec-WebSocket-Key: (.*)\r$/m.exec(sent)!;
    rest();
    expect(made.stage).toBe('record');
    made.transport.deliver(response({ 'Sec-WebSocket-Accept': acceptOf(key) }));
    expect([made.stage, made.lines]).toEqual(['record', ['open']]);
    await turn();
    rest();
    expect(made.stage).toBe('rest');
  });

  test('what comes too late for the closing handshake needs no ring', async () => {
    const { endpoint, transport } = subject();
    endpoint.close(1000);
    await turn();
    rest();
    expect(endpoint.sendControl(9, secret, 0, 1)).toBe(ErrorId.notOpen);
    transport.sink.transportWritable(0);
    expect([subjects[0].stage, rings.lent]).toEqual(['record', 0]);
  });

  test('who has asked for a turn rests after it', async () => {
    const { endpoint } = subject();
    rest();
    endpoint.resume();
    rest();
    expect(subjects[0].stage).toBe('record');
    await turn();
    rest();
    expect(subjects[0].stage).toBe('rest');
  });

  test('a broadcast is copied where there is a ring, and leaves with what is sent in that turn', async () => {
    const { endpoint, transport } = subject();
    endpoint.sendText('first');
    await turn();
    transport.taken();
    endpoint._share(new SharedFrame('second'), false);
    expect([transport.taken().length, subjects[0].stage]).toEqual([0, 'ring']);
    endpoint.sendText('third');
    await turn();
    expect(framesOf(transport.taken()).map(({ payload }) => payload)).toEqual([
      utf8('second'),
      utf8('third'),
    ]);
  });

  test('one with compression that the peer did not agree to goes on as one without', async () => {
    const compression = permessageDeflate();
    const options = { transmitBuffer: SIZE };
    for (const [ours, theirs] of [
      [{}, { compression }],
      [{ compression }, {}],
    ]) {
      const got: unknown[] = [];
      const server = await serve({
        ...options,
        ...ours,
        events: { onOpen: (client) => void client.sendText('welcome') },
      });
      const client = connect(`ws://127.0.0.1:${server.port}/`, {
        ...options,
        ...theirs,
        events: { onMessage: (_target, data) => void got.push(data) },
      });
      await client.ready;
      const sides = [client, ...(server.targets() as Iterable<OwnEndpoint>)];
      await expect.poll(() => sides.map(({ memory }) => memory.length)).toEqual([0, 0]);
      expect(sides[1].sendText('again')).toBe(0);
      await expect.poll(() => got).toEqual(['welcome', 'again']);
      await expect.poll(() => sides.map(({ memory }) => memory.length)).toEqual([0, 0]);
      client.close(1000);
      await expect.poll(() => server.connections).toBe(0);
      await server.close();
    }
  });

  test('a broadcast needs no ring where there is none, but for the second of a turn', async () => {
    const { endpoint, transport } = subject();
    rest();
    for (const message of ['first', 'second', 'third'])
      expect(endpoint._share(new SharedFrame(message), false)).toBe(0);
    expect(rings.lent).toBe(1);
    await turn();
    expect(framesOf(transport.taken()).map(({ payload }) => String.fromCharCode(...payload))).toEqual([
      'first',
      'second',
      'third',
    ]);
    rest();
    endpoint._share(new SharedFrame('fourth'), false);
    await turn();
    expect(rings.lent).toBe(0);
    expect(framesOf(transport.taken())).toHaveLength(1);
  });

  test.each([[[]], [['origin']]])(
    'the handshake is known at rest, with the headers %j',
    async (requestHeaders) => {
      const server = await serve({ transmitBuffer: SIZE, protocols: ['a', 'b'], requestHeaders });
      const visits = [
        ['/one', 'a', ''],
        ['/one', 'a', ''],
        ['/two', 'a', ''],
        ['/two', 'b', ''],
        ['/two', 'b', 'https://ringlet.example'],
      ] as const;
      const clients = [];
      for (const [path, protocol, origin] of visits) {
        const client = await connect(`ws://127.0.0.1:${server.port}${path}`, {
          protocol,
          headers: origin === '' ? [] : [['Origin', origin]],
        });
        await client.ready;
        clients.push(client);
      }
      const endpoints = [...server.targets()] as OwnEndpoint[];
      await expect.poll(() => endpoints.map(({ memory }) => memory.length)).toEqual([0, 0, 0, 0, 0]);
      expect(endpoints.map(({ path, protocol, headers }) => [path, protocol, headers.get('origin')])).toEqual(
        visits.map(([path, protocol, origin]) => [
          path,
          protocol,
          (requestHeaders.length > 0 && origin) || undefined,
        ]),
      );
      const outcomes = endpoints.map((endpoint) => endpoint['_handshake' as 'protocol'] as unknown as object);
      expect(outcomes.every((outcome) => !('read' in outcome))).toBe(true);
      // One object for those that asked for the same, where there is nothing else to be known.
      expect(outcomes[0] === outcomes[1]).toBe(requestHeaders.length === 0);
      for (const client of clients) client.drop();
      await server.close();
    },
  );
});

describe('every state', () => {
  /** A fragmented text with characters cut apart, control frames between its fragments, and lengths of every kind. */
  const conversation = concat(
    peerFrame('server', { opcode: 1, fin: false, payload: [0x48, 0xe2, 0x82] }),
    peerFrame('server', { opcode: 9, payload: counting(20) }),
    peerFrame('server', { opcode: 0, fin: false, payload: [] }),
    peerFrame('server', { opcode: 0, payload: [0xac, 0x21] }),
    peerFrame('server', { opcode: 10, payload: counting(3) }),
    peerFrame('server', { opcode: 2, payload: counting(130) }),
    peerFrame('server', { opcode: 8, payload: closePayload(1000, utf8('enough')) }),
  );

  async function linesOf(parts: readonly Uint8Array[], rests: boolean): Promise<[string[], Uint8Array]> {
    const { transport, trace } = subject();
    for (const part of parts) {
      if (rests) {
        rest();
        expect(subjects.at(-1)!.stage).toBe('rest');
      }
      transport.deliver(part);
      await turn();
    }
    // The peer ends its side, too.
    transport.sink.transportClosed(0);
    return [trace.lines, transport.taken()];
  }

  test('at every split of a conversation it rests, and the rest is as without', async () => {
    const expected = await linesOf([conversation], false);
    expect(expected[0]).toEqual([
      'open',
      'text 48 e2 82 …',
      `ping ${[...counting(20)].map((octet) => octet.toString(16).padStart(2, '0')).join(' ')}`,
      '… text ac 21',
      'pong 00 01 02',
      expect.stringMatching(/^binary 00 01/),
      'close 1000 "enough"',
      'over 1000 clean',
    ]);
    for (let at = 1; at < conversation.length; at++) {
      const parts = [conversation.slice(0, at), conversation.slice(at)];
      expect(await linesOf(parts, true)).toEqual(expected);
    }
  });

  test('octet by octet it rests before each', async () => {
    const octets = Array.from(conversation, (octet) => Uint8Array.of(octet));
    const [lines, wire] = await linesOf(octets, true);
    expect([lines, wire]).toEqual(await linesOf(octets, false));
    expect(lines.at(-1)).toBe('over 1000 clean');
  });

  test('a fault behind a rest is found', async () => {
    const bad = peerFrame('server', { opcode: 1, payload: [0xe2, 0x82, 0x41] });
    for (let at = 1; at < bad.length; at++) {
      const [lines, wire] = await linesOf([bad.slice(0, at), bad.slice(at)], true);
      expect(lines.at(-1)).toMatch(/textInvalid/);
      expect(framesOf(wire).map(({ payload }) => payload)).toEqual([closePayload(1007)]);
    }
  });

  test('paused: what comes is kept, and is delivered after resume', async () => {
    const { endpoint, transport, trace } = subject();
    endpoint.pause();
    transport.deliver(concat(text('one'), text('two')));
    rest();
    expect(subjects[0].stage).toBe('rest');
    expect(endpoint.paused).toBe(true);
    expect(trace.lines).toEqual(['open']);
    endpoint.resume();
    await turn();
    expect(trace.lines).toEqual(['open', 'text "one"', 'text "two"']);
  });

  test('paused with a fault behind: it is found after resume', async () => {
    const { endpoint, transport, trace } = subject();
    endpoint.pause();
    transport.deliver(peerFrame('server', { opcode: 3 }));
    rest();
    endpoint.resume();
    await turn();
    transport.sink.transportClosed(0);
    expect(trace.lines.at(-1)).toBe('over 1006 reservedOpcode');
  });

  test('closed by us: the answer is awaited, and the reason is there when it has come', async () => {
    const { endpoint, transport, trace } = subject();
    rest();
    expect(endpoint.close(1000, 'bye')).toBe(0);
    await turn();
    rest();
    expect(subjects[0].stage).toBe('record');
    expect(framesOf(transport.taken()).map(({ payload }) => payload)).toEqual([
      closePayload(1000, utf8('bye')),
    ]);
    transport.deliver(peerFrame('server', { opcode: 8, payload: closePayload(1000, utf8('and you')) }));
    expect(trace.lines.slice(-2)).toEqual(['close 1000 "and you"', 'over 1000 clean']);
    await turn();
    rest();
    expect([endpoint.closeCode, endpoint.closeReason, endpoint.error]).toEqual([1000, 'and you', 0]);
  });

  test('failed: how is known for as long as anybody asks', async () => {
    const { endpoint, transport, trace } = subject();
    rest();
    transport.sink.transportClosed(ErrorId.transportReset, new Error('gone'));
    expect(trace.lines.at(-1)).toBe('over 1006 transportReset');
    for (let times = 0; times < 3; times++) {
      rest();
      await turn();
      expect([endpoint.closeCode, endpoint.error]).toEqual([1006, ErrorId.transportReset]);
    }
  });

  test('over, it holds nothing of the pool, and the pool nothing of it', async () => {
    const records = memoryWith(0);
    rest();
    const before = records.lent;
    const [closed, dropped, idle] = [subject(), subject(), subject()];
    rest();
    closed.transport.deliver(peerFrame('server', { opcode: 8, payload: closePayload(1000) }));
    idle.endpoint.sendText('out');
    dropped.endpoint.sendText('out');
    dropped.endpoint.drop();
    expect(closed.lines.at(-1)).toBe('over 1000 clean');
    await turn();
    rest();
    expect([records.lent, rings.lent]).toEqual([before, 0]);
    expect([closed.endpoint.closeCode, records.lent]).toEqual([1000, before]);
  });

  test('aborted at rest it is closed in order', async () => {
    const { endpoint, transport } = subject();
    rest();
    endpoint._abortFor('no more');
    await turn();
    expect(framesOf(transport.taken()).map(({ payload }) => payload)).toEqual([closePayload(1000)]);
    expect([endpoint.error, endpoint.transportReason]).toEqual([ErrorId.aborted, 'no more']);
  });

  test('at rest it says that it is well', () => {
    const { endpoint } = subject();
    for (const [name, value] of [
      ['closeCode', 1006],
      ['closeReason', ''],
      ['error', 0],
    ] as const) {
      rest();
      expect(subjects[0].stage).toBe('rest');
      expect(endpoint[name]).toBe(value);
    }
  });

  test('with octets that no transport has taken it keeps its ring', async () => {
    const { endpoint, transport } = subject();
    transport.room = 10;
    endpoint.send(counting(200), 0, 200, 1);
    await turn();
    const { memory } = endpoint;
    rest();
    expect(endpoint.memory).toBe(memory);
    expect(endpoint.bufferedAmount).toBeGreaterThan(0);
    transport.room = Infinity;
    transport.sink.transportWritable(0);
    expect(framesOf(transport.taken()).map(({ payload }) => payload)).toEqual([counting(200)]);
    rest();
    expect(subjects[0].stage).toBe('rest');
  });

  test('while a socket reads the ring it is nobody else’s', async () => {
    const { endpoint, transport } = subject();
    transport.keeps = true;
    endpoint.send(secret, 0, 100, 1);
    await turn();
    rest();
    const other = subject();
    other.endpoint.send(counting(100), 0, 100, 1);
    await turn();
    expect(framesOf(transport.reads).map(({ payload }) => payload)).toEqual([secret]);
    transport.finish();
    expect(framesOf(transport.taken())).toHaveLength(1);
    rest();
    expect(rings.lent).toBe(0);
  });

  test('dropped while a socket reads the ring: that memory is never lent again', async () => {
    const { endpoint, transport } = subject();
    transport.keeps = true;
    endpoint.send(secret, 0, 100, 1);
    await turn();
    const { memory } = endpoint;
    endpoint.drop();
    expect(rings.lent).toBe(0);
    expect(framesOf(transport.reads).map(({ payload }) => payload)).toEqual([secret]);
    const other = subject();
    other.endpoint.send(counting(1), 0, 1, 1);
    expect(other.endpoint.memory).not.toBe(memory);
    await turn();
    expect(framesOf(transport.reads).map(({ payload }) => payload)).toEqual([secret]);
  });
});

describe('nobody sees what was another’s', () => {
  test('a ring, of which anything was used, is zero for the next but for its own record', async () => {
    const first = subject();
    for (const length of [1, 2000, SIZE - 200, 900]) {
      first.endpoint.send(new Uint8Array(length).fill(0x5e), 0, length, 1);
      await turn();
    }
    const { memory } = first.endpoint;
    expect(has(memory, 0x5e)).toBe(true);
    first.transport.room = 100;
    first.endpoint.send(new Uint8Array(3000).fill(0x5e), 0, 3000, 1);
    await turn();
    first.transport.room = Infinity;
    first.endpoint.send(new Uint8Array(700).fill(0x5e), 0, 700, 1);
    first.transport.sink.transportWritable(0);
    first.endpoint.send(new Uint8Array(700).fill(0x5e), 0, 700, 1);
    await turn();
    expect(first.endpoint.bufferedAmount).toBe(0);
    const second = subject();
    rings.look();
    // The pool keeps as many as were borrowed since its last look.
    subject().endpoint.sendText('out');
    rings.look();
    expect(first.stage).toBe('record');
    second.endpoint.send(Uint8Array.of(1), 0, 1, 1);
    expect(second.endpoint.memory).toBe(memory);
    expect(has(memory, 0x5e)).toBe(false);
    await turn();
  });

  test('a ring that was left with octets in it is zero for the next', () => {
    const first = subject();
    first.endpoint.send(new Uint8Array(3000).fill(0x5e), 0, 3000, 1);
    const { memory } = first.endpoint;
    first.endpoint.drop();
    const second = subject();
    second.endpoint.send(Uint8Array.of(1), 0, 1, 1);
    expect(second.endpoint.memory).toBe(memory);
    expect(has(memory, 0x5e)).toBe(false);
  });

  test('a record is zero for the next, whatever was collected in it', () => {
    const first = subject();
    first.transport.deliver(peerFrame('server', { opcode: 10, payload: secret }));
    const { memory } = first.endpoint;
    expect(has(memory, 0x5e)).toBe(true);
    memoryWith(0).look();
    // The pool keeps as many as were borrowed since its last look.
    subject();
    memoryWith(0).look();
    expect(first.stage).toBe('rest');
    expect(subject().endpoint.memory).toBe(memory);
    expect(has(memory, 0x5e)).toBe(false);
  });

  test('nor is anything of it kept that is not needed', () => {
    const { endpoint, transport } = subject();
    transport.deliver(peerFrame('server', { opcode: 10, payload: secret }));
    rest();
    endpoint.resume();
    expect(has(endpoint.memory, 0x5e)).toBe(false);
  });

  test('an event has the octets of a Pong until it returns, and the connection goes on behind it', () => {
    const first = subject();
    let seen: Uint8Array | undefined;
    first.onControl = (bytes, start, end) => {
      rest();
      // Whoever else needs memory gets other memory.
      const second = subject();
      second.transport.deliver(peerFrame('server', { opcode: 10, payload: counting(100) }));
      seen = bytes.slice(start, end);
    };
    first.transport.deliver(concat(peerFrame('server', { opcode: 10, payload: secret }), text('on')));
    expect(seen).toEqual(secret);
    expect(first.lines.slice(-1)).toEqual(['text "on"']);
    rest();
    expect(first.stage).toBe('rest');
  });

  test('an event has its octets until it returns, whatever happens meanwhile', () => {
    const first = subject();
    first.transport.deliver(peerFrame('server', { opcode: 10, payload: secret }));
    let seen: Uint8Array | undefined;
    first.onControl = (bytes, start, end) => {
      rest();
      first.endpoint.sendText('out');
      rest();
      first.endpoint.drop();
      rest();
      const second = subject();
      second.endpoint.sendText('mine');
      second.transport.deliver(text('mine'));
      seen = bytes.slice(start, end);
    };
    first.transport.deliver(peerFrame('server', { opcode: 9, payload: secret }));
    expect(seen).toEqual(secret);
    rest();
    expect(rings.lent).toBe(0);
  });
});

describe('many', () => {
  /** Of such rings the pool lends two before it asks for one back. */
  const LARGE = 8 << 20;

  test('beyond the bound who has sent gives his ring to who is about to, and all arrives', async () => {
    const many = Array.from({ length: 20 }, () => subject({ transmitBuffer: LARGE }));
    let most = 0;
    for (let times = 0; times < 3; times++) {
      many.forEach(({ endpoint }, index) => {
        endpoint.sendText(`${index} ${times}`);
        endpoint.sendText('again');
        most = Math.max(most, memoryWith(LARGE).lent + memoryWith(LARGE).free);
      });
      await turn();
    }
    expect(most).toBe(2);
    many.forEach(({ transport }, index) => {
      const words = framesOf(transport.taken()).map(({ payload }) => String.fromCharCode(...payload));
      expect(words).toEqual([0, 1, 2].flatMap((times) => [`${index} ${times}`, 'again']));
    });
    rest(LARGE);
    expect([memoryWith(LARGE).lent, memoryWith(LARGE).free]).toEqual([0, 0]);
  });

  test('who cannot give his ring is passed over: there is no more memory than before', async () => {
    // The pool lends four of these.
    const size = 4 << 20;
    const kinds: ((each: Subject) => void)[] = [
      // One whose transport takes a part of it.
      (each) => (each.transport.room = 3),
      // One whose closing handshake is to begin: the last octet that leaves may be an event.
      (each) => each.endpoint.close(1000),
    ];
    for (const hinder of kinds) {
      const [hindered, ...others] = Array.from({ length: 4 }, () => subject({ transmitBuffer: size }));
      for (const each of [hindered, ...others]) each.endpoint.sendText('out');
      hinder(hindered);
      const more = Array.from({ length: 8 }, () => subject({ transmitBuffer: size }));
      // Whoever is asked first, all are.
      for (const { endpoint } of more) {
        endpoint.sendText('more');
        expect(memoryWith(size).lent).toBe(4);
      }
      expect(hindered.endpoint.memory.length, String(hinder)).toBe(RECORD + size);
      hindered.transport.room = Infinity;
      hindered.transport.sink.transportWritable(0);
      await turn();
      for (const { transport } of [hindered, ...others, ...more])
        expect(framesOf(transport.taken())[0].payload.length).toBeGreaterThan(2);
      for (const { endpoint } of [hindered, ...others, ...more]) endpoint.drop();
      rest(size);
      expect([memoryWith(size).lent, memoryWith(size).free]).toEqual([0, 0]);
    }
  });

  test('who is asked from inside his own transport does not send twice', async () => {
    const [first, second, third] = Array.from({ length: 3 }, () => subject({ transmitBuffer: LARGE }));
    second.transport.keeps = true;
    for (const each of [first, second]) each.endpoint.sendText('out');
    // What the transport of one writes to another, as where both ends are in one process.
    first.transport.insideWrite = () => third.endpoint.sendText('behind');
    await turn();
    await turn();
    for (const [each, expected] of [
      [first, 'out'],
      [third, 'behind'],
    ] as const)
      expect(framesOf(each.transport.taken()).map(({ payload }) => payload)).toEqual([utf8(expected)]);
    second.transport.finish();
    rest(LARGE);
  });

  test('who was asked to send early hears afterwards, in a turn of its own, that there is room', async () => {
    const many = Array.from({ length: 4 }, () => subject({ transmitBuffer: LARGE }));
    const heard: number[] = [];
    many.forEach((each, index) => (each.onWritable = () => heard.push(index)));
    for (const { endpoint } of many) endpoint.sendText('out');
    expect(heard).toEqual([]);
    await turn();
    await turn();
    expect(heard.sort()).toEqual([0, 1, 2, 3]);
    rest(LARGE);
  });

  test('who cannot send keeps his, and others get more', async () => {
    const slow = Array.from({ length: 3 }, () => subject({ transmitBuffer: LARGE }));
    for (const { endpoint, transport } of slow) {
      transport.room = 5;
      endpoint.sendMessage(secret);
      await turn();
    }
    const quick = subject({ transmitBuffer: LARGE });
    quick.endpoint.sendText('out');
    expect(memoryWith(LARGE).lent).toBe(4);
    for (const { transport } of slow) {
      transport.room = Infinity;
      transport.sink.transportWritable(0);
      expect(framesOf(transport.taken()).map(({ payload }) => payload)).toEqual([secret]);
    }
    await turn();
    rest(LARGE);
    expect(memoryWith(LARGE).lent).toBe(0);
  });
});

describe('deadlines go on', () => {
  test('a Ping is sent from rest; its Pong is known, and when it does not come, that is', async () => {
    const { transport, trace } = subject({ keepalive: 60, keepaliveTimeout: 120 });
    const pings: Uint8Array[] = [];
    while (pings.length < 3) {
      rest();
      await turn();
      for (const { opcode, payload } of framesOf(transport.taken())) {
        expect(opcode).toBe(9);
        pings.push(payload);
        await turn();
        rest();
        expect(subjects[0].stage).toBe('rest');
        transport.deliver(peerFrame('server', { opcode: 10, payload }));
      }
    }
    expect(trace.lines).toHaveLength(4);
    while (trace.lines.length === 4) {
      rest();
      await turn();
    }
    expect(trace.lines.at(-1)).toBe('over 1006 pongTimeout');
  });

  test('who is silent too long is left, though we rest', async () => {
    const { trace } = subject({ idleTimeout: 80 });
    rest();
    expect(subjects[0].stage).toBe('rest');
    await expect.poll(() => trace.lines.at(-1)).toBe('over 1006 idleTimeout');
  });

  test('it comes to rest by itself', async () => {
    vi.useRealTimers();
    const made = subject();
    made.endpoint.sendText('out');
    await expect.poll(() => made.stage).toBe('rest');
    expect(rings.lent + rings.free).toBe(0);
  });
});
