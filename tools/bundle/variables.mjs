/** Variables in a syntax tree: which identifiers are some, who declares and changes them, and text with other names for them. */
import { visit } from './visit.mjs';

export const isFunction = ({ type }) => /Function/.test(type);

/** Whether an identifier is a name of a variable, and not one of a property. */
export const isVariable = (node, owner) =>
  node.type === 'Identifier' &&
  !(owner.type === 'MemberExpression' && owner.property === node && !owner.computed) &&
  !(owner.key === node && !owner.computed && !owner.shorthand) &&
  owner.type !== 'LabeledStatement' &&
  owner.type !== 'BreakStatement' &&
  owner.type !== 'ContinueStatement';

/** Whether a pattern binds a name. */
function binds(pattern, name) {
  switch (pattern?.type) {
    case 'Identifier':
      return pattern.name === name;
    case 'ObjectPattern':
      return pattern.properties.some(({ value, argument }) => binds(value ?? argument, name));
    case 'ArrayPattern':
      return pattern.elements.some((element) => binds(element, name));
    case 'AssignmentPattern':
      return binds(pattern.left, name);
    case 'RestElement':
      return binds(pattern.argument, name);
    default:
      return false;
  }
}

/** Whether a name has a meaning of its own inside `node`: a block, a loop, a function or a clause that declares it. */
export function declares(node, name) {
  const isOne = (statement) =>
    statement?.id?.name === name || (statement?.declarations ?? []).some(({ id }) => binds(id, name));
  if (isFunction(node)) return node.params.some((param) => binds(param, name));
  if (node.type === 'CatchClause') return binds(node.param, name);
  if (node.type === 'BlockStatement') return node.body.some(isOne);
  return /^For/.test(node.type) && isOne(node.init ?? node.left);
}

/** Names that a function declares, and parameters that it changes. */
export function variablesOf(made) {
  const locals = new Set();
  const changed = new Set();
  visit(made.body, (node, owner) => {
    if (node.type === 'VariableDeclarator')
      visit(node.id, (inner, holder) => {
        if (inner.type === 'Identifier' && (holder ?? node).key !== inner) locals.add(inner.name);
        if (inner.type === 'Property' && inner.shorthand) locals.add(inner.key.name);
      });
    if (node.type === 'CatchClause' && node.param !== null) locals.add(node.param.name);
    if (isFunction(node)) for (const { name } of node.params) locals.add(name);
    if (node.type === 'AssignmentExpression' || node.type === 'UpdateExpression')
      changed.add((node.left ?? node.argument).name);
  });
  return { locals, changed };
}

/** The text of `node` with other names for variables, where `nameOf` has one. */
export function inNames(code, node, owner, nameOf) {
  let text = '';
  let at = node.start;
  visit(
    node,
    (inner, holder) => {
      const name = isVariable(inner, holder ?? owner) ? nameOf(inner.name) : undefined;
      if (name === undefined) return;
      text += code.slice(at, inner.start) + name;
      at = inner.end;
    },
    owner,
  );
  return text + code.slice(at, node.end);
}
