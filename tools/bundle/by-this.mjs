import MagicString from 'magic-string';
import { visit } from './visit.mjs';

/** The names of a module: what it imports, and what it declares. */
function namesOf({ body }) {
  const names = new Set();
  for (const node of body) {
    for (const { local } of node.specifiers ?? [])
      if (node.type === 'ImportDeclaration') names.add(local.name);
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') names.add(node.id.name);
    for (const { id } of node.declarations ?? [])
      if (id.type === 'Identifier') names.add(id.name);
      else for (const { value } of id.properties) names.add(value.name);
  }
  return names;
}

/** Methods that use a name, for it to be worth a property. */
const LEAST = 1;

/** Whether an identifier is a variable that is read. */
const isRead = (node, owner) =>
  node.type === 'Identifier' &&
  !(owner.type === 'MemberExpression' && owner.property === node && !owner.computed) &&
  !(owner.key === node && !owner.computed) &&
  !/^(?:Labeled|Break|Continue)Statement$/.test(owner.type);

/** The names of the module that a method reads, and where; undefined if it gives one of them another meaning. */
function readBy(method, names) {
  const own = new Set();
  const places = [];
  let isPlain = true;
  visit(method.value, (node, owner) => {
    if (node.type === 'FunctionExpression' && node !== method.value) isPlain = false;
    if (
      /^(?:VariableDeclarator|Catch|Function|Arrow)/.test(owner?.type ?? '') &&
      owner.init !== node &&
      owner.body !== node
    )
      visit(node, (one) => void (one.type === 'Identifier' && own.add(one.name)));
    if (owner?.type === 'Property' && owner.shorthand && owner.value === node && names.has(node.name))
      isPlain = false;
    if (isRead(node, owner ?? node) && names.has(node.name)) places.push(node);
  });
  return isPlain && !places.some(({ name }) => own.has(name)) ? places : undefined;
}

/**
 * A plugin for Rollup: what methods of the classes `classes` use of their module is a property of the class's prototype, but for the
 * methods `often`. On XS a function has a reference of its own to each name of the module that it uses, a slot of a device's
 * flash, and two more if it has any: 16 octets each. A property is one slot for all methods, and takes longer to be found.
 */
export const byThis = (classes, often) => ({
  name: 'by-this',
  renderChunk(code) {
    const program = this.parse(code);
    const names = namesOf(program);
    const text = new MagicString(code);
    for (const { type, id, body } of program.body) {
      if (type !== 'ClassDeclaration' || !classes.includes(id.name)) continue;
      const reads = body.body
        .filter(
          ({ type, static: isStatic, key }) =>
            type === 'MethodDefinition' && !isStatic && !often.includes(key.name),
        )
        .map((member) => readBy(member, names) ?? []);
      const users = new Map();
      for (const places of reads)
        for (const name of new Set(places.map((one) => one.name)))
          users.set(name, (users.get(name) ?? 0) + 1);
      const given = new Set([...users.keys()].filter((name) => users.get(name) >= LEAST));
      for (const { start, end, name } of reads.flat())
        if (given.has(name)) text.overwrite(start, end, `this._${name}$`);
      for (const name of given) text.append(`\n${id.name}.prototype._${name}$ = ${name};`);
    }
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});
