/**
 * A Rollup plugin for device bundles: turns private methods into methods of the prototype, `#name` into `$name`.
 *
 * On XS every private method of a class is a slot (16 octets of RAM) of every instance, while a method of the
 * prototype lies in flash. Private fields stay private, and so do all members of the classes that `isOpen` picks
 * by name: those that applications extend, whose names must not meet theirs.
 */
export function prototypeMethods(isOpen) {
  return {
    name: 'prototype-methods',
    renderChunk(code) {
      const hashes = [];
      visit(this.parse(code), []);
      return { code: replaceAt(code, hashes), map: null };

      /** `scopes`: the private names of the classes around `node`, each with whether it is to be replaced. */
      function visit(node, scopes) {
        if (node.type === 'PrivateIdentifier') {
          const scope = scopes.findLast((names) => names.has(node.name));
          if (scope?.get(node.name)) hashes.push(node.start);
          return;
        }
        const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
        const inside = isClass ? [...scopes, privateNames(node, !isOpen(node.id?.name ?? ''))] : scopes;
        for (const value of Object.values(node))
          for (const child of Array.isArray(value) ? value : [value])
            if (typeof child?.type === 'string') visit(child, inside);
      }
    },
  };
}

function privateNames(node, isReplaced) {
  const names = new Map();
  for (const { type, key } of node.body.body)
    if (key?.type === 'PrivateIdentifier') names.set(key.name, isReplaced && type === 'MethodDefinition');
  return names;
}

/** `#` and `$` have the same length, so that every position stays right. */
function replaceAt(code, positions) {
  let result = '';
  let from = 0;
  for (const position of positions.sort((a, b) => a - b)) {
    result += `${code.slice(from, position)}$`;
    from = position + 1;
  }
  return result + code.slice(from);
}
