/** An endpoint whose application throws: it is reported, what comes behind is told, and what belongs to the end is done once. */
import { describe, expect, test } from 'vitest';
import { Endpoint } from '../../src/client/endpoint.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { deflated, peerMessage } from '../compression/endpoints.ts';
import { EndpointSetup, type Hooks } from '../support/endpoint-setup.ts';
import { closePayload, framesOf } from '../support/frames.ts';
import { POLICY, request } from '../support/handshake.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedTransport } from '../support/scripted-transport.ts';
import { expectRefused } from '../support/wrong-options.ts';

const thrown = new Error('of the application');
const throws = (): never => {
  throw thrown;
};
const ALL: Hooks = { onData: throws, onControl: throws, onClose: throws };

type Parts = Parameters<EndpointSetup['receive']>;
const times = (count: number, part: Parts[0]): Parts => Array.from({ length: count }, () => part);

describe('every event throws', () => {
  test.each<[what: string, part: Parts[0]]>([
    ['messages of octets', { opcode: 2, payload: counting(20) }],
    ['messages of nothing', { opcode: 2 }],
    ['texts', { opcode: 1, payload: utf8('grün') }],
    ['longer messages', { opcode: 2, payload: counting(200) }],
    ['Pings', { opcode: 9, payload: [1, 2] }],
    ['Pongs of nothing', { opcode: 10 }],
  ])('of six %s in one input, each one is told, and the connection stays open', (_what, part) => {
    const quiet = new EndpointSetup({}, {}, false).opened().receive(...times(6, part));
    const loud = new EndpointSetup(ALL, {}, false).opened().receive(...times(6, part));
    expect(loud.trace.lines).toEqual(quiet.trace.lines);
    expect(loud.trace.lines).toHaveLength(1 + 6);
    expect(loud.host.reports).toEqual(Array(6).fill(thrown));
    loud.host.wait(1000);
    expect(loud.endpoint.send(counting(3), 0, 3, 1)).toBe(0);
    loud.endpoint.drop();
  });

  test('of fragments, each one is told', () => {
    const parts: Parts = [
      { opcode: 2, fin: false, payload: counting(5) },
      ...times(4, { opcode: 0, fin: false, payload: counting(5) }),
      { opcode: 0 },
      { opcode: 2, payload: counting(5) },
    ];
    const loud = new EndpointSetup(ALL, {}, false).opened().receive(...parts);
    const quiet = new EndpointSetup({}, {}, false).opened().receive(...parts);
    expect(loud.trace.lines).toEqual(quiet.trace.lines);
    expect(loud.trace.lines).toHaveLength(3);
    expect(loud.host.reports).toHaveLength(7);
  });

  test('of a message that is decompressed, each span is told, to the end of the message', () => {
    const compression = permessageDeflate({ profile: 'device', receiveTakeover: false });
    const opened = (hooks: Hooks): EndpointSetup => {
      const self = new EndpointSetup(hooks, { opening: serverOpening(POLICY), compression }, false).opened();
      self.transport.deliver(
        request({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }),
      );
      expect(self.trace.lines).toEqual(['open']);
      return self;
    };
    const data = new Uint8Array(5000);
    for (const length of [0, 1, 255, 256, 257, 512, 1024, 1025, 4096])
      for (const level of [0, 6]) {
        const message = peerMessage(
          'server',
          2,
          deflated(data.subarray(0, length), { windowBits: 9, level }),
        );
        const [quiet, loud] = [{}, ALL].map(opened);
        for (const each of [quiet, loud]) each.transport.deliver(concat(message, message, message));
        expect(loud.trace.lines).toEqual(quiet.trace.lines);
        expect(loud.trace.lines).toHaveLength(1 + 3);
        expect(loud.host.reports.length).toBeGreaterThanOrEqual(3);
        expect(new Set(loud.host.reports)).toEqual(new Set([thrown]));
        for (const each of [quiet, loud]) each.endpoint.drop();
      }
  });

  test('of a fault behind a message, both are told, once', () => {
    const self = new EndpointSetup(ALL, {}, false).opened();
    self.receive({ opcode: 2, payload: counting(5) }, { opcode: 3 }, { opcode: 2 });
    self.host.wait(100_000);
    expect(self.trace.lines).toEqual(['open', 'binary 00 01 02 03 04', 'over 1006 reservedOpcode']);
    expect(self.host.reports).toEqual([thrown, thrown]);
    self.expectReleased();
  });

  test('at the end of a transport whose message waited, the end is told once', () => {
    const self = new EndpointSetup({ ...ALL, onData: (own) => own.endpoint.pause() }, {}, false).opened();
    // What is wrong with the text is found when its beginning has been read.
    self.receive({ opcode: 1, payload: [0x78, 0xff] });
    self.transport.sink.transportClosed(0);
    self.endpoint.resume();
    self.host.wait(100_000);
    expect(self.trace.lines.filter((line) => line.startsWith('over'))).toHaveLength(1);
    expect(self.host.reports).toEqual([thrown]);
    self.expectReleased();
  });

  test('onOpen behind a handshake throws: that is reported, and what follows is told', () => {
    const self = new EndpointSetup({ onOpen: throws }, { opening: serverOpening(POLICY) }, false).opened();
    self.transport.deliver(request());
    expect(self.host.reports).toEqual([thrown]);
    self.receive({ opcode: 2, payload: [7] });
    expect(self.trace.lines).toEqual(['open', 'binary 07']);
    expect(self.endpoint.send(counting(3), 0, 3, 1)).toBe(0);
  });

  test('a hook of the handshake throws: that is reported, and answered', () => {
    const opening = serverOpening({ ...POLICY, onRequest: throws });
    const self = new EndpointSetup({}, { opening }, false).opened();
    self.transport.deliver(request());
    expect(self.host.reports).toEqual([thrown]);
    expect(Buffer.from(self.transport.taken()).toString('latin1')).toMatch(/^HTTP\/1\.1 500 /);
    self.host.wait(100_000);
    expect(self.trace.lines).toHaveLength(1);
    expect(self.trace.lines[0]).toMatch(/^over 1006 /);
    self.expectReleased();
  });
});

test('our side of the transport is ended once, whatever still comes', () => {
  const self = new EndpointSetup({}, { closeTimeout: 1000 }, false).opened();
  self.receive({ opcode: 3 });
  expect(framesOf(self.transport.taken())).toMatchObject([{ payload: closePayload(1002) }]);
  for (let i = 0; i < 5; i++) {
    self.transport.deliver(counting(100));
    self.transport.sink.transportWritable(0);
    self.host.wait(50);
  }
  expect(self.transport.calls).toEqual(['end']);
  self.host.wait(2000);
  self.expectReleased();
});

describe('a host with turns of its own', () => {
  test('is asked for one by whoever resumes, however often, and needs no timer for it', () => {
    const turns: (() => void)[] = [];
    const self = new EndpointSetup({ onData: (own) => own.endpoint.pause() }, {}, true).opened();
    Object.assign(self.host, { later: (turn: () => void) => void turns.push(turn) });
    self.receive({ opcode: 2, payload: [1] }, { opcode: 2, payload: [2] }, { opcode: 2, payload: [3] });
    for (let i = 2; i <= 3; i++) {
      let scheduled = 0;
      const { schedule } = self.host.Timer;
      Object.assign(self.host.Timer, { schedule: () => void scheduled++ });
      for (let times = 0; times < 3; times++) self.endpoint.resume();
      Object.assign(self.host.Timer, { schedule });
      expect([scheduled, turns.length, self.trace.lines.length]).toEqual([0, 1, i]);
      turns.splice(0).forEach((turn) => turn());
      expect(self.trace.lines).toHaveLength(1 + i);
    }
    expect(turns).toEqual([]);
    self.endpoint.drop();
  });

  test('is asked for none, nor is a timer, by what goes out at once', () => {
    for (const role of ['client', 'server'] as const) {
      const self = new EndpointSetup({}, { role }, false).opened();
      self.host.wait(100);
      let asked = 0;
      Object.assign(self.host, { later: () => void asked++ });
      Object.assign(self.host.Timer, { schedule: () => void asked++ });
      for (let i = 0; i < 3; i++) {
        expect(self.endpoint.send(counting(10), 0, 10, 1)).toBe(0);
        expect(self.endpoint.sendControl(9, counting(1), 0, 1)).toBe(0);
        expect(self.transport.taken().length).toBeGreaterThan(10);
      }
      expect(asked).toBe(0);
    }
  });
});

describe('what is known of it', () => {
  test('is nothing without options that are an object, which is said', async () => {
    for (const options of [undefined, null, 5]) {
      const makes = () => new Endpoint(new ScriptedHost(), options as never, new ScriptedTransport().factory);
      expect((await expectRefused(makes)).message).toBe('options must be an object');
    }
  });

  test('why it ended, when the transport ends again and says nothing', () => {
    const self = new EndpointSetup({}, {}, false).opened();
    self.transport.sink.transportClosed(0, thrown);
    self.transport.sink.transportClosed(0);
    expect(self.endpoint.transportReason).toBe(thrown);
    self.expectReleased();
  });

  test('headers that a server asked for by name', () => {
    const opening = serverOpening({ ...POLICY, requestHeaders: ['origin'] });
    const self = new EndpointSetup({}, { opening }, false).opened();
    self.transport.deliver(request({ Origin: 'https://example.com' }));
    expect([...self.endpoint.headers!.values()]).toEqual(['https://example.com']);
    self.endpoint.drop();
  });
});
