/** What throws by itself when it is looked at is refused by an error that says what that was, with what it threw as the cause. */
import { expect, test } from 'vitest';
import { WebSocketClient } from '../../src/checked.ts';
import { Endpoint } from '../../src/client/endpoint.ts';
import { SansIoConnection } from '../../src/connection/sans-io.ts';
import { ErrorId } from '../../src/errors.ts';
import { clientOpening, permessageDeflate, requestOf, serverOpening } from '../../src/index.ts';
import { isFinalLoss } from '../../src/uplink/check-loss.ts';
import { changeSentence, lossSentence } from '../../src/uplink/sentence.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { EVENTS } from '../support/wrong-options.ts';

const error = new Error('of the application');
const boom = (): never => {
  throw error;
};
const throwing = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom }) as never;
const SOUND = { role: 'client', events: EVENTS, target: {}, random: () => 1 } as const;
const wrong = ErrorId.optionInvalid;

test.each<[what: string, id: number, call: () => unknown]>([
  ['an option', wrong, () => new SansIoConnection(throwing)],
  ['what opening makes', wrong, () => new SansIoConnection({ ...SOUND, opening: () => throwing })],
  ['an option', wrong, () => new Endpoint(new ScriptedHost(), throwing, boom)],
  [
    'what opening makes',
    wrong,
    () => new Endpoint(new ScriptedHost(), { ...SOUND, opening: () => throwing } as never, boom),
  ],
  ['what connect makes', wrong, () => new Endpoint(new ScriptedHost(), SOUND as never, () => throwing)],
  ['an option', wrong, () => new WebSocketClient(throwing, new ScriptedHost())],
  ['an option of requestOf', wrong, () => requestOf(throwing)],
  ['an option of permessageDeflate', wrong, () => permessageDeflate(throwing)],
  ['the request', ErrorId.argumentInvalid, () => clientOpening(throwing)],
  ['the policy', wrong, () => serverOpening(throwing)],
  ['the loss', ErrorId.argumentInvalid, () => isFinalLoss(throwing)],
  ['the loss', ErrorId.argumentInvalid, () => lossSentence(throwing)],
  ['the change', ErrorId.argumentInvalid, () => changeSentence(throwing)],
])('%s', (what, id, call) => {
  expect(call).toThrow(expect.objectContaining({ id, message: `${what} cannot be read`, cause: error }));
});

test('of an endpoint that was not made nothing is left', () => {
  const host = new ScriptedHost();
  expect(() => new Endpoint(host, { ...SOUND, opening: () => throwing } as never, boom)).toThrow();
  expect(() => new Endpoint(host, SOUND as never, () => throwing)).toThrow();
  expect(host.timers).toBe(0);
});
