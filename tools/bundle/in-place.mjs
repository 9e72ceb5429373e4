import MagicString from 'magic-string';
import { inNames, isFunction, isVariable, variablesOf } from './variables.mjs';
import { visit } from './visit.mjs';

const isSimple = ({ type, argument }) =>
  type === 'Identifier' ||
  type === 'Literal' ||
  type === 'ThisExpression' ||
  (type === 'UnaryExpression' && argument.type === 'Literal');

/**
 * What is called `name`, a method or a function of the module, and where it is called: `{ made, key, places }`; a method of the class
 * `holder` only, called by the objects `receivers` as they are written, if there are such.
 */
function calledBy(program, code, name, holder, receivers) {
  const places = [];
  const found = [];
  const above = [];
  (function walk(tree, owner) {
    const node = typeof tree.type === 'string' ? tree : undefined;
    if (node !== undefined) {
      const { object } = node;
      if (node.type === 'MethodDefinition' && node.key.name === name) {
        if (holder === undefined || above.at(-2).id?.name === holder)
          found.push({ node, made: node.value, isMethod: true });
      } else if (holder !== undefined) {
        if (
          node.type === 'MemberExpression' &&
          !node.computed &&
          node.property.name === name &&
          receivers.includes(code.slice(object.start, object.end))
        )
          places.push({ node, path: [...above] });
      } else if (node.type === 'FunctionDeclaration' && node.id.name === name)
        found.push({ node, made: node });
      else if (node.type === 'MemberExpression' && !node.computed && node.property.name === name)
        places.push({ node, path: [...above] });
      else if (isVariable(node, owner ?? node) && node.name === name && owner.id !== node)
        places.push({ node, path: [...above] });
      above.push(node);
    }
    for (const one of Object.values(tree))
      if (typeof one === 'object' && one !== null) walk(one, node ?? owner);
    if (node !== undefined) above.pop();
  })(program);
  return { found, places };
}

/** The returns of a function's own, and which of them is the last step. */
function returnsOf({ body }) {
  const returns = [];
  visit(body, (node) => {
    if (isFunction(node)) return false;
    if (node.type === 'ReturnStatement') returns.push(node);
    return true;
  });
  const last = body.body.at(-1);
  return { returns, tail: last?.type === 'ReturnStatement' ? last : undefined };
}

/** Whether nothing else of a statement is evaluated before the call at the end of `path`. */
function isFirst(path) {
  for (let i = path.length - 1; i > 0; i--) {
    const [owner, inner] = [path[i - 1], path[i]];
    if (/Statement$|^VariableDeclarator$|^VariableDeclaration$|^UnaryExpression$/.test(owner.type)) continue;
    if (owner.type === 'AssignmentExpression' && owner.operator === '=' && owner.right === inner) {
      const { left } = owner;
      if (left.type === 'Identifier' || (!left.computed && isSimple(left.object))) continue;
    }
    if (/^(?:Logical|Binary)Expression$/.test(owner.type)) {
      if (owner.left === inner) continue;
      if (owner.type === 'BinaryExpression' && isSimple(owner.left)) continue;
    }
    if (owner.type === 'ConditionalExpression' && owner.test === inner) continue;
    if (owner.type === 'MemberExpression' && owner.object === inner) continue;
    return false;
  }
  return true;
}

/** A step that gives the variable `own` what stands in for a parameter that is not given. */
const standInFor = ({ right, ...param }, own, code, nameOf) =>
  `if (${own} === undefined) ${own} = ${inNames(code, right, param, nameOf)};\n`;

const isEndless = (step) => step.type === 'ForStatement' && step.test === null;

/** Numbers for names that nobody else has. */
let count = 0;

/** Moves what one method or function does. */
class Placing {
  constructor(program, code, [name, holder, receivers], fail) {
    this.text = new MagicString(code);
    this.code = code;
    this.name = name;
    this.fail = () => fail(`in-place: the steps of ${name} cannot stand where it is called`);
    const { found, places } = calledBy(program, code, name, holder, receivers);
    this.isGiven = holder !== undefined;
    if (found.length === 0) return;
    if (found.length > 1 || places.length !== 1) this.fail();
    const [{ node, made }] = found;
    [this.place] = places;
    this.node = node;
    this.made = made;
    this.put();
  }

  put() {
    const { path, node } = this.place;
    const call = path.at(-1);
    if (call.type !== 'CallExpression' || call.callee !== node) this.fail();
    let at = path.length - 1;
    while (!/Statement$|^VariableDeclaration$/.test(path[at].type)) at--;
    const [statement, owner] = [path[at], path[at - 1]];
    if (
      !/Expression|Return|Variable|If/.test(statement.type) ||
      (statement.type === 'VariableDeclaration' && /^For/.test(owner.type))
    )
      this.fail();
    const isAlone = owner.type !== 'BlockStatement';
    this.call = call;
    this.statement = statement;
    const inner = statement.type === 'IfStatement' ? statement.test : undefined;
    let head = '';
    if (inner?.type === 'LogicalExpression' && inner.operator === '&&' && inner.right === call) {
      if (statement.alternate !== null) this.fail();
      // `if (a && call) …` is `if (a) if (call) …`.
      head = `if (${this.code.slice(inner.left.start, inner.left.end)}) `;
      this.text.remove(inner.left.start, call.start);
    } else if (!isFirst(path.slice(at))) this.fail();
    this.head = head;
    this.isAlone = isAlone || head !== '';
    this.move();
  }

  /** Whether an argument is a parameter of who calls, which uses it for nothing else. */
  isUsedUp({ type, name }) {
    const { path } = this.place;
    const at = path.findLastIndex(isFunction);
    const caller = path[at];
    if (type !== 'Identifier' || !caller.params.some((param) => param.name === name)) return false;
    if (path.slice(at).some((node) => /^(?:For|While|DoWhile|Try)/.test(node.type))) return false;
    let uses = 0;
    visit(caller.body, (node, owner) => {
      if (owner !== undefined && isVariable(node, owner) && node.name === name) uses++;
    });
    return uses === 1;
  }

  /** What the steps read of the module may be nothing else where they are to stand. */
  checkOthers(locals) {
    const caller = this.place.path.findLast(isFunction);
    const theirs = variablesOf(caller).locals;
    for (const { name } of caller.params.map((param) => param.left ?? param)) theirs.add(name);
    const own = new Set([...locals, ...this.made.params.map((param) => (param.left ?? param).name)]);
    visit(this.made.body, (node, owner) => {
      if (isVariable(node, owner ?? node) && !own.has(node.name) && theirs.has(node.name)) this.fail();
    });
  }

  move() {
    const { text, code, call, statement, made, node } = this;
    const { params, body } = made;
    const { locals, changed } = variablesOf(made);
    const { returns, tail } = returnsOf(made);
    const given = call.arguments;
    if (body.body.length === 0 && statement.type === 'ExpressionStatement') {
      text.overwrite(statement.start, statement.end, '{}').remove(node.start, node.end);
      return;
    }
    this.checkOthers(locals);
    const taken = new Map();
    const outside = new Set();
    visit([...given, call.callee], (one, owner) => {
      if (one.type === 'Identifier' && !(owner?.property === one && !owner.computed)) outside.add(one.name);
    });
    const target = statement.declarations?.[0].id ?? statement.expression?.left;
    if (target?.type === 'Identifier') outside.add(target.name);
    const renamed = new Map();
    let front = '';
    // The object whose method it is.
    const receiver = node.type === 'MethodDefinition' ? call.callee.object : undefined;
    let self = 'this';
    if (receiver !== undefined && receiver.type !== 'ThisExpression') {
      self = receiver.name ?? `${receiver.property?.name ?? 'self'}$`;
      if (receiver.type !== 'Identifier' && [...locals, ...outside].includes(self)) this.fail();
      if (receiver.type !== 'Identifier')
        front += `const ${self} = ${code.slice(receiver.start, receiver.end)};\n`;
      outside.add(self);
    }
    const named = [];
    if (this.isGiven && given.length < params.length) this.fail();
    for (const [index, whole] of params.entries()) {
      const param = this.isGiven ? (whole.left ?? whole) : whole;
      const { name } = param.left ?? param;
      if (name === undefined) this.fail();
      const one = given[index];
      const value = one === undefined ? 'undefined' : code.slice(one.start, one.end);
      const isHandedOver = one !== undefined && this.isUsedUp(one);
      if (
        isHandedOver ||
        (param.left === undefined && !changed.has(name) && one !== undefined && isSimple(one))
      )
        taken.set(name, value);
      if (isHandedOver && param.left !== undefined)
        front += standInFor(param, value, code, (other) => taken.get(other));
      if (!taken.has(name)) named.push([name, value, param]);
    }
    for (const name of new Set([...locals, ...named.map(([one]) => one)]))
      if (outside.has(name) || [...taken.values()].includes(name)) renamed.set(name, `${name}$${count++}`);
    for (const [name, value, param] of named) {
      const own = renamed.get(name) ?? name;
      const standIn =
        param.left === undefined
          ? ''
          : standInFor(param, own, code, (one) => taken.get(one) ?? renamed.get(one));
      front += `${changed.has(name) || standIn !== '' ? 'let' : 'const'} ${own} = ${value};\n${standIn}`;
    }
    visit(body, (inner, owner) => {
      if (isFunction(inner) && inner.type !== 'ArrowFunctionExpression' && self !== 'this') this.fail();
      if (inner.type === 'ThisExpression' && self !== 'this') text.overwrite(inner.start, inner.end, self);
      if (!isVariable(inner, owner)) return true;
      const value = taken.get(inner.name) ?? renamed.get(inner.name);
      if (value === undefined) return true;
      if (owner.type === 'Property' && owner.shorthand) {
        if (owner.value === inner && owner.key !== inner)
          text.overwrite(owner.start, owner.end, `${owner.key.name}: ${value}`);
      } else text.overwrite(inner.start, inner.end, value);
      return true;
    });
    const label = `placed$${count++}`;
    const isEnd = statement.type === 'ReturnStatement' && statement.argument === call;
    const needsValue = !(statement.type === 'ExpressionStatement' && statement.expression === call) && !isEnd;
    let isLabelled = false;
    let result;
    let before = '';
    if (needsValue) {
      const [declared] = statement.declarations ?? [];
      const assigned =
        statement.expression?.type === 'AssignmentExpression' &&
        statement.expression.right === call &&
        statement.expression.left.type === 'Identifier';
      if (
        declared?.init === call &&
        statement.declarations.length === 1 &&
        declared.id.type === 'Identifier'
      ) {
        result = declared.id.name;
        before = `let ${result};\n`;
        text.remove(statement.start, statement.end);
      } else if (assigned) {
        result = statement.expression.left.name;
        text.remove(statement.start, statement.end);
      } else {
        result = `found$${count++}`;
        before = `let ${result};\n`;
        text.overwrite(call.start, call.end, result);
      }
    } else text.remove(statement.start, statement.end);
    if (!isEnd)
      for (const one of returns) {
        const value = one.argument;
        const isTail = one === tail;
        if (needsValue && value !== null && value.name !== 'undefined') {
          text.overwrite(one.start, value.start, `${isTail ? '' : '{ '}${result} = `);
        } else if (needsValue && before === '') {
          text.overwrite(
            one.start,
            one.end,
            isTail ? `${result} = undefined;` : `{ ${result} = undefined; break ${label}; }`,
          );
          isLabelled ||= !isTail;
          continue;
        } else if (value !== null && !isSimple(value)) {
          text.overwrite(one.start, value.start, isTail ? '' : '{ ');
        } else {
          text.overwrite(one.start, one.end, isTail ? ';' : `break ${label};`);
          isLabelled ||= !isTail;
          continue;
        }
        if (!isTail) {
          text.appendLeft(one.end, ` break ${label}; }`);
          isLabelled = true;
        }
      }
    // What ends without a return gives undefined, as a variable of its own does.
    if (needsValue && before === '' && tail === undefined && !isEndless(body.body.at(-1))) this.fail();
    const open = `${this.head}${this.isAlone ? '{\n' : ''}${before}${isLabelled ? `${label}: ` : ''}{\n${front}`;
    const ending = isEnd && tail === undefined ? 'return;\n' : '';
    const close = `${ending}}\n`;
    const first = body.start + 1;
    const last = body.end - 1;
    text.appendRight(first, open).appendLeft(last, close);
    if (this.isAlone) text.appendRight(statement.end, '}\n');
    text.remove(node.start, first).remove(last, node.end);
    text.move(first, last, statement.start);
  }
}

/**
 * A plugin for Rollup: what the method or function `name` does stands where it is called, which is once. On XS a method takes 18
 * octets of bytecode, 5 slots of a device's flash and a symbol, each parameter 8 octets, and a call some of the stack.
 * Where other objects have the name, too, it is that of the class `holder`, called once by one of `receivers` as they are written, with all
 * arguments: none of them may be undefined, for which a parameter has something else.
 */
export const inPlace = (name, holder, receivers) => ({
  name: 'in-place',
  renderChunk(code) {
    const { text } = new Placing(this.parse(code), code, [name, holder, receivers], (message) =>
      this.error(message),
    );
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});
