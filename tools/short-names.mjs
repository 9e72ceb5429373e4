import { childrenOf, replaceAll } from './syntax.mjs';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const SHORTEST = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))];

/** A private method that `prototypeMethods` has made one of the prototype. */
const isPrivate = (name) => /^\$\w+\$/.test(name);

/**
 * A Rollup plugin for device bundles, after `prototypeMethods`: gives the properties that nobody else knows short names,
 * the shortest to those met most often. A minifier cannot do that, for it does not know which they are; `namesOf`
 * tells, see `internalNames`.
 *
 * Bundles that share an instance of the plugin have the same short names, so that each can use what is internal to
 * another. The first one chooses; the others add what only they have. A name is replaced wherever it is a property's,
 * or nowhere, and never by one that anything else has.
 */
export function shortNames(namesOf) {
  const shorts = new Map();
  let known;
  return {
    name: 'short-names',
    renderChunk(code, { fileName }) {
      known ??= namesOf();
      const isInternal = (name) => known.internal.has(name) || isPrivate(name);
      const { places, strings } = propertiesOf(this.parse(code));
      const counts = new Map();
      for (const { name } of places) counts.set(name, (counts.get(name) ?? 0) + 1);

      const given = new Set(shorts.values());
      for (const name of counts.keys())
        if (given.has(name) && !isInternal(name))
          this.error(
            `${fileName}: the property ${name} has the short name of another, in a bundle before it`,
          );

      const taken = new Set([...known.foreign, ...given, ...counts.keys()]);
      const free = SHORTEST.filter((name) => !taken.has(name)).values();
      const wanting = [...counts.keys()].filter((name) => isInternal(name) && !shorts.has(name));
      wanting.sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
      for (const name of wanting) shorts.set(name, free.next().value);

      for (const text of strings)
        if (shorts.has(text))
          this.error(`${fileName}: the property ${text} has a short name, but there is a string '${text}'`);

      const replacements = [];
      for (const { name, start, end, isShorthand } of places) {
        const short = shorts.get(name);
        if (short === undefined) continue;
        if (isShorthand) replacements.push({ start, end: start, text: `${short}: ` });
        else replacements.push({ start, end, text: short });
      }
      return { code: replaceAll(code, replacements), map: null };
    },
  };
}

/** Where names of properties are in a syntax tree, and all its strings. */
function propertiesOf(tree) {
  const places = [];
  const strings = new Set();
  visit(tree);
  return { places, strings };

  function visit(node) {
    const key = node.type === 'MemberExpression' ? node.property : node.key;
    if (key?.type === 'Identifier' && !node.computed)
      places.push({ name: key.name, start: key.start, end: key.end, isShorthand: node.shorthand });
    if (node.type === 'Literal' && typeof node.value === 'string') strings.add(node.value);
    if (node.type === 'TemplateElement') strings.add(node.value.cooked);
    for (const child of childrenOf(node)) visit(child);
  }
}
