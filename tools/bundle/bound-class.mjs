import MagicString from 'magic-string';
import { declares, isVariable } from './variables.mjs';
import { visit } from './visit.mjs';

const isConstructor = ({ kind }) => kind === 'constructor';

/** What the constructor of a class gives the one above it, which is all that the class is there for; else undefined. */
function givenBy({ type, superClass, body }) {
  if (type !== 'ClassDeclaration' || superClass?.type !== 'Identifier' || body.body.length !== 1)
    return undefined;
  const [{ kind, value }] = body.body;
  const [step, ...others] = kind === 'constructor' ? value.body.body : [];
  const isAll = others.length === 0 && step?.expression?.callee?.type === 'Super';
  return isAll ? { params: value.params, given: step.expression.arguments } : undefined;
}

/** The class that a module calls `name`. */
function classOf({ body }, name) {
  for (const node of body) {
    if (node.type === 'ClassDeclaration' && node.id.name === name) return node;
    const found = node.declarations?.find(
      ({ id, init }) => id.name === name && init?.type === 'ClassExpression',
    );
    if (found !== undefined) return found.init;
  }
  return undefined;
}

/**
 * A plugin for Rollup: a class that is there to give the one above it constants of the module becomes that one. On XS a class
 * takes 60 octets of bytecode and a dozen slots of a device's flash.
 */
export const boundClass = {
  name: 'bound-class',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    for (const node of program.body) {
      const found = givenBy(node);
      const whole = found && classOf(program, node.superClass.name);
      const made = whole?.body.body.find(isConstructor)?.value;
      if (made === undefined) continue;
      const { params, given } = found;
      for (const [index, param] of made.params.entries()) {
        if (given[index]?.name === params[index]?.name) continue;
        visit(made.body, (inner, owner) => {
          // There it is another variable.
          if (declares(inner, param.name)) return false;
          if (inner.name !== param.name || !isVariable(inner, owner ?? made)) return true;
          const isShort = owner?.shorthand === true;
          // Key and value of a shorthand are one place.
          if (isShort && owner.value !== inner) return true;
          text.overwrite(
            inner.start,
            inner.end,
            isShort ? `${param.name}: ${given[index].name}` : given[index].name,
          );
          return true;
        });
        text.remove(index === 0 ? param.start : made.params[index - 1].end, param.end);
      }
      text.remove(node.start, node.end);
      visit(program, (inner, owner) => {
        if (inner === node || inner === whole) return false;
        const isUsed = inner.type === 'Identifier' && inner.name === node.id.name && owner.exported !== inner;
        const { name } = node.superClass;
        if (isUsed && owner.local === inner && owner.exported?.start === inner.start)
          text.overwrite(inner.start, inner.end, `${name} as ${inner.name}`);
        else if (isUsed && owner.property !== inner && owner.key !== inner)
          text.overwrite(inner.start, inner.end, name);
        return true;
      });
    }
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
};
