import { visit } from './visit.mjs';

/** Names of one letter. */
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_'];

const isNamed = (node, owner) =>
  node.type === 'Identifier' &&
  ((owner.type === 'MemberExpression' && owner.property === node) || owner.key === node) &&
  !owner.computed;

/** How often each property stands in a module, by its name. */
function usesOf(program) {
  const uses = new Map();
  visit(program, (node, owner) => {
    // A shorthand is one name at two places.
    if (isNamed(node, owner)) uses.set(node.name, (uses.get(node.name) ?? 0) + 1);
  });
  return uses;
}

/**
 * A plugin for Rollup, in front of terser: gives the properties of the first module that it sees that `isInternal` short names, by
 * filling terser's `nameCache`. On XS a name takes 23 octets of a device's flash, one that is there anyway takes none: those
 * that are used seldom are given `known` ones, the longest to the most seldom used, those that are used most one letter, and
 * what is left is left to terser.
 */
export const knownNames = (nameCache, isInternal, known) => {
  let isDone = false;
  return {
    name: 'known-names',
    renderChunk(code) {
      if (isDone) return null;
      isDone = true;
      const uses = usesOf(this.parse(code));
      const internal = [...uses.keys()].filter(isInternal).sort((a, b) => uses.get(b) - uses.get(a));
      const letters = LETTERS.filter((letter) => !uses.has(letter) && !known.includes(letter));
      const names = known.toSorted((a, b) => a.length - b.length);
      const given = new Map();
      for (const letter of letters) if (internal.length > names.length) given.set(internal.shift(), letter);
      for (const name of internal.slice(-names.length)) given.set(name, names.shift());
      const props = Object.fromEntries([...given].map(([name, short]) => [`$${name}`, short]));
      nameCache.props = { props };
      return null;
    },
  };
};

/** Known names that are words of the language where a variable stands, or a global one. */
const WORDS = ['as', 'of', 'NaN'];

/** Letters that members have been given where there are more of them than known names, or are about to be. */
const TAKEN = LETTERS.slice(0, 2);

/**
 * What terser takes names of variables from: those of one letter that members have, or that are `known`, then all others that
 * are, the shortest first, and made ones behind them. On XS a variable has a name as a property has, at 23 octets for a letter.
 */
export const knownVariables = (known) => {
  const names = new Set([...TAKEN, ...known].sort((a, b) => a.length - b.length));
  for (const word of WORDS) names.delete(word);
  // It is handed to a thread as text, and has nothing but what stands in it.
  return { get: new Function('n', `return ${JSON.stringify([...names])}[n] ?? '_' + n;`) };
};
