/**
 * What is preloaded lies in flash: the SDK freezes functions and classes, and warns of an array or object literal at the top of
 * a module that is not frozen, since its memory would be copied to RAM wherever somebody writes to it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../dist/moddable', import.meta.url));
const modules = readdirSync(folder).filter((name) => name.endsWith('.js'));

/** Names at the top of a module that are given a literal as it is. */
function notFrozen(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList: { declarations } }) => [...declarations])
    .filter(({ initializer }) => {
      if (initializer === undefined) return false;
      return ts.isArrayLiteralExpression(initializer) || ts.isObjectLiteralExpression(initializer);
    })
    .map(({ name }) => (ts.isIdentifier(name) ? name.text : '?'));
}

test.each(modules)('%s has nothing at its top that is not frozen', (file) => {
  expect(notFrozen(file)).toEqual([]);
});
