import { readFileSync } from 'node:fs';
import MagicString from 'magic-string';
import { parseAst } from 'rollup/parseAst';
import { visit } from './visit.mjs';

const MODULE = 'ringlet/natives';

/** How many arguments each native of a module takes, by its name. */
function countsOf(path) {
  const counts = new Map();
  const { body } = parseAst(readFileSync(new URL(`../../manifests/${path}`, import.meta.url), 'utf8'));
  for (const { declaration } of body)
    if (declaration?.type === 'FunctionDeclaration')
      counts.set(declaration.id.name, declaration.params.length);
  return counts;
}

const counts = countsOf('natives/natives.js');
const { word } = Object.fromEntries(countsOf('random/random.js'));

const isPure = ({ type, object }) =>
  type === 'Identifier' ||
  type === 'Literal' ||
  type === 'ThisExpression' ||
  (type === 'MemberExpression' && isPure(object));

/** The names that a module gives natives, as `[statement, local name, name]`: by importing them, or taking them from all. */
function namesOf({ body }) {
  const imports = body.filter(({ type, source }) => type === 'ImportDeclaration' && source.value === MODULE);
  const all = imports
    .flatMap(({ specifiers }) => specifiers)
    .find(({ type }) => type === 'ImportNamespaceSpecifier');
  const named = imports.flatMap((statement) =>
    statement.specifiers
      .filter(({ type }) => type === 'ImportSpecifier')
      .map(({ local, imported }) => [statement, local.name, imported.name]),
  );
  const taken = body
    .filter(
      ({ declarations: [{ id, init }] = [{}] }) =>
        id?.type === 'ObjectPattern' && init.name === all?.local.name,
    )
    .flatMap((statement) =>
      statement.declarations[0].id.properties.map(({ key, value }) => [statement, value.name, key.name]),
    );
  return { all: all?.local.name ?? 'natives', imports, names: [...named, ...taken] };
}

/**
 * A plugin for Rollup: all natives come from one import, in which each is looked up where it is called, but for those that are
 * called for every message (`often`): these are constants of the module. On XS a name of the module takes 19 octets of
 * bytecode and a slot in flash, and more where it is used. What a native does not look at is not given to it, nor to the
 * source of randomness: some arguments are there for twins in TypeScript.
 */
export const natives = (often) => ({
  name: 'natives',
  renderChunk(code) {
    const program = this.parse(code);
    const { all, imports, names } = namesOf(program);
    if (imports.length === 0) return null;
    const text = new MagicString(code);
    const nameOf = new Map(names.map(([, local, name]) => [local, name]));
    const statements = new Set([...imports, ...names.map(([statement]) => statement)]);
    for (const { start, end } of statements) text.remove(start, end);
    const constants = [...nameOf].filter(([, name]) => often.includes(name));
    const list = constants.map(([local, name]) => (local === name ? name : `${name}: ${local}`)).join(', ');
    const taken = list === '' ? '' : `const { ${list} } = ${all};\n`;
    const { end } = program.body.findLast(({ type }) => type === 'ImportDeclaration');
    text.prepend(`import * as ${all} from '${MODULE}';\n`).appendLeft(end, `\n${taken}`);
    visit(program, (node, owner) => {
      if (statements.has(node)) return false;
      if (node.type === 'CallExpression') dropSurplus(text, node, nameOf);
      const isName = node.type === 'Identifier' && nameOf.has(node.name);
      if (!isName || (owner.property === node && !owner.computed) || (owner.key === node && !owner.shorthand))
        return true;
      if (
        /^(?:Variable|Function|Arrow|Class|Catch)/.test(owner.type) &&
        owner.init !== node &&
        owner.body !== node
      )
        this.error(`natives: ${node.name} is something else, too`);
      const name = nameOf.get(node.name);
      if (!often.includes(name)) text.overwrite(node.start, node.end, `${all}.${name}`);
      return true;
    });
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
});

/** Removes the arguments of a native that are more than it takes, where nothing happens when they are evaluated. */
function dropSurplus(text, { callee, arguments: given }, nameOf) {
  const count = callee.name === 'word' ? word : counts.get(nameOf.get(callee.name));
  const surplus = given.slice(count ?? given.length);
  if (surplus.length === 0 || !surplus.every(isPure)) return;
  text.remove(count === 0 ? surplus[0].start : given[count - 1].end, surplus.at(-1).end);
}
