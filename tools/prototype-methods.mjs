import { childrenOf, replaceAll } from './syntax.mjs';

/**
 * A Rollup plugin for device bundles: turns private methods into methods of the prototype, `#name` of the class `Class`
 * into `$Class$name`.
 *
 * On XS every private method of a class is a slot (16 octets of RAM) of every instance, while a method of the
 * prototype lies in flash. Private fields stay private, and so do all members of the classes that `isOpen` picks
 * by name: those that applications extend, whose names must not meet theirs.
 */
export function prototypeMethods(isOpen) {
  return {
    name: 'prototype-methods',
    renderChunk(code) {
      const replacements = [];
      visit(this.parse(code), []);
      return { code: replaceAll(code, replacements), map: null };

      /** `scopes`: the private names of the classes around `node`, each with its new name if it is to have one. */
      function visit(node, scopes) {
        if (node.type === 'PrivateIdentifier') {
          const { start, end, name } = node;
          const text = scopes.findLast((names) => names.has(name))?.get(name);
          if (text !== undefined) replacements.push({ start, end, text });
          return;
        }
        const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
        const inside = isClass ? [...scopes, privateNames(node, isOpen)] : scopes;
        for (const child of childrenOf(node)) visit(child, inside);
      }
    },
  };
}

/** A class and its subclasses may have private methods of one name: on the prototypes they need two. */
function privateNames({ id, body }, isOpen) {
  const className = id?.name ?? '';
  const names = new Map();
  for (const { type, key } of body.body)
    if (key?.type === 'PrivateIdentifier') {
      const isMethod = type === 'MethodDefinition' && !isOpen(className);
      names.set(key.name, isMethod ? `$${className}$${key.name}` : undefined);
    }
  return names;
}
