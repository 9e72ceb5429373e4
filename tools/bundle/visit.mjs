/**
 * Calls `act` with every node of a syntax tree, with the one that it belongs to, and with the one that this belongs to. Where that
 * returns false, what belongs to the node is left out.
 */
export function visit(tree, act, owner, above) {
  const node = typeof tree.type === 'string' ? tree : undefined;
  if (node !== undefined && act(node, owner, above) === false) return;
  for (const one of Object.values(tree))
    if (typeof one === 'object' && one !== null)
      visit(one, act, node ?? owner, node === undefined ? above : owner);
}
