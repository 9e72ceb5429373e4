/**
 * A native and its twin in TypeScript have the same shape: `manifests/types/natives.d.ts` is read beside `src/`, since apps have
 * the one without the other. What both do is compared by test/xs/natives.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Shape {
  /** Name and type of each parameter. */
  readonly parameters: readonly (readonly [name: string, type: string])[];
  readonly result: string;
}

/** Numbers that have names in `src/`, and what stands in the place of its types where apps have none of them. */
const TYPES: Readonly<Record<string, string>> = {
  ErrorId: 'number',
  Deadline: 'number',
  Rule: 'number',
  Limits: 'Timeouts',
};

const read = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(root + file, 'utf8'), ts.ScriptTarget.Latest, true);

const typeOf = (node: ts.TypeNode | undefined): string => {
  const text = node?.getText().replaceAll(/\s+/g, ' ') ?? 'number';
  return TYPES[text] ?? text;
};

function functionsOf(file: string): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  read(file).forEachChild((node) => {
    if (!ts.isFunctionDeclaration(node) || node.name === undefined) return;
    const parameters = node.parameters
      .filter(({ dotDotDotToken }) => dotDotDotToken === undefined)
      .map(({ name, type }) => [name.getText().replace(/^_/, ''), typeOf(type)] as const);
    shapes.set(node.name.text, { parameters, result: typeOf(node.type) });
  });
  return shapes;
}

/** The natives that a module in the place of one of `src/` exports, by exported name; classes have their twin's type. */
function nativesOf(file: string): Map<string, string> {
  const text = readFileSync(root + file, 'utf8');
  const names = /export (?:const )?[{]([^}]*)[}] (?:= natives|from 'ringlet\/natives')/.exec(text)?.[1];
  if (names === undefined) return new Map();
  return new Map(
    names
      .split(',')
      .map((each) => each.trim().split(' as '))
      .map(([native, name = native]) => [name as string, native as string]),
  );
}

/** The file of `src/` that a module says it takes the place of. */
const twinOf = (file: string): string =>
  /In place of `(src\/[^`]*)`/.exec(readFileSync(root + file, 'utf8'))?.[1] as string;

const natives = functionsOf('manifests/types/natives.d.ts');
const PLACES = readdirSync(`${root}hosts/moddable/natives`).map((name) => `hosts/moddable/natives/${name}`);

/** Native, its name in `src/`, and the file there; those of the opening handshake's proof are members of one object there. */
const PAIRS = [
  ...PLACES.flatMap((place) =>
    [...nativesOf(place)].map(([name, native]) => [native, name, twinOf(place)] as const),
  ),
  ...['keyOf', 'acceptOf'].map((name) => [name, name, 'src/handshake/accept.ts'] as const),
];

test('each native that is declared takes the place of something', () => {
  expect(new Set(PAIRS.map(([native]) => native))).toEqual(new Set(natives.keys()));
});

test.each(PAIRS)('%s has the shape of %s in %s', (native, name, file) => {
  const shape = natives.get(native)!;
  const twin = functionsOf(file).get(name)!;
  // What is unknown to the native is for the twin alone.
  const known = twin.parameters.map(([name, type], at) =>
    shape.parameters[at]?.[1] === 'unknown' ? [name, 'unknown'] : [name, type],
  );
  expect(known.slice(0, shape.parameters.length)).toEqual(shape.parameters);
  expect(twin.result).toBe(shape.result);
});

test('the milliseconds that deadlines are counted by are limits of a connection', () => {
  const namesOf = (file: string, name: string): string[] => {
    const names: string[] = [];
    read(file).forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node) && node.name.text === name)
        names.push(...node.members.map((member) => `${member.name!.getText()}: ${member.getText()}`));
    });
    return names;
  };
  const limits = namesOf('src/connection/limits.ts', 'Limits');
  expect(namesOf('manifests/types/natives.d.ts', 'Timeouts')).toEqual(
    limits.filter((limit) => !limit.startsWith('max')),
  );
});
