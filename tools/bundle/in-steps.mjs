import MagicString from 'magic-string';
import { isFunction, isVariable, variablesOf } from './variables.mjs';
import { visit } from './visit.mjs';

/** Whether a value is the same however often and whenever it is looked at while a call begins, and changes nothing. */
const isSimple = ({ type, argument }) =>
  type === 'Identifier' ||
  type === 'Literal' ||
  type === 'ThisExpression' ||
  (type === 'UnaryExpression' && argument.type === 'Literal');

/** Whether a value is one of variables, which no call changes, or, with `members`, of what can be looked at without a call. */
const isPure = (node, members) => {
  let isAll = true;
  visit(node, ({ type }) => {
    isAll &&=
      isSimple({ type, argument: { type: 'Literal' } }) ||
      /^(?:Binary|Logical|Conditional)Expression$/.test(type) ||
      (members && type === 'MemberExpression');
  });
  return isAll;
};

/** Whether what is on the left of a point is an object that can be named again: `this`, a variable, a member of these. */
const isReceiver = ({ type, object, computed }) =>
  type === 'ThisExpression' ||
  type === 'Identifier' ||
  (type === 'MemberExpression' && !computed && isReceiver(object));

/** What is called `name`: `{ node, made, kind }`, where it is a method, a getter, or a function of the module. */
function foundIn(program, name, holder) {
  const found = [];
  visit(program, (node, owner, above) => {
    const isOne = node.type === 'MethodDefinition' && !node.computed && node.key.name === name;
    if (isOne && (holder === undefined || above.id?.name === holder))
      found.push({ node, made: node.value, kind: node.kind, holder: above });
    if (node.type === 'VariableDeclarator' && node.id.name === name && isFunction(node.init ?? node))
      found.push({ node: owner, made: node.init, kind: 'function' });
  });
  return found;
}

/** What a function does, if that is to return a value, or steps without variables: `{ steps, value }`. */
function contentsOf({ body }) {
  if (body.type !== 'BlockStatement') return { value: body };
  const [first, ...others] = body.body;
  if (first?.type === 'ReturnStatement' && first.argument !== null && others.length === 0)
    return { value: first.argument };
  return body.body.every(({ type }) => type === 'ExpressionStatement') ? { steps: body.body } : undefined;
}

/** The text of `node` with what is given in place of parameters, and `self` in place of `this`. */
function textOf(code, node, given, self, fail) {
  const text = new MagicString(code);
  visit(node, (inner, owner) => {
    if (isFunction(inner)) fail();
    if (inner.type === 'ThisExpression') text.overwrite(inner.start, inner.end, self);
    const value = isVariable(inner, owner ?? node) ? given.get(inner.name) : undefined;
    if (value === undefined) return;
    if (owner?.type === 'Property' && owner.shorthand) fail();
    text.overwrite(inner.start, inner.end, value);
  });
  return text.slice(node.start, node.end);
}

/**
 * A plugin for Rollup: the method, getter or function `name`, of which a value or a few steps are all, is that wherever it is called.
 * Where other objects have the name, too, it is that of the class `holder`, called by `this` there, or anywhere by one of
 * `receivers` as they are written. On XS a method takes 53 octets of a device's
 * flash beside its bytecode, a parameter 8, and a call 9, and a place on the stack.
 */
export const inSteps = (name, holder, receivers) => ({
  name: 'in-steps',
  renderChunk(code) {
    const program = this.parse(code);
    const fail = () => this.error(`in-steps: ${name} cannot stand where it is called`);
    const found = foundIn(program, name, holder);
    if (found.length === 0) return null;
    const [{ node: definition, made, kind, holder: home }] = found;
    const contents = contentsOf(made);
    if (found.length > 1 || contents === undefined || made.params.some(({ type }) => type !== 'Identifier'))
      fail();
    const text = new MagicString(code);
    const { value, steps } = contents;
    const uses = new Map();
    // With nothing before it that changes anything, an argument may be evaluated where it is used.
    let isOne = value !== undefined || steps.length === 1;
    visit(value ?? steps, (inner, owner) => {
      if (isVariable(inner, owner ?? inner)) uses.set(inner.name, (uses.get(inner.name) ?? 0) + 1);
      if (
        /^(?:Assignment|Update)Expression$/.test(inner.type) &&
        (inner.left ?? inner.argument).type === 'Identifier'
      )
        fail();
      if (/^(?:Call|New)Expression$/.test(inner.type)) isOne = false;
    });
    // What it uses of the module may be nothing else where it is to stand.
    const own = made.params.map((param) => param.name);
    visit(program, (node) => {
      if (node === definition) return false;
      if (!isFunction(node)) return true;
      const others = new Set(variablesOf(node).locals);
      for (const param of node.params) others.add((param.left ?? param).name);
      if ([...uses.keys()].some((one) => !own.includes(one) && others.has(one))) fail();
      return true;
    });
    visit(program, (node, owner, above) => {
      if (node === definition) return false;
      const isMember = kind !== 'function' && node.type === 'MemberExpression' && !node.computed;
      const isName = kind === 'function' && isVariable(node, owner ?? node) && node.name === name;
      if (!isName && !(isMember && node.property.name === name)) return true;
      const self = isMember ? code.slice(node.object.start, node.object.end) : '';
      const isOwn = self === 'this' && node.start > home.start && node.end < home.end;
      if (holder !== undefined && !isOwn && !receivers.includes(self)) return true;
      if (isMember && !isReceiver(node.object)) fail();
      const isCall = owner.type === 'CallExpression' && owner.callee === node;
      if (isCall === (kind === 'get')) fail();
      const arguments_ = isCall ? owner.arguments : [];
      const given = new Map();
      for (const [index, param] of made.params.entries()) {
        const one = arguments_[index];
        const count = uses.get(param.name) ?? 0;
        if (one === undefined || !(isSimple(one) || (isPure(one, isOne) && count === 1))) fail();
        const written = code.slice(one.start, one.end);
        given.set(param.name, isSimple(one) ? written : `(${written})`);
      }
      const place = isCall ? owner : node;
      if (value !== undefined) {
        text.overwrite(place.start, place.end, `(${textOf(code, value, given, self, fail)})`);
        return false;
      }
      if (above.type !== 'ExpressionStatement') fail();
      const all = steps.map((step) => textOf(code, step, given, self, fail)).join('\n');
      text.overwrite(above.start, above.end, `{\n${all}\n}`);
      return false;
    });
    text.remove(definition.start, definition.end);
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
});
