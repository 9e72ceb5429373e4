import { readFileSync } from 'node:fs';
import MagicString from 'magic-string';
import { parseAst } from 'rollup/parseAst';
import { visit } from './visit.mjs';

const MODULE = 'ringlet/natives';

/** How many arguments each native takes. */
const counts = new Map();
visit(parseAst(readFileSync(new URL('../manifests/natives/natives.js', import.meta.url), 'utf8')), (node) => {
  if (node.type === 'FunctionDeclaration') counts.set(node.id.name, node.params.length);
});

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
 * called for every message (`often`): these are constants of the module. On XS a name of the module takes 19 octets of bytecode and a slot in
 * flash, and 4 more where it is used. What a native does not look at is not given to it: some arguments are there for their twins in TypeScript.
 */
export const natives = (often) => ({
  name: 'natives',
  renderChunk(code) {
    const program = this.parse(code);
    const { all, imports, names } = namesOf(program);
    if (names.length === 0) return null;
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
      if (node.type === 'CallExpression') dropSurplus(text, node, counts.get(nameOf.get(node.callee.name)));
      const isName = node.type === 'Identifier' && nameOf.has(node.name);
      if (!isName || (owner.property === node && !owner.computed) || (owner.key === node && !owner.shorthand))
        return true;
      if (/^(?:Variable|Function|Arrow|Class|Catch)/.test(owner.type) && owner.init !== node)
        this.error(`natives: ${node.name} is something else, too`);
      const name = nameOf.get(node.name);
      if (!often.includes(name)) text.overwrite(node.start, node.end, `${all}.${name}`);
      return true;
    });
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
});

/** Removes the arguments of a call that are more than `count`, if there are some and nothing happens where they are evaluated. */
function dropSurplus(text, { arguments: given }, count) {
  const surplus = given.slice(count ?? given.length);
  if (surplus.length > 0 && surplus.every(isPure)) text.remove(given[count - 1].end, given.at(-1).end);
}
