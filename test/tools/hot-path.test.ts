/** What allocates on XS is refused wherever octets, frames and messages pass: each construct is seen to be refused. */
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const eslint = new ESLint({ cwd: root });

const method = (body: string): string => `export class A { m(a: never[], b: never): unknown { ${body} } }\n`;

const ALLOCATING: Readonly<Record<string, string>> = {
  'for…of': method('for (const one of a) one; return b;'),
  'for…in': method('for (const one in a) one; return b;'),
  spread: method('return Math.max(...a);'),
  'a rest argument': 'export function f(...a: number[]): number { return a.length; }\n',
  'array destructuring': method('const [first] = a; return first;'),
  'a template': method('return `${b}`;'),
  'a closure': method('return () => b;'),
  'an object': method('return { b };'),
  'an array': method('return [b];'),
  'an instance': method('return new Uint8Array(4);'),
  'a view': method('return (b as Uint8Array).subarray(1);'),
};

async function refusalsOf(code: string, file: string): Promise<number> {
  const [result] = await eslint.lintText(code, { filePath: `${root}src/${file}` });
  return (result as ESLint.LintResult).messages.filter(({ ruleId }) => ruleId === 'no-restricted-syntax')
    .length;
}

const ROOMS = ['frame/header.ts', 'deflate/encode/new.ts', 'connection/new.ts', 'client/new.ts'];

test.each(Object.entries(ALLOCATING))('%s', async (_, code) => {
  for (const file of ROOMS) expect(await refusalsOf(code, file), file).toBe(1);
});

test('what is thrown, and what constructors make, may be', async () => {
  expect(await refusalsOf(method("throw new Error('misuse');"), ROOMS[0] as string)).toBe(0);
  expect(
    await refusalsOf(
      'export class A { b = new Uint8Array(4); constructor() { this.b = new Uint8Array(5); } }\n',
      ROOMS[0] as string,
    ),
  ).toBe(0);
});
