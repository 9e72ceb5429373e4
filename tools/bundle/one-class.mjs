import MagicString from 'magic-string';
import { visit } from './visit.mjs';

const isMethod = ({ type, computed }) => type === 'MethodDefinition' && !computed;
const isConstructor = ({ kind }) => kind === 'constructor';
const membersOf = (node) => node.body.body;
const constructorOf = (node) => membersOf(node).find(isConstructor)?.value;
const isSuperCall = ({ type, expression }) =>
  type === 'ExpressionStatement' &&
  expression.type === 'CallExpression' &&
  expression.callee.type === 'Super';
const namesOf = (nodes) => nodes.map(({ name }) => name).join();

/**
 * The chains of classes of a module, each from the first one, which extends nothing, to the last one. All but the last have
 * only methods, are extended once, and are used otherwise for their static methods only.
 */
function chainsOf(program) {
  const classes = new Map();
  for (const node of program.body) if (node.type === 'ClassDeclaration') classes.set(node.id.name, node);
  const heirs = new Map();
  const used = new Set();
  visit(program, (node, owner) => {
    if (node.type !== 'Identifier' || !classes.has(node.name) || owner.id === node) return;
    if (owner.superClass === node && owner.type === 'ClassDeclaration' && !heirs.has(node.name))
      heirs.set(node.name, owner);
    else if (owner.object !== node) used.add(node.name);
  });
  const heirOf = ({ id: { name } }) => (used.has(name) ? undefined : heirs.get(name));
  const isPlain = (node) => membersOf(node).every(isMethod);
  return [...classes.values()]
    .filter((node) => node.superClass === null && isPlain(node))
    .map((first) => {
      const chain = [first];
      for (let next = heirOf(first); next !== undefined && isPlain(next); next = heirOf(next))
        chain.push(next);
      return chain;
    })
    .filter(({ length }) => length > 1);
}

/** The name of a method of the class `node` that a class behind it has, too. */
const nameBehind = (node, name) => `_${name}$${node.id.name}`;

const methodOf = (node, name) =>
  membersOf(node).find((member) => !isConstructor(member) && member.key.name === name);

/** Calls by `super` in a chain: `{ statement, access, given, owner, method }`, the class that has the method that is called, and that. */
function superCallsOf(chain, leftOut) {
  const calls = [];
  for (const [level, node] of chain.entries())
    visit(
      membersOf(node).filter(({ key }) => !leftOut.includes(key.name)),
      (access, call, step) => {
        if (access.object?.type !== 'Super') return;
        const owner = chain
          .slice(0, level)
          .findLast((one) => methodOf(one, access.property.name) !== undefined);
        const statement = step.type === 'ExpressionStatement' ? step : undefined;
        calls.push({
          statement,
          access,
          given: call.arguments,
          owner,
          method: methodOf(owner, access.property.name),
        });
      },
    );
  return calls;
}

function canReturn(method) {
  let returns = false;
  visit(method.value.body, ({ type }) => {
    returns ||= type === 'ReturnStatement';
  });
  return returns;
}

/**
 * Methods that others of the chain replace get names of their own, by which `super` finds them. What is called only once, for what it
 * does, stands there instead.
 */
function placeReplaced(text, chain, leftOut) {
  const calls = superCallsOf(chain, leftOut);
  for (const { statement, access, given, owner, method } of calls) {
    const { params, body } = method.value;
    const isOnly = calls.filter((call) => call.method === method).length === 1;
    if (isOnly && statement !== undefined && namesOf(given) === namesOf(params) && !canReturn(method)) {
      text.overwrite(statement.start, statement.end, '{');
      text.remove(method.start, body.start + 1);
      text.remove(body.end - 1, method.end);
      text.appendLeft(body.body.at(-1).end, '}');
      text.move(body.body[0].start, body.body.at(-1).end, statement.end);
    } else {
      const { key } = method;
      text.overwrite(key.start, key.end, nameBehind(owner, key.name));
      text.overwrite(access.start, access.end, `this.${nameBehind(owner, key.name)}`);
    }
  }
}

/** Makes the last class of `chain` of all: its methods first, so that they are found first. */
function merge(text, chain, leftOut, fail) {
  const whole = chain.at(-1);
  const superCall = constructorOf(whole)?.body.body.find(isSuperCall);
  text.remove(whole.id.end, whole.superClass.end);
  placeReplaced(text, chain, leftOut);
  for (const { key, start, end } of chain.flatMap(membersOf))
    if (leftOut.includes(key.name)) text.remove(start, end);
  let isMade = false;
  for (const node of chain) {
    const made = constructorOf(node);
    if (node === whole) continue;
    for (const member of membersOf(node).filter(isConstructor)) {
      const own = made.body.body.filter((step) => !isSuperCall(step));
      const inner = made.body.body.find(isSuperCall);
      if (inner !== undefined) text.remove(inner.start, inner.end);
      if (own.length === 0) text.remove(member.start, member.end);
      else {
        const [first] = own;
        const last = own.at(-1);
        if (
          isMade ||
          superCall === undefined ||
          namesOf(superCall.expression.arguments) !== namesOf(made.params)
        )
          fail(`the constructor of ${node.id.name} cannot be that of ${whole.id.name}`);
        isMade = true;
        text.remove(member.start, first.start);
        text.remove(last.end, member.end);
        text.move(first.start, last.end, superCall.start);
      }
    }
  }
  if (superCall !== undefined) text.remove(superCall.start, superCall.end);
  const end = whole.body.end - 1;
  for (const node of chain.slice(0, -1).reverse()) {
    const { start, end: behind } = node.body;
    text.remove(node.start, start + 1);
    text.remove(behind - 1, node.end);
    text.move(start + 1, behind - 1, end);
  }
  return whole.id.name;
}

/**
 * A plugin for Rollup: a chain of classes, of which each is only there for the next one, becomes one class. On XS a class takes
 * 60 octets of bytecode and a dozen slots of a device's flash, its constructor a place on the stack; and whoever looks for a
 * method of the first one asks all that stand on it. Methods of the names `leftOut`, for which nobody asks, are left out.
 */
export const oneClass = (leftOut = []) => ({
  name: 'one-class',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    const names = new Map();
    for (const chain of chainsOf(program)) {
      const whole = merge(text, chain, leftOut, (message) => this.error(message));
      for (const { id } of chain) names.set(id.name, whole);
    }
    visit(program, ({ type, object }) => {
      if (type === 'MemberExpression' && object.type === 'Identifier' && names.has(object.name))
        text.overwrite(object.start, object.end, names.get(object.name));
    });
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
});
