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
 * made where that begins, by no function of their own. It is for classes that extend nothing.
 */
export const openPrivates = (names) => ({
  name: 'open-privates',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    const places = new Map();
    const taken = new Set();
    const bodies = [];
    visit(program, (node, owner) => {
      if (node.type === 'PrivateIdentifier') {
        if (owner.type === 'BinaryExpression')
          this.error(`open-privates: who has #${node.name} is asked for`);
        places.set(node.name, [...(places.get(node.name) ?? []), node]);
      } else if (node.type === 'Identifier' && owner.property === node) taken.add(node.name);
      if (node.type === 'ClassBody' && owner.superClass === null) bodies.push(node.body);
    });
    const free = names.filter((name) => !taken.has(name));
    if (free.length < places.size) this.error('open-privates: there are more private names than others');
    const byUse = [...places.values()].sort((a, b) => b.length - a.length);
    for (const [index, nodes] of byUse.entries())
      for (const { start, end } of nodes) text.update(start, end, free[index]);
    for (const members of bodies) moveFields(text, members);
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
});
