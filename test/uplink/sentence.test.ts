import { expect, test } from 'vitest';
import { isFinalLoss } from '../../hosts/node/uplink.ts';
import { ErrorId } from '../../src/errors.ts';
import { lossOf, UplinkError } from '../../src/uplink/failure.ts';
import type { Change } from '../../src/uplink/options.ts';
import { changeSentence, lossSentence } from '../../src/uplink/sentence.ts';

const waiting = { state: 'waiting', from: 'open', delay: 3249 } as const;

test.each<[Change, string]>([
  [{ ...waiting, loss: { ...lossOf(0), closeCode: 1012 } }, 'closed 1012, again in 3.2 s'],
  [{ ...waiting, loss: { ...lossOf(0), closeCode: 1005 } }, 'closed without a code, again in 3.2 s'],
  [
    { ...waiting, loss: { ...lossOf(ErrorId.httpStatus), httpStatus: 503 } },
    'refused with 503, again in 3.2 s',
  ],
  [
    { ...waiting, loss: lossOf(UplinkError.hookFailed, new Error('no token')) },
    'the function that says what to connect to failed (no token), again in 3.2 s',
  ],
  [
    { ...waiting, delay: -1, loss: lossOf(UplinkError.networkLost) },
    'the network is gone, waiting for the network',
  ],
  [
    {
      state: 'stopped',
      from: 'open',
      delay: -1,
      loss: { ...lossOf(ErrorId.httpStatus), httpStatus: 301, location: '/x' },
    },
    'refused with 301, leading to /x, stopped',
  ],
  [{ state: 'open', from: 'connecting', delay: -1, loss: undefined }, 'open'],
])('%#', (change, sentence) => {
  expect(changeSentence(change)).toBe(sentence);
});

test.each([
  undefined,
  null,
  5,
  'lost',
  {},
  [],
  { error: 0 },
  ...['error', 'closeCode', 'httpStatus', 'location'].flatMap((name) => [
    { ...lossOf(0), [name]: undefined },
    { ...lossOf(0), [name]: name === 'location' ? 0 : '0' },
  ]),
  Object.assign(() => {}, lossOf(0)),
])('what is no loss: %o', (value) => {
  const refused = expect.objectContaining({ id: ErrorId.argumentInvalid, message: 'invalid loss' });
  expect(() => lossSentence(value as never)).toThrow(refused);
  expect(() => isFinalLoss(value as never)).toThrow(refused);
  if (value !== undefined)
    expect(() => changeSentence({ ...waiting, loss: value as never })).toThrow(refused);
});

test.each([
  undefined,
  null,
  5,
  'waiting',
  {},
  { state: 5 },
  { state: 'waiting' },
  { ...waiting, delay: '5' },
])('what is no change: %o', (value) =>
  expect(() => changeSentence(value as never)).toThrow(
    expect.objectContaining({ id: ErrorId.argumentInvalid }),
  ),
);
