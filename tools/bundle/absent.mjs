import MagicString from 'magic-string';
import { visit } from './visit.mjs';

/**
 * A plugin for Rollup: the members `names` of the objects `objects`, as they are written, are not there on devices. What reads them
 * has `undefined` instead, and what would follow from them is left out when the bundle is minified.
 */
export const absent = (objects, names) => ({
  name: 'absent',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    const isOne = ({ start, end }) => objects.includes(code.slice(start, end));
    visit(program, (node, owner, above) => {
      const { type, object, property, id, init } = node;
      if (type === 'ChainExpression' && node.expression.callee?.type === 'MemberExpression') {
        const { callee, optional } = node.expression;
        if (optional && isOne(callee.object) && names.includes(callee.property.name)) {
          text.overwrite(node.start, node.end, 'undefined');
          return false;
        }
      }
      if (type === 'MemberExpression' && !node.computed && isOne(object) && names.includes(property.name))
        text.overwrite(node.start, node.end, 'undefined');
      if (type !== 'VariableDeclarator' || id.type !== 'ObjectPattern' || !isOne(init)) return true;
      const left = id.properties.filter(({ key }) => !names.includes(key.name));
      if (left.length === id.properties.length) return true;
      if (owner.declarations.length > 1) this.error('absent: a declaration of its own is needed');
      if (left.length === 0) text.remove(owner.start, owner.end);
      else
        text.overwrite(
          id.start,
          id.end,
          `{ ${left.map(({ start, end }) => code.slice(start, end)).join(', ')} }`,
        );
      const gone = id.properties.filter((one) => !left.includes(one)).map(({ value }) => value.name);
      visit(above, (inner, holder) => {
        const isRead =
          inner.type === 'Identifier' &&
          gone.includes(inner.name) &&
          holder.type !== 'Property' &&
          holder.property !== inner;
        if (isRead) text.overwrite(inner.start, inner.end, 'undefined');
      });
      return true;
    });
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});
