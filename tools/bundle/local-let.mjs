import MagicString from 'magic-string';
import { visit } from './visit.mjs';

/**
 * A plugin for Rollup: constants inside functions are declared by `let`, which is shorter and is the same to XS. Those of a
 * module stay constants: a module that is preloaded would need memory for each variable that it may change.
 */
export const localLet = {
  name: 'local-let',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    visit(program, (node, owner) => {
      const isOfModule = owner === program || owner?.type === 'ExportNamedDeclaration';
      if (node.type === 'VariableDeclaration' && node.kind === 'const' && !isOfModule)
        text.overwrite(node.start, node.start + 'const'.length, 'let');
    });
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
