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

const natively = countsOf('natives/natives.js');
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

/** The object whose methods are natives on devices: half of the opening handshake knows them by it. */
const PROOF = 'this._proof';

/**
 * A plugin for Rollup: all natives come from one import. Those that are called for every message are constants of the module, by
 * what `often` says that they are called on devices; on XS a name of the module takes 19 octets of bytecode and a slot in flash,
 * and more where it is used. All others are called by one native, `call`, with their place in `rare` behind their arguments, of which
 * that says how many there are: a native of its own takes 110 octets of flash. What a native does not look at is not given to
 * it, nor to the source of randomness: some arguments are there for twins in TypeScript.
 */
export const natives = (often, rare, call) => {
  const places = Object.keys(rare);
  const countOf = (name) => rare[name] ?? natively.get(often[name]);
  return {
    name: 'natives',
    renderChunk(code) {
      const program = this.parse(code);
      const { all, imports, names } = namesOf(program);
      if (imports.length === 0) return null;
      const text = new MagicString(code);
      const nameOf = new Map(names.map(([, local, name]) => [local, name]));
      const statements = new Set([...imports, ...names.map(([statement]) => statement)]);
      for (const { start, end } of statements) text.remove(start, end);
      const list = [...nameOf]
        .filter(([, name]) => name in often)
        .map(([local, name]) => [often[name], local]);
      const callRare = (node, name) => {
        const { callee, arguments: given } = node;
        if (given.length < rare[name]) this.error(`natives: an argument of ${name} is missing`);
        text.overwrite(callee.start, callee.end, 'rare');
        text.appendLeft(node.end - 1, `${given.length === 0 ? '' : ', '}${places.indexOf(name)}`);
        if (!list.some(([, local]) => local === 'rare')) list.push([call, 'rare']);
      };
      visit(program, (node, owner) => {
        if (statements.has(node)) return false;
        if (node.type === 'CallExpression') {
          const { callee } = node;
          const count = callee.name === 'word' ? word : countOf(nameOf.get(callee.name));
          dropSurplus(text, node, count);
          const isProof =
            callee.type === 'MemberExpression' &&
            code.slice(callee.object.start, callee.object.end) === PROOF &&
            callee.property.name in rare;
          if (isProof) callRare(node, callee.property.name);
        }
        const isName = node.type === 'Identifier' && nameOf.has(node.name);
        if (
          !isName ||
          (owner.property === node && !owner.computed) ||
          (owner.key === node && !owner.shorthand)
        )
          return true;
        if (
          /^(?:Variable|Function|Arrow|Class|Catch)/.test(owner.type) &&
          owner.init !== node &&
          owner.body !== node
        )
          this.error(`natives: ${node.name} is something else, too`);
        const name = nameOf.get(node.name);
        if (name in often) return true;
        if (!(name in rare) || owner.type !== 'CallExpression' || owner.callee !== node)
          this.error(`natives: ${name} is not called`);
        callRare(owner, name);
        return true;
      });
      const { end } = program.body.findLast(({ type }) => type === 'ImportDeclaration');
      const constants = list.map(([name, local]) => (local === name ? name : `${name}: ${local}`)).join(', ');
      text
        .prepend(`import * as ${all} from '${MODULE}';\n`)
        .appendLeft(end, list.length === 0 ? '\n' : `\nconst { ${constants} } = ${all};\n`);
      return { code: text.toString(), map: text.generateMap({ hires: true }) };
    },
  };
};

/** Removes the arguments of a native that are more than the `count` it takes, where nothing happens when they are evaluated. */
function dropSurplus(text, { arguments: given }, count) {
  const surplus = given.slice(count ?? given.length);
  if (surplus.length === 0 || !surplus.every(isPure)) return;
  text.remove(count === 0 ? surplus[0].start : given[count - 1].end, surplus.at(-1).end);
}
