import MagicString from 'magic-string';

/** Whether a function can be an arrow function: it knows neither `this` nor `arguments`, and does not stop halfway. */
const isArrow = (node, code) =>
  node.type === 'FunctionDeclaration' &&
  !node.generator &&
  !/\b(?:this|arguments)\b/.test(code.slice(node.start, node.end));

/**
 * A plugin for Rollup: function declarations of a module become arrow functions, which nobody can construct. XS gives
 * every other function a prototype, three slots of 16 octets in a device's flash, or in its memory if nothing is preloaded.
 * They stand in front of all else, so that whatever is evaluated when the module is loaded finds them.
 */
export const arrows = {
  name: 'arrows',
  renderChunk(code) {
    const { body } = this.parse(code);
    const text = new MagicString(code);
    const last = body.findLast(({ type }) => type === 'ImportDeclaration');
    const front = last?.end ?? 0;
    for (const node of body.filter((node) => isArrow(node, code))) {
      const [first, ...others] = node.params;
      const end = (others.at(-1) ?? first)?.end;
      const params = first === undefined ? '' : code.slice(first.start, end);
      text.overwrite(
        node.start,
        node.body.start,
        `\nconst ${node.id.name} = ${node.async ? 'async ' : ''}(${params}) => `,
      );
      text.appendLeft(node.end, ';');
      if (node.start > front) text.move(node.start, node.end, front);
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
