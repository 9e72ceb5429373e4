/**
 * What allocates on XS is refused wherever octets, frames and messages pass: each construct is seen to be refused, and one in each
 * file of which devices have a part.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
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
  'an object in a constant function': 'export const f = (b: never): unknown => ({ b });\n',
  'an object in a method of an object':
    'export const A = Object.freeze({ m(b: never): unknown { return { b }; } });\n',
  'an object in a function of a field': 'export class A { m = (b: never): unknown => ({ b }); }\n',
  'a call upwards': 'export abstract class A { protected abstract m(): void; }\n',
};

const refusalsOf = (code: string, file: string): Promise<number> => refusalsIn(code, `src/${file}`);

async function refusalsIn(code: string, path: string): Promise<number> {
  const [result] = await eslint.lintText(code, { filePath: root + path });
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

/** What is in the modules of devices and does not run for messages: options, the opening handshake, the life of an uplink. */
const NOT_FOR_MESSAGES = [
  /^hosts[/]moddable[/](host|socket|uplink|websocket-client|lean[/]check-callbacks)[.]ts$/,
  /^src[/](errors|freeze)[.]ts$/,
  /^src[/]handshake[/]/,
  /^src[/]client[/]open-stream[.]ts$/,
  /^src[/]connection[/]options[.]ts$/,
  /^src[/]deflate[/](negotiate|permessage-deflate|profiles)[.]ts$/,
  /^src[/]socket[/]socket-options[.]ts$/,
  /^src[/]uplink[/](backoff|check|delay|events|failure|hook|retry-after|rotation|shape|states|times)[.]ts$/,
  /^src[/]uplink[/]outbox[/]restore[.]ts$/,
];

/** The files that a module of devices is made of, which its source map names. */
function sourcesOf(name: string): string[] {
  const map = `dist/moddable/${name}.js.map`;
  const { sources } = JSON.parse(readFileSync(root + map, 'utf8')) as { sources: string[] };
  return sources.map((source) => relative(root, resolve(root, 'dist/moddable', source)));
}

test('an allocation is refused in every file that runs for messages on a device', async () => {
  const files = new Set(['ringlet', 'deflate', 'uplink', 'socket'].flatMap(sourcesOf));
  const isSpared = (file: string): boolean => NOT_FOR_MESSAGES.some((pattern) => pattern.test(file));
  const planted = 'export function planted(a: never): unknown { return { a }; }\n';
  expect([...files].filter((file) => !isSpared(file)).length).toBeGreaterThan(40);
  for (const file of files) {
    const code = `${readFileSync(root + file, 'utf8')}${planted}`;
    expect(await refusalsIn(code, file), file).toBe(isSpared(file) ? 0 : 1);
  }
});
