import MagicString from 'magic-string';
import { visit } from './visit.mjs';

/**
 * A plugin for Rollup: properties with the names `names` are internal in a bundle, though a word that others use, too: they get names that
 * begin with `_` and are shortened like these. A name with a point is that of the object in front of it, as it is written.
 */
export const internalNames = (names) => ({
  name: 'internal-names',
  renderChunk(code) {
    const text = new MagicString(code);
    visit(this.parse(code), (node, owner) => {
      if (node.type !== 'Identifier' || owner === undefined || owner.computed) return;
      const isMember = owner.type === 'MemberExpression' && owner.property === node;
      const isKey = /^(?:Property|PropertyDefinition|MethodDefinition)$/.test(owner.type);
      if (!isMember && !(isKey && owner.key === node)) return;
      const whole = isMember ? `${code.slice(owner.object.start, owner.object.end)}.${node.name}` : '';
      if (!names.includes(node.name) && !names.includes(whole)) return;
      if (isMember || !owner.shorthand) text.overwrite(node.start, node.end, `_${node.name}$`);
      else if (owner.value !== node) text.appendLeft(node.start, `_${node.name}$: `);
    });
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});
