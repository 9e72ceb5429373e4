/** What the Rollup plugins of this folder have in common: walking a syntax tree, editing the text it came from. */

/** The nodes right below `node`. */
export function* childrenOf(node) {
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child?.type === 'string') yield child;
}

/** `code` with `text` in place of `code[start, end)`, for each of `replacements`. */
export function replaceAll(code, replacements) {
  let result = '';
  let from = 0;
  for (const { start, end, text } of replacements.sort((a, b) => a.start - b.start)) {
    result += code.slice(from, start) + text;
    from = end;
  }
  return result + code.slice(from);
}
