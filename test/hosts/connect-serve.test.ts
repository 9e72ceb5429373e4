/** What `connect` and `serve` refuse before there is a socket. */
import { describe, expect, test } from 'vitest';
import { connect } from '../../hosts/node/connect.ts';
import { serve } from '../../hosts/node/serve.ts';
import type { EndpointEvents } from '../../src/client/endpoint.ts';
import { ErrorId, RingletError } from '../../src/connection/errors.ts';

const EVENTS: EndpointEvents<object> = {
  onOpen() {},
  onData() {},
  onControl() {},
  onWritable() {},
  onClose() {},
};

/** The RingletError that `call` throws or fails with. */
async function refusalOf(call: () => unknown): Promise<RingletError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(RingletError);
    return error as RingletError;
  }
  throw new Error('nothing was refused');
}

describe('events', () => {
  const lacking = (name: string): EndpointEvents<object> => ({ ...EVENTS, [name]: undefined });

  test.each(Object.keys(EVENTS))('without %s are refused when the endpoint is made', async (name) => {
    const events = lacking(name);
    const refusals = [
      await refusalOf(() => connect('ws://127.0.0.1:1/', { events, target: {} })),
      await refusalOf(() => serve({ events, accept: () => ({}) })),
    ];
    for (const { id, message } of refusals) {
      expect([id, message]).toEqual([ErrorId.optionInvalid, `events must have the method ${name}`]);
    }
  });

  test('that are none at all are refused likewise', async () => {
    const events = undefined as unknown as EndpointEvents<object>;
    expect((await refusalOf(() => serve({ events, accept: () => ({}) }))).id).toBe(ErrorId.optionInvalid);
  });

  test('may have their methods from a class', async () => {
    class Events implements EndpointEvents<object> {
      onOpen(): void {}
      onData(): void {}
      onControl(): void {}
      onWritable(): void {}
      onClose(): void {}
    }
    const server = await serve({ events: new Events(), accept: () => ({}) });
    connect(`ws://127.0.0.1:${server.port}/`, { events: new Events(), target: {} }).drop();
    await server.close();
  });
});
