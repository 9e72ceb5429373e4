import MagicString from 'magic-string';
import { visit } from './visit.mjs';

const isConstructor = ({ kind }) => kind === 'constructor';

/** The fields of a class that have no function of their own, in front of what its constructor does. */
function moveFields(text, members) {
  const made = members.find(isConstructor)?.value.body;
  if (made === undefined) return;
  for (const { type, static: isStatic, key, value, start, end } of members) {
    if (type !== 'PropertyDefinition' || isStatic || key.type !== 'PrivateIdentifier') continue;
    if (value === null) text.remove(start, end);
    else if (value.type === 'Literal') {
      text.prependRight(start, 'this.').move(start, end, made.start + 1);
      if (text.original[end - 1] !== ';') text.appendLeft(end, ';');
    }
  }
}

/**
 * A plugin for Rollup: private members become properties with the names `names`, which nobody gives anything of his own. On XS a
 * private name is a variable of the module, of which every method that uses it has a reference: 16 octets of a device's flash
 * each, and 32 where it has no other. Fields that get their value in the constructor need not be declared, and the others are
 * made where that begins, by no function of their own. It is for classes that extend nothing. What a static method `lender.by` does, to lend
 * the member `lender.field`, others do themselves: that has the first name (`lentField`), and the method is gone.
 */
export const openPrivates = (names, lender) => ({
  name: 'open-privates',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    const places = new Map();
    const taken = new Set();
    const bodies = [];
    const lending = [];
    visit(program, (node, owner) => {
      if (node.type === 'PrivateIdentifier') {
        if (owner.type === 'BinaryExpression')
          this.error(`open-privates: who has #${node.name} is asked for`);
        places.set(node.name, [...(places.get(node.name) ?? []), node]);
      } else if (node.type === 'Identifier' && owner.property === node) taken.add(node.name);
      if (node.type === 'ClassBody' && owner.superClass === null) bodies.push(node.body);
      if (node.type === 'MethodDefinition' && node.static && node.key.name === lender?.by) lending.push(node);
    });
    const free = names.filter((name) => !taken.has(name));
    if (free.length < places.size) this.error('open-privates: there are more private names than others');
    const isFirst = ([name]) => Number(name === lender?.field);
    const byUse = [...places].sort((a, b) => isFirst(b) - isFirst(a) || b[1].length - a[1].length);
    for (const [index, [, nodes]] of byUse.entries())
      for (const { start, end } of nodes) text.update(start, end, free[index]);
    if (lender !== undefined && (lending.length !== 1 || free[0] !== names[0] || isFirst(byUse[0]) === 0))
      this.error(`open-privates: ${lender.by} does not lend ${lender.field}`);
    for (const { start, end } of lending) text.remove(start, end);
    for (const members of bodies) moveFields(text, members);
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
});

/**
 * A plugin for Rollup: in place of a call of the static method `by` of another bundle's class, which is not there, the field `name` of its
 * argument.
 */
export const lentField = (by, name) => ({
  name: 'lent-field',
  renderChunk(code) {
    const text = new MagicString(code);
    visit(this.parse(code), ({ type, callee, arguments: given, start, end }) => {
      if (type !== 'CallExpression' || callee.property?.name !== by) return;
      text.overwrite(start, end, `${code.slice(given[0].start, given[0].end)}.${name}`);
    });
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});
