import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasShape, isPrintable } from '../../src/uplink/shape.ts';

/** What a character of a shape is as a regular expression. */
const CLASSES: Readonly<Record<string, string>> = { A: '[A-Z]', a: '[a-z]', '0': '[0-9]', _: '[ 0-9]' };

const patternOf = (shape: string): RegExp =>
  new RegExp(
    `^${[...shape].map((one) => CLASSES[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}$`,
  );

/** Neighbours of every class, so that a bound that is one off shows. */
const character = fc.constantFrom(...'@AZ[`az{/09: ,-_\u0000\u007f\u0100');

test('a shape is what its regular expression is', () => {
  const shape = fc.string({ unit: fc.constantFrom(...'Aa0_, :-Z'), maxLength: 6 });
  fc.assert(
    fc.property(shape, fc.string({ unit: character, maxLength: 6 }), (wanted, text) => {
      expect(hasShape(text, wanted)).toBe(patternOf(wanted).test(text));
    }),
    { numRuns: 5_000 },
  );
});

test('each class of a shape has the characters of its regular expression, and no other', () => {
  for (const wanted of 'Aa0_,')
    for (let code = 0; code < 300; code++) {
      const text = String.fromCharCode(code);
      expect(hasShape(text, wanted), `${wanted} ${code}`).toBe(patternOf(wanted).test(text));
    }
});

test('printable is ASCII from the blank to the tilde', () => {
  expect(isPrintable('')).toBe(true);
  for (let code = 0; code < 300; code++)
    expect(isPrintable(`a${String.fromCharCode(code)}`), String(code)).toBe(code >= 32 && code <= 126);
});
