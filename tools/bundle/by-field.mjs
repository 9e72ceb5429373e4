import MagicString from 'magic-string';
import { declares, isVariable } from './variables.mjs';
import { visit } from './visit.mjs';

/** Uses of a field up to which a constant for it takes more octets than they do, and in methods that are called for messages. */
const MOST = 4;
const MOST_OFTEN = 2;

/** The field of `this` that a value is; undefined for another value. */
const fieldOf = ({ type, object, property, computed }) =>
  type === 'MemberExpression' && !computed && object.type === 'ThisExpression' ? property.name : undefined;

/** Removes those of a list that stands up to `end` whose places are `gone`. */
function removeItems(text, items, gone, end) {
  for (const place of gone) {
    const next = items[place + 1];
    if (next !== undefined) text.remove(items[place].start, next.start);
    else {
      const before = items.findLastIndex((_, other) => other < place && !gone.includes(other));
      text.remove(before < 0 ? items[place].start : items[before].end, end);
    }
  }
}

/** Where a variable is read that a function or block has, and none of the same name hides it. */
function readsOf({ body }, name) {
  const reads = [];
  let isChanged = false;
  let isLooped = false;
  (function walk(tree, owner, inLoop) {
    const node = typeof tree.type === 'string' ? tree : undefined;
    if (node !== undefined && node !== body && declares(node, name)) return;
    if (node !== undefined && isVariable(node, owner ?? node) && node.name === name && owner.id !== node) {
      reads.push({ node, owner });
      isLooped ||= inLoop;
      isChanged ||=
        owner.type === 'UpdateExpression' || (owner.type === 'AssignmentExpression' && owner.left === node);
    }
    const isLoop = inLoop || /^(?:For|While|DoWhile)/.test(node?.type ?? '');
    for (const one of Object.values(tree))
      if (typeof one === 'object' && one !== null) walk(one, node ?? owner, isLoop);
  })(body, undefined, false);
  return { reads, isChanged, isLooped };
}

/** The methods of a class, by name. */
function methodsOf(program, holder) {
  const home = program.body.find(({ type, id }) => type === 'ClassDeclaration' && id.name === holder);
  const methods = new Map();
  for (const node of home?.body.body ?? [])
    if (node.type === 'MethodDefinition' && !node.computed && !node.static && node.kind === 'method')
      methods.set(node.key.name, node);
  return methods;
}

/** The calls of each of `methods`, with the method that makes it; none is known of one that is used otherwise. */
function callsOf(program, methods) {
  const calls = new Map([...methods.keys()].map((name) => [name, []]));
  (function walk(tree, owner, caller) {
    const node = typeof tree.type === 'string' ? tree : undefined;
    const within = node?.type === 'MethodDefinition' ? node : caller;
    const name = node?.type === 'MemberExpression' && !node.computed ? node.property.name : undefined;
    if (calls.has(name)) {
      const isCall = owner.type === 'CallExpression' && owner.callee === node && fieldOf(node) !== undefined;
      if (isCall && methods.get(within?.key.name) === within)
        calls.get(name)?.push({ call: owner, caller: within });
      else calls.set(name, undefined);
    }
    for (const one of Object.values(tree))
      if (typeof one === 'object' && one !== null) walk(one, node ?? owner, within);
  })(program);
  return calls;
}

/** Whether every variable of that name that a function declares is the field. */
function areField({ body }, name, field) {
  let isOne = false;
  let isOther = false;
  visit(body, (node, owner) => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === name) {
      if (owner.kind === 'const' && node.init && fieldOf(node.init) === field) isOne = true;
      else isOther = true;
    } else if (node.type !== 'VariableDeclaration' && declares(node, name) && node.type !== 'BlockStatement')
      isOther = true;
  });
  return isOther ? undefined : isOne;
}

/**
 * A plugin for Rollup: parameters of methods of the class `holder` that have a name of `names`, `{ name: field }`, and are that field
 * of the same object wherever the method is called, are read from there. On XS a parameter takes 8 octets of a device's flash, a
 * place on the stack, and 2 octets and 5 bytecodes for each call.
 */
export const givenFields = (holder, names) => ({
  name: 'given-fields',
  renderChunk(code) {
    const program = this.parse(code);
    const methods = methodsOf(program, holder);
    const calls = callsOf(program, methods);
    const fields = new Map();
    for (const [name, { value }] of methods) {
      if (calls.get(name) === undefined || calls.get(name).length === 0) continue;
      const found = new Map();
      for (const [place, param] of value.params.entries())
        if (Object.hasOwn(names, param.name) && !readsOf(value, param.name).isChanged)
          found.set(place, names[param.name]);
      fields.set(name, found);
    }
    const isField = (argument, field, { key, value }) => {
      if (argument === undefined) return false;
      if (argument.type !== 'Identifier') return fieldOf(argument) === field;
      const own = areField(value, argument.name, field);
      const place = value.params.findIndex(({ name }) => name === argument.name);
      const isGiven = place < 0 || fields.get(key.name)?.get(place) === field;
      return own !== undefined && isGiven && (own || place >= 0);
    };
    for (let isSettled = false; !isSettled;) {
      isSettled = true;
      for (const [name, found] of fields)
        for (const [place, field] of found)
          if (!calls.get(name).every(({ call, caller }) => isField(call.arguments[place], field, caller))) {
            found.delete(place);
            isSettled = false;
          }
    }
    const text = new MagicString(code);
    for (const [name, found] of fields) {
      if (found.size === 0) continue;
      const { params, body } = methods.get(name).value;
      const gone = [...found.keys()];
      for (const [place, field] of found)
        if (readsOf({ body }, params[place].name).reads.length > 0)
          text.appendRight(body.start + 1, `\nconst ${params[place].name} = this.${field};`);
      removeItems(text, params, gone, params.at(-1).end);
      for (const { call } of calls.get(name)) removeItems(text, call.arguments, gone, call.end - 1);
    }
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});

/**
 * A plugin for Rollup: constants that are one of `fields`, which nobody changes, and are read a few times only, are read from there;
 * in the methods `often`, if that takes no more bytecodes. On XS a constant takes 10 octets of a device's flash and a place on
 * the stack, a use of it 2 less than one of the field.
 */
export const readFields = (fields, often) => ({
  name: 'read-fields',
  renderChunk(code) {
    const program = this.parse(code);
    const text = new MagicString(code);
    const put = (block, statement, isOften) => {
      const { id, init } = statement.declarations[0];
      const { reads, isLooped } = readsOf({ body: block }, id.name);
      if (reads.length > (isOften ? MOST_OFTEN : MOST) || (isOften && isLooped)) return;
      const field = code.slice(init.start, init.end);
      for (const { node, owner } of reads) {
        const isShort = owner.type === 'Property' && owner.shorthand;
        if (isShort && owner.value !== node) continue;
        text.overwrite(node.start, node.end, isShort ? `${node.name}: ${field}` : field);
      }
      text.remove(statement.start, statement.end);
    };
    (function walk(tree, isOften) {
      const node = typeof tree.type === 'string' ? tree : undefined;
      const isOne = node?.type === 'MethodDefinition' ? often.includes(node.key.name) : isOften;
      if (node?.type === 'BlockStatement')
        for (const statement of node.body) {
          const [{ id, init }, more] = statement.declarations ?? [{}];
          if (statement.kind !== 'const' || more !== undefined || id.type !== 'Identifier' || !init) continue;
          if (fields.includes(fieldOf(init))) put(node, statement, isOne);
        }
      for (const one of Object.values(tree)) if (typeof one === 'object' && one !== null) walk(one, isOne);
    })(program, false);
    return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ hires: true }) } : null;
  },
});
