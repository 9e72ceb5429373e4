/** The options of permessage-deflate: what each may be, up to its bounds, and what the refusal of others says. */
import { expect, test } from 'vitest';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { profileFor } from '../../src/deflate/profiles.ts';
import { ErrorId } from '../../src/errors.ts';

test.each([
  {},
  { profile: 'device' },
  { profile: 'desk' },
  { receiveWindowBits: 8, transmitWindowBits: 15 },
  { receiveWindowBits: 15, transmitWindowBits: 8 },
  { receiveTakeover: false, transmitTakeover: true },
  { threshold: 0 },
  { threshold: Infinity },
] as const)('%o is what was asked for, and the rest as it is otherwise', (options) => {
  const { profile, ...asked } = { profile: 'device' as const, ...options };
  const { negotiation, deflate } = profileFor(options);
  expect(negotiation).toEqual({ ...profileFor({ profile }).negotiation, ...asked });
  expect(deflate.windowBits).toBe(negotiation.transmitWindowBits);
});

test.each<[options: unknown, says: string]>([
  [undefined, 'permessageDeflate needs an object of options'],
  [null, 'permessageDeflate needs an object of options'],
  ['desk', 'permessageDeflate needs an object of options'],
  [{ windowBits: 9 }, 'permessageDeflate has no option "windowBits"'],
  [{ hasOwnProperty: undefined }, 'permessageDeflate has no option "hasOwnProperty"'],
  [{ profile: 'desktop' }, 'profile must be "device" or "desk"'],
  [{ profile: 'negotiation' }, 'profile must be "device" or "desk"'],
  ...['receiveWindowBits', 'transmitWindowBits'].flatMap((name) =>
    [7, 16, 8.5, NaN, '9', true].map(
      (value) => [{ [name]: value }, `${name} must be an integer from 8 to 15`] as [unknown, string],
    ),
  ),
  ...['receiveTakeover', 'transmitTakeover'].flatMap((name) =>
    [0, 1, 'true', {}].map(
      (value) => [{ [name]: value }, `${name} must be true or false`] as [unknown, string],
    ),
  ),
  ...[-1, NaN, '0', {}].map(
    (threshold) => [{ threshold }, 'threshold must be a number of octets'] as [unknown, string],
  ),
])('%o is refused: %s', (options, message) => {
  expect(() => profileFor(options as never)).toThrow(
    expect.objectContaining({ id: ErrorId.optionInvalid, message }),
  );
});

test('memory that is asked for is as much as it takes, in whole words', () => {
  for (let bits = 8; bits <= 15; bits++) {
    const made = permessageDeflate({ receiveWindowBits: bits, transmitWindowBits: bits });
    expect(made.memory % 4).toBe(0);
    // Two windows are the least that it can be.
    expect(made.memory).toBeGreaterThan(2 * 2 ** bits);
    expect(() => made._create(new Uint8Array(made.memory + 4), 4)).not.toThrow();
  }
});
