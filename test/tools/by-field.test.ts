import type { Plugin } from 'rollup';
import { describe, expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { givenFields, readFields } = (await import('../../tools/bundle/by-field.mjs' as string)) as {
  givenFields(holder: string, names: Readonly<Record<string, string>>): Plugin;
  readFields(fields: readonly string[], often: readonly string[]): Plugin;
};

interface Some {
  begin(): unknown;
}

const result = (exports: Record<string, unknown>): unknown =>
  new (exports as { Some: new () => Some }).Some().begin();

describe('parameters that are a field', () => {
  const made = (code: string) =>
    madeBy([givenFields('Some', { bytes: 'memory', words: '_words' })], code, true);
  const holding = (methods: string): string => `
    export class Some {
      constructor() { this.memory = [1, 2]; this._words = [3]; }
      ${methods}
    }`;

  test('are read from there, however far they are handed on', async () => {
    const { text, exports } = await made(
      holding(`
        begin() { const memory = this.memory; return this.first(memory, 5, this._words); }
        first(bytes, start, words) { return this.second(words, bytes, start) + bytes[0]; }
        second(words, bytes, start) { return bytes[1] * 100 + start * 10 + this.third(bytes); }
        third(bytes) { return 1000; }`),
    );
    expect(result(exports)).toBe(1251);
    expect(text).toMatch(/first\(start\)/);
    expect(text).toMatch(/this\.second\(start\)/);
    expect(text).toMatch(/second\(start\)/);
    expect(text).toMatch(/this\.third\(\)/);
  });

  test.each([
    ['who gives something else', 'begin() { return this.first([7]) + this.first(this.memory); }'],
    ['another variable of the name', 'begin() { const memory = [7]; return this.first(memory) + 1; }'],
    [
      'a method that is handed over',
      'begin() { const { first } = this; return this.first.call(this, [7]) + 1; }',
    ],
    ['an argument that is not there', 'begin() { return this.first?.([7]) + 1; }'],
    ['another object', 'begin() { const other = this; return other.first([7]) + 1; }'],
  ])('stay for %s', async (_name, begin) => {
    const { text, exports } = await made(holding(`${begin} first(bytes) { return bytes[0]; }`));
    expect(text).toContain('first(bytes)');
    expect(result(exports)).toBe(8);
  });

  test('stay where they are changed', async () => {
    const { text, exports } = await made(
      holding(`begin() { return this.first(this.memory); } first(bytes) { bytes = [9]; return bytes[0]; }`),
    );
    expect(text).toContain('first(bytes)');
    expect(result(exports)).toBe(9);
  });
});

describe('constants that are a field', () => {
  const made = (code: string) => madeBy([readFields(['memory'], ['often'])], code, true);

  test('are not there where they are read a few times, nor where another hides them', async () => {
    const { text, exports } = await made(`
      export class Some {
        constructor() { this.memory = [1, 2]; this.other = [5]; }
        begin() {
          const memory = this.memory;
          const other = this.other;
          { const memory = [70]; other.push(memory[0]); }
          const made = { memory };
          return [memory[0], made.memory[1], other[1], this.often(), this.many()];
        }
        often() { const memory = this.memory; return memory[0] + memory[1] + memory.length; }
        many() {
          const memory = this.memory;
          return memory[0] + memory[0] + memory[0] + memory[0] + memory[1];
        }
      }`);
    expect(result(exports)).toEqual([1, 2, 70, 5, 6]);
    expect(text.match(/const memory = this\.memory/g)).toHaveLength(2);
    expect(text).toContain('memory: this.memory');
    expect(text).toContain('const other = this.other');
  });

  test('stay in a loop of what is called often', async () => {
    const { text, exports } = await made(`
      export class Some {
        constructor() { this.memory = [1, 2]; }
        begin() { return this.often(); }
        often() { const memory = this.memory; let sum = 0; for (let i = 0; i < 2; i++) sum += memory[i]; return sum; }
      }`);
    expect(result(exports)).toBe(3);
    expect(text).toContain('const memory = this.memory');
  });
});
